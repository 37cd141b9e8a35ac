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
	 * @param map height x width; interpolated linearly to the mask's extents if it has others. Where that leaves
	 *          several equal maxima, as at the border, the middle of them counts; a flat
	 *          map, or one with values that are no numbers, hits nothing
	 * @param mask row by row, 0 outside
	 * @param width of the mask
	 * @param dilation in pixels of the mask, Euclidean
	 */
	public static boolean hit(final Tensor map, final byte[] mask, final int width, final double dilation) {
		final float[] values = Interpolation.linear(map, mask.length / width, width).floats();
		double x = 0;
		double y = 0;
		int maxima = 0;
		final float highest = highest(values);
		for (int i = 0; i < values.length; i++)
			if (values[i] == highest) {
				x += i % width;
				y += i / width;
				maxima++;
			}
		final boolean pointsSomewhere = maxima > 0 && maxima < values.length;
		return pointsSomewhere && near(mask, width, Math.round(x / maxima), Math.round(y / maxima), dilation);
	}

	private static float highest(final float[] values) {
		float highest = Float.NEGATIVE_INFINITY;
		for (final float v : values)
			highest = Math.max(highest, v);
		return highest;
	}

	private static boolean near(final byte[] mask, final int width, final long x, final long y, final double dilation) {
		for (int i = 0; i < mask.length; i++) {
			final long dx = i % width - x;
			final long dy = i / width - y;
			if (mask[i] != 0 && dx * dx + dy * dy <= dilation * dilation) return true;
		}
		return false;
	}
}
