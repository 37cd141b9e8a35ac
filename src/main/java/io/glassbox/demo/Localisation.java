package io.glassbox.demo;

import io.glassbox.explain.Interpolation;
import io.glassbox.graph.Tensor;

/**
 * The pointing game (Zhang et al., <em>Top-down neural attention by excitation backprop</em>, 2016): does a map
 * have its maximum on the thing it should point at, or within a tolerance of it?
 * <p>
 * The tolerance of a class activation map is the stride of its layer, the distance between two of its places.
 * </p>
 */
public final class Localisation {

	private Localisation() {}

	/**
	 * Whether the highest value of a map lies on a mask, or not farther from it than {@code dilation} pixels.
	 *
	 * @param map height x width; interpolated linearly to the mask's extents if it has others
	 * @param mask row by row, 0 outside
	 * @param width of the mask
	 * @param dilation in pixels of the mask, Euclidean
	 */
	public static boolean hit(final Tensor map, final byte[] mask, final int width, final double dilation) {
		final int peak = peak(Interpolation.linear(map, mask.length / width, width).floats());
		final int reach = (int) dilation;
		for (int dy = -reach; dy <= reach; dy++)
			for (int dx = -reach; dx <= reach; dx++) {
				final int x = peak % width + dx;
				final int y = peak / width + dy;
				final boolean near = dx * dx + dy * dy <= dilation * dilation;
				if (near && x >= 0 && x < width && y >= 0 && y * width < mask.length && mask[y * width + x] != 0) return true;
			}
		return false;
	}

	/** Index of the highest value, the first of several. */
	private static int peak(final float[] values) {
		int peak = 0;
		for (int i = 1; i < values.length; i++)
			if (values[i] > values[peak]) peak = i;
		return peak;
	}
}
