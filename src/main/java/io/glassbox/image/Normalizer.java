package io.glassbox.image;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Normalization;
import io.glassbox.model.Step;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Does the {@link Step}s of a normalisation to the input of a network, one after another.
 * <p>
 * Values are float, as in the libraries these steps come from; constants and what is computed from an image are double.
 * </p>
 */
final class Normalizer {

	/** A deviation or a range that is 0 but for rounding. */
	private static final double NOTHING = 1e-12;

	private final String name;
	private final float[] values;
	private final int[] shape;

	/** @param shape channels, depth (1 without), height, width */
	private Normalizer(final String name, final float[] values, final int[] shape) {
		this.name = name;
		this.values = values;
		this.shape = shape;
	}

	/**
	 * @param values channel after channel; changed in place
	 * @param extents [depth,] height, width
	 * @throws GlassboxException if the constants fit neither all channels together nor each of them
	 */
	static void apply(final Normalization how, final float[] values, final int channels, final int[] extents) {
		final int[] shape = { channels, 1, 1, 1 };
		System.arraycopy(extents, 0, shape, 4 - extents.length, extents.length);
		final Normalizer normalizer = new Normalizer(how.name(), values, shape);
		how.steps().forEach(normalizer::apply);
	}

	private void apply(final Step step) {
		if (step instanceof Step.Linear s) each(c -> {
			final double gain = entry("gains", s.gain(), c);
			final double offset = entry("offsets", s.offset(), c);
			return v -> gain * v + offset;
		});
		else if (step instanceof Step.Standardize s) each(c -> {
			final double mean = entry("means", s.mean(), c);
			final double std = entry("standard deviations", s.std(), c) + s.eps();
			return v -> (v - mean) / std;
		});
		else if (step instanceof Step.Clip s) each(c -> v -> Math.max(s.min(), Math.min(s.max(), v)));
		else if (step instanceof Step.Binarize s) each(c -> {
			final double threshold = entry("thresholds", s.threshold(), c);
			return v -> v > threshold ? 1 : 0;
		});
		else if (step instanceof Step.Sigmoid) each(c -> v -> 1 / (1 + Math.exp(-v)));
		else if (step instanceof Step.ZScore s) standardize(s);
		else if (step instanceof Step.Percentiles s) scale(s);
		else throw new IllegalStateException("No code for the step " + step.text());
	}

	// -- Steps with constants, channel by channel --

	@FunctionalInterface
	private interface ForChannel {

		DoubleUnaryOperator of(int channel);
	}

	private void each(final ForChannel function) {
		final int size = values.length / shape[0];
		for (int c = 0; c < shape[0]; c++) {
			final DoubleUnaryOperator f = function.of(c);
			for (int i = c * size; i < (c + 1) * size; i++)
				values[i] = (float) f.applyAsDouble(values[i]);
		}
	}

	private double entry(final String what, final List<Double> entries, final int channel) {
		if (entries.size() != 1 && entries.size() != shape[0]) throw new GlassboxException("The normalization '" + name +
			"' has " + entries.size() + " " + what + ", but the network takes " + shape[0] + (shape[0] == 1
				? " channel" : " channels") + ": give one for each, or a single one for all.");
		return entries.get(entries.size() == 1 ? 0 : channel);
	}

	// -- Steps that look at the image, group by group --

	/** For each value the number of its group: values of one group lie along the axes. */
	private int[] groups(final String axes) {
		final int[] group = new int[values.length];
		final int[] strides = new int[4];
		int count = 1;
		for (int a = 3; a >= 0; a--) {
			if (axes.indexOf(Step.ALL_AXES.charAt(a)) >= 0) continue;
			strides[a] = count;
			count *= shape[a];
		}
		int i = 0;
		for (int c = 0; c < shape[0]; c++)
			for (int z = 0; z < shape[1]; z++)
				for (int y = 0; y < shape[2]; y++)
					for (int x = 0; x < shape[3]; x++)
						group[i++] = c * strides[0] + z * strides[1] + y * strides[2] + x * strides[3];
		return group;
	}

	private int count(final String axes) {
		int count = 1;
		for (int a = 0; a < 4; a++)
			if (axes.indexOf(Step.ALL_AXES.charAt(a)) < 0) count *= shape[a];
		return count;
	}

	private void standardize(final Step.ZScore step) {
		final int[] group = groups(step.axes());
		final int count = count(step.axes());
		final long[] n = new long[count];
		final double[] mean = new double[count];
		final double[] std = new double[count];
		for (int i = 0; i < values.length; i++) {
			if (step.nonzero() && values[i] == 0) continue;
			n[group[i]]++;
			mean[group[i]] += values[i];
		}
		for (int g = 0; g < count; g++)
			mean[g] /= Math.max(1, n[g]);
		for (int i = 0; i < values.length; i++)
			if (!step.nonzero() || values[i] != 0) std[group[i]] += (values[i] - mean[group[i]]) * (values[i] -
				mean[group[i]]);
		for (int g = 0; g < count; g++)
			std[g] = Math.sqrt(std[g] / Math.max(1, n[g])) + step.eps();
		for (int i = 0; i < values.length; i++)
			if (!step.nonzero() || values[i] != 0) values[i] = std[group[i]] < NOTHING ? 0 : (float) ((values[i] -
				mean[group[i]]) / std[group[i]]);
	}

	private void scale(final Step.Percentiles step) {
		final int[] group = groups(step.axes());
		final int count = count(step.axes());
		final int[] start = new int[count + 1];
		for (final int g : group)
			start[g + 1]++;
		for (int g = 0; g < count; g++)
			start[g + 1] += start[g];
		final float[] sorted = new float[values.length];
		final int[] next = start.clone();
		for (int i = 0; i < values.length; i++)
			sorted[next[group[i]]++] = values[i];
		final double[] low = new double[count];
		final double[] range = new double[count];
		for (int g = 0; g < count; g++) {
			Arrays.sort(sorted, start[g], start[g + 1]);
			low[g] = percentile(sorted, start[g], start[g + 1], step.low());
			range[g] = percentile(sorted, start[g], start[g + 1], step.high()) - low[g] + step.eps();
		}
		for (int i = 0; i < values.length; i++)
			values[i] = range[group[i]] < NOTHING ? 0 : (float) ((values[i] - low[group[i]]) / range[group[i]]);
	}

	/** Between ranks interpolated linearly, as NumPy does. */
	private static double percentile(final float[] sorted, final int from, final int to, final double percent) {
		final double rank = percent / 100 * (to - from - 1);
		final int lower = from + (int) rank;
		final double below = sorted[lower];
		return below + (rank - (int) rank) * (sorted[Math.min(to - 1, lower + 1)] - below);
	}
}
