package io.glassbox.perturb;

import io.glassbox.explain.Cancellation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Segments of any size that differ more from one another than within: neighbours are joined, the most alike first, as long as
 * their difference is no more than that inside either, with an allowance for small ones. In two and three dimensions, neighbours
 * touching at corners, too.
 * <p>
 * P. Felzenszwalb, D. Huttenlocher, Efficient Graph-Based Image Segmentation, IJCV 59 (2004), Algorithm 1, in the form of
 * scikit-image's {@code felzenszwalb}: differences are Euclidean over the channels; equal ones in the order of the places.
 * </p>
 *
 * @param scale the allowance for a segment of one pixel, {@code k} of the paper, for values from 0 to 255: more, and there are
 *          fewer segments
 * @param sigma of the blur before, in pixels; 0 for none
 * @param min places that a segment has at least
 */
public record Felzenszwalb(double scale, double sigma, int min) implements Segmentation {

	private static final double GRAYS = 255;

	public Felzenszwalb {
		if (!(scale > 0)) throw new GlassboxException("felzenszwalb's scale is above 0, found " + scale + ".");
		if (!(sigma >= 0 && sigma <= 100)) throw new GlassboxException("felzenszwalb's sigma is from 0 to 100 pixels, found " + sigma +
			".");
		if (min < 1) throw new GlassboxException("felzenszwalb's min is 1 pixel or more, found " + min + ".");
	}

	@Override
	public Segments of(final Tensor image) {
		final Pixels pixels = Pixels.of(image).blurred(sigma);
		final int[][] steps = steps();
		final long[] edges = edges(pixels, steps);
		final int places = pixels.count();
		final Forest forest = new Forest(places, scale / GRAYS);
		for (final long edge : edges) {
			Cancellation.check();
			forest.join((int) edge % places, other((int) edge, steps, pixels), Float.intBitsToFloat((int) (edge >>> Integer.SIZE)));
		}
		for (final long edge : edges) {
			Cancellation.check();
			forest.joinSmall((int) edge % places, other((int) edge, steps, pixels), min);
		}
		final int[] labels = new int[places];
		for (int i = 0; i < places; i++)
			labels[i] = forest.root(i);
		return pixels.segments(labels);
	}

	/** To one of each pair of neighbours. */
	private static int[][] steps() {
		final List<int[]> steps = new ArrayList<>(List.of(new int[] { 0, 0, 1 }, new int[] { 0, 1, 0 }, new int[] { 0, 1, 1 }, new int[] {
			0, 1, -1 }));
		for (int y = -1; y <= 1; y++)
			for (int x = -1; x <= 1; x++)
				steps.add(new int[] { 1, y, x });
		return steps.toArray(int[][]::new);
	}

	/** Difference in the upper half, in the lower the step's number times the number of places, plus the place; sorted. */
	private static long[] edges(final Pixels pixels, final int[][] steps) {
		final int places = pixels.count();
		Math.multiplyExact(places, steps.length);
		final long[] edges = new long[places * (pixels.flat() ? 4 : steps.length)];
		int n = 0;
		for (int s = 0; s < steps.length && (long) s * places < edges.length; s++)
			for (int i = 0; i < places; i++) {
				Cancellation.check();
				final int to = Components.neighbour(i, steps[s], pixels.extents());
				if (to >= 0) edges[n++] = (long) Float.floatToIntBits((float) Math.sqrt(pixels.squared(i, to))) << Integer.SIZE | s *
					places + i;
			}
		final long[] found = Arrays.copyOf(edges, n);
		Arrays.parallelSort(found);
		return found;
	}

	private static int other(final int edge, final int[][] steps, final Pixels pixels) {
		return Components.neighbour(edge % pixels.count(), steps[edge / pixels.count()], pixels.extents());
	}

	/** Places joined to trees, each with its size and the largest difference within. */
	private static final class Forest {

		private final int[] parents;
		private final int[] sizes;
		private final float[] within;
		private final double allowance;

		Forest(final int places, final double allowance) {
			this.allowance = allowance;
			parents = new int[places];
			Arrays.setAll(parents, i -> i);
			sizes = new int[places];
			Arrays.fill(sizes, 1);
			within = new float[places];
		}

		int root(final int place) {
			int at = place;
			while (parents[at] != at) {
				parents[at] = parents[parents[at]];
				at = parents[at];
			}
			return at;
		}

		void join(final int place, final int other, final float difference) {
			final int a = root(place);
			final int b = root(other);
			if (a != b && difference < Math.min(within[a] + allowance / sizes[a], within[b] + allowance / sizes[b])) within[merge(a,
				b)] = difference;
		}

		void joinSmall(final int place, final int other, final int min) {
			final int a = root(place);
			final int b = root(other);
			if (a != b && (sizes[a] < min || sizes[b] < min)) merge(a, b);
		}

		private int merge(final int a, final int b) {
			final int large = sizes[a] >= sizes[b] ? a : b;
			final int small = large == a ? b : a;
			parents[small] = large;
			sizes[large] += sizes[small];
			return large;
		}
	}
}
