package io.glassbox.perturb;

import io.glassbox.graph.GlassboxException;

import java.util.Arrays;
import java.util.Random;

/**
 * Random smooth masks: coarse grids of cells that are seen or not, enlarged with linear interpolation and shifted at random.
 * <p>
 * Petsiuk, Das and Saenko, BMVC 2018, section 3.2. The coarse grid is enlarged to one cell more than fits into the image, and cut
 * out at a random offset of less than a cell, so that cells' borders lie anywhere. Along an axis of one cell, as few slices are, two
 * are drawn, or all of it would be alike. Cells are about square
 * (or cubes) whatever the image's proportions. Each mask has a random stream of its own: any of them can be made at any time, on
 * any thread.
 * </p>
 */
public final class RandomMasks {

	private static final long GOLDEN = 0x9E3779B97F4A7C15L;

	private final int[] extents;
	private final int[] cells;
	private final int[] coarse;
	private final int[] sizes;
	private final double keep;
	private final long seed;

	/**
	 * @param extents of the image, [depth,] height, width
	 * @param cells along the shorter of height and width
	 * @param keep the probability that a cell is seen
	 * @throws GlassboxException if there is no cell, or no chance
	 */
	public RandomMasks(final int[] extents, final int cells, final double keep, final long seed) {
		if (cells < 1) throw new GlassboxException("A mask has 1 cell or more along a side, found " + cells + ".");
		if (!(keep > 0 && keep < 1)) throw new GlassboxException("Cells are seen with a probability between 0 and 1, found " + keep +
			".");
		this.extents = extents.clone();
		this.keep = keep;
		this.seed = seed;
		final int n = extents.length;
		final double side = (double) Math.min(extents[n - 1], extents[n - 2]) / cells;
		this.cells = Arrays.stream(extents).map(e -> (int) Math.max(1, Math.round(e / side))).toArray();
		coarse = Arrays.stream(this.cells).map(c -> Math.max(2, c)).toArray();
		sizes = new int[n];
		for (int a = 0; a < n; a++)
			sizes[a] = (extents[a] + this.cells[a] - 1) / this.cells[a];
	}

	/** How many places a mask has. */
	public int places() {
		return Arrays.stream(extents).reduce(1, Math::multiplyExact);
	}

	/** A mask: for each place how much of it is seen, from 0 to 1. */
	public float[] mask(final int number) {
		final Random random = new Random(mixed(seed + number * GOLDEN));
		final int[] shape = coarse.clone();
		float[] values = new float[Arrays.stream(coarse).reduce(1, (a, b) -> a * b)];
		for (int i = 0; i < values.length; i++)
			values[i] = random.nextDouble() < keep ? 1 : 0;
		for (int a = 0; a < extents.length; a++) {
			values = enlarged(values, shape, a, random.nextInt(sizes[a]));
			shape[a] = extents[a];
		}
		return values;
	}

	/** Along one axis: linear between the cells' centres, the first and the last reaching to the border. */
	private float[] enlarged(final float[] values, final int[] shape, final int axis, final int offset) {
		int outer = 1;
		for (int a = 0; a < axis; a++)
			outer *= shape[a];
		int inner = 1;
		for (int a = axis + 1; a < shape.length; a++)
			inner *= shape[a];
		final int from = shape[axis];
		final int to = extents[axis];
		final float scale = (float) from / ((cells[axis] + 1) * sizes[axis]);
		final float[] result = new float[outer * to * inner];
		for (int j = 0; j < to; j++) {
			final float at = Math.min(from - 1f, Math.max(0f, (j + offset + 0.5f) * scale - 0.5f));
			final int low = (int) at;
			final int high = Math.min(from - 1, low + 1);
			final float share = at - low;
			for (int o = 0; o < outer; o++)
				for (int i = 0; i < inner; i++)
					result[(o * to + j) * inner + i] = (1 - share) * values[(o * from + low) * inner + i] + share * values[(o * from +
						high) * inner + i];
		}
		return result;
	}

	/** Neighbouring seeds of java.util.Random begin alike; this leaves no trace of it (Stafford's variant 13). */
	private static long mixed(final long seed) {
		long z = (seed ^ seed >>> 30) * 0xBF58476D1CE4E5B9L;
		z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
		return z ^ z >>> 31;
	}
}
