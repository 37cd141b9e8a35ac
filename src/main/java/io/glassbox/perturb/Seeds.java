package io.glassbox.perturb;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Places on a regular grid, about as many as wanted, of about equal distance along all axes; where an axis is shorter than that,
 * they lie in its middle. Those of scikit-image's {@code regular_grid}.
 *
 * @param at the places, in their order
 * @param steps from one to the next along each axis
 */
record Seeds(int[] at, int[] steps) {

	/** @param extents depth, height, width */
	static Seeds of(final int[] extents, final int count) {
		final int n = extents.length;
		final double places = Arrays.stream(extents).asDoubleStream().reduce(1, (a, b) -> a * b);
		final int[] starts = new int[n];
		final int[] steps = new int[n];
		Arrays.fill(steps, 1);
		if (places > count) {
			final double[] sides = sides(extents, count);
			for (int a = 0; a < n; a++) {
				starts[a] = (int) Math.floor(sides[a] / 2);
				steps[a] = (int) Math.rint(sides[a]);
			}
		}
		final int[] at = IntStream.range(0, (int) places).filter(i -> {
			final int[] p = { i / (extents[1] * extents[2]), i / extents[2] % extents[1], i % extents[2] };
			return IntStream.range(0, n).allMatch(a -> p[a] >= starts[a] && (p[a] - starts[a]) % steps[a] == 0);
		}).toArray();
		return new Seeds(at, steps);
	}

	/** How long parts are along each axis of which there are about as many as wanted; an axis may be as short as one of them. */
	static double[] sides(final int[] extents, final int count) {
		final int n = extents.length;
		final int[] order = IntStream.range(0, n).boxed().sorted(Comparator.comparingInt(a -> extents[a])).mapToInt(a -> a).toArray();
		final double[] sorted = Arrays.stream(order).mapToDouble(a -> extents[a]).toArray();
		final double[] sizes = sizes(sorted, Arrays.stream(sorted).reduce(1, (a, b) -> a * b), count);
		final double[] sides = new double[n];
		for (int i = 0; i < n; i++)
			sides[order[i]] = sizes[i];
		return sides;
	}

	/** @param sorted extents, the shortest first */
	private static double[] sizes(final double[] sorted, final double places, final int count) {
		final int n = sorted.length;
		final double[] sizes = new double[n];
		Arrays.fill(sizes, Math.pow(places / count, 1.0 / n));
		double rest = places;
		for (int axis = 0; axis < n && IntStream.range(0, n).anyMatch(a -> sorted[a] < sizes[a]); axis++) {
			sizes[axis] = sorted[axis];
			rest /= sorted[axis];
			for (int a = axis + 1; a < n; a++)
				sizes[a] = Math.max(1, Math.pow(rest / count, 1.0 / (n - axis - 1)));
		}
		return sizes;
	}
}
