package io.glassbox.perturb;

import io.glassbox.explain.Cancellation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Basins of the gradient, flooded from seeds on a regular grid; with compactness, water also costs its way from the seed. In two
 * and three dimensions.
 * <p>
 * P. Neubert, P. Protzel, Compact Watershed and Preemptive SLIC, ICPR 2014, in the form of scikit-image's {@code watershed}: the
 * gradient is the magnitude of Sobel's, of the lightness (from 0 to 1) where there are one or three channels, else of their mean.
 * </p>
 *
 * @param count how many segments are wanted; there are about as many
 * @param compactness how much a pixel of distance counts beside the gradient; 0 for the plain watershed
 */
public record Watershed(int count, double compactness) implements Segmentation {

	private static final double LIGHTEST = 100;

	private static final int[][] NEIGHBOURS = { { -1, 0, 0 }, { 0, -1, 0 }, { 0, 0, -1 }, { 0, 0, 1 }, { 0, 1, 0 }, { 1, 0, 0 } };

	/** A place that water has reached, from a seed. */
	private record Drop(double level, int age, int place, int seed) {}

	public Watershed {
		if (count < 1) throw new GlassboxException("watershed makes 1 segment or more, found " + count + ".");
		if (!(compactness >= 0)) throw new GlassboxException("watershed's compactness is 0 or more, found " + compactness + ".");
	}

	@Override
	public Segments of(final Tensor image) {
		final Pixels pixels = Pixels.of(image);
		final int[] extents = pixels.extents();
		final double[] gradient = gradient(light(pixels), extents, pixels.flat());
		final int[] labels = new int[gradient.length];
		Arrays.fill(labels, -1);
		final PriorityQueue<Drop> queue = new PriorityQueue<>(Comparator.comparingDouble(Drop::level).thenComparingInt(Drop::age)
			.thenComparingInt(Drop::place));
		for (final int seed : Seeds.of(extents, count).at()) {
			labels[seed] = seed;
			queue.add(new Drop(gradient[seed], 0, seed, seed));
		}
		int age = 0;
		while (!queue.isEmpty()) {
			final Drop drop = queue.remove();
			Cancellation.check();
			if (labels[drop.place()] >= 0 && drop.place() != drop.seed()) continue;
			labels[drop.place()] = drop.seed();
			for (final int[] step : NEIGHBOURS) {
				final int at = Components.neighbour(drop.place(), step, extents);
				if (at >= 0 && labels[at] < 0) queue.add(new Drop(gradient[at] + compactness * distance(at, drop.seed(), extents), ++age,
					at, drop.seed()));
			}
		}
		return pixels.segments(labels);
	}

	private static double distance(final int a, final int b, final int[] extents) {
		final int z = a / (extents[1] * extents[2]) - b / (extents[1] * extents[2]);
		final int y = a / extents[2] % extents[1] - b / extents[2] % extents[1];
		final int x = a % extents[2] - b % extents[2];
		return Math.sqrt((double) z * z + (double) y * y + (double) x * x);
	}

	private static double[] light(final Pixels pixels) {
		final Pixels lab = pixels.lab();
		final double[] light = new double[pixels.count()];
		for (int i = 0; i < light.length; i++)
			if (!pixels.hasColours()) for (final float[] channel : pixels.channels())
				light[i] += channel[i] / pixels.channels().length;
			else light[i] = lab.channels()[0][i] / LIGHTEST;
		return light;
	}

	/** Root of the mean over the axes of squared differences, each smoothed along the others; borders are repeated. */
	private static double[] gradient(final double[] light, final int[] extents, final boolean flat) {
		final double[] gradient = new double[light.length];
		final int first = flat ? 1 : 0;
		for (int axis = first; axis < 3; axis++) {
			double[] edge = light;
			for (int other = first; other < 3; other++)
				edge = filtered(edge, extents, other, other == axis ? new double[] { -1, 0, 1 } : new double[] { 0.25, 0.5, 0.25 });
			for (int i = 0; i < gradient.length; i++)
				gradient[i] += edge[i] * edge[i] / (3 - first);
		}
		return Arrays.stream(gradient).map(Math::sqrt).toArray();
	}

	private static double[] filtered(final double[] in, final int[] extents, final int axis, final double[] weights) {
		final int[] before = new int[3];
		final int[] after = new int[3];
		before[axis] = -1;
		after[axis] = 1;
		final double[] out = new double[in.length];
		for (int i = 0; i < in.length; i++) {
			final int a = Components.neighbour(i, before, extents);
			final int b = Components.neighbour(i, after, extents);
			out[i] = weights[0] * in[a < 0 ? i : a] + weights[1] * in[i] + weights[2] * in[b < 0 ? i : b];
		}
		return out;
	}
}
