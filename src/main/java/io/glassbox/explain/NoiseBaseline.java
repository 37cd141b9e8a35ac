package io.glassbox.explain;

import io.glassbox.graph.Tensor;

import java.util.SplittableRandom;

/**
 * Random values in place of an input: each channel has the input's range, or its mean and standard deviation, and nothing of
 * what it shows.
 *
 * @param gaussian whether values are normally distributed rather than uniform between the channel's smallest and largest
 * @param seed the same seed gives the same values
 */
public record NoiseBaseline(boolean gaussian, long seed) implements Baseline {

	@Override
	public Tensor of(final Tensor input) {
		final SplittableRandom random = new SplittableRandom(seed);
		return Baseline.eachChannel(input, channel -> {
			if (gaussian) normal(channel, random);
			else uniform(channel, random);
		});
	}

	private static void uniform(final float[] channel, final SplittableRandom random) {
		float low = Float.POSITIVE_INFINITY;
		float high = Float.NEGATIVE_INFINITY;
		for (final float v : channel) {
			low = Math.min(low, v);
			high = Math.max(high, v);
		}
		for (int i = 0; i < channel.length; i++)
			channel[i] = (float) (low + random.nextDouble() * ((double) high - low));
	}

	private static void normal(final float[] channel, final SplittableRandom random) {
		double mean = 0;
		for (final float v : channel)
			mean += (double) v / channel.length;
		double variance = 0;
		for (final float v : channel)
			variance += (v - mean) * (v - mean) / channel.length;
		for (int i = 0; i < channel.length; i++)
			channel[i] = (float) (mean + Math.sqrt(variance) * random.nextGaussian());
	}

	@Override
	public String toString() {
		return "noise" + (gaussian ? " gaussian " : " ") + seed;
	}
}
