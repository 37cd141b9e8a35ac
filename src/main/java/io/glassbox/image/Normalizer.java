package io.glassbox.image;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Normalization;

/** The last step before the network: (value - mean) / standard deviation. */
final class Normalizer {

	private Normalizer() {}

	/**
	 * @param values channel after channel; changed in place
	 * @throws GlassboxException if the constants fit neither all channels together nor each of them
	 */
	static void apply(final Normalization how, final float[] values, final int channels) {
		if (how.perImage()) {
			standardize(values);
			return;
		}
		final int size = values.length / channels;
		for (int c = 0; c < channels; c++) {
			final float mean = entry("means", how.mean(), c, channels, how);
			final float std = entry("standard deviations", how.std(), c, channels, how);
			if (!(std > 0)) throw new GlassboxException("The normalization '" + how.name() + "' has the standard deviation " +
				std + " for channel " + (c + 1) + "; it must be above 0.");
			for (int i = c * size; i < (c + 1) * size; i++)
				values[i] = (values[i] - mean) / std;
		}
	}

	private static float entry(final String what, final float[] entries, final int channel, final int channels,
		final Normalization how)
	{
		if (entries.length != 1 && entries.length != channels) throw new GlassboxException("The normalization '" + how
			.name() + "' has " + entries.length + " " + what + ", but the network takes " + channels + (channels == 1
				? " channel" : " channels") + ": give one for each, or a single one for all.");
		return entries[entries.length == 1 ? 0 : channel];
	}

	/** Zero mean and unit variance over everything; an image of one value becomes 0. */
	private static void standardize(final float[] values) {
		double sum = 0;
		for (final float v : values)
			sum += v;
		final double mean = sum / values.length;
		double squares = 0;
		for (final float v : values)
			squares += (v - mean) * (v - mean);
		final double std = Math.sqrt(squares / values.length);
		for (int i = 0; i < values.length; i++)
			values[i] = std < 1e-12 ? 0 : (float) ((values[i] - mean) / std);
	}
}
