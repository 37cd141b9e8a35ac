package io.glassbox.explain;

import io.glassbox.graph.Tensor;

/**
 * Linear interpolation between the centres of pixels, along any number of axes: bilinear for images,
 * trilinear for volumes.
 * <p>
 * Pixel centres lie at half-integers and the border is repeated: what torch calls
 * {@code align_corners=False} and OpenCV {@code INTER_LINEAR}, without antialiasing. Or the first and the last pixel keep
 * their places and the others spread evenly between, {@code align_corners=True}.
 * </p>
 */
public final class Interpolation {

	private Interpolation() {}

	/** Resizes an array to new extents; ranks must agree. Axes that keep their extent are not touched. */
	public static Tensor linear(final Tensor source, final int... extents) {
		return resized(source, extents, false);
	}

	/** The same, but first and last elements of an axis stay first and last: torch's {@code align_corners=True}. */
	public static Tensor linearFromCornerToCorner(final Tensor source, final int... extents) {
		return resized(source, extents, true);
	}

	private static Tensor resized(final Tensor source, final int[] extents, final boolean corners) {
		if (extents.length != source.rank()) throw new IllegalArgumentException("Cannot resize " + source + " to " +
			extents.length + " axes");
		Tensor t = source;
		for (int axis = 0; axis < extents.length; axis++)
			if (extents[axis] != t.size(axis)) t = alongAxis(t, axis, extents[axis], corners);
		return t;
	}

	private static Tensor alongAxis(final Tensor t, final int axis, final int extent, final boolean corners) {
		final int[] shape = t.shape();
		final int n = shape[axis];
		int outer = 1;
		for (int i = 0; i < axis; i++)
			outer *= shape[i];
		int inner = 1;
		for (int i = axis + 1; i < shape.length; i++)
			inner *= shape[i];
		shape[axis] = extent;
		final float[] in = t.floats();
		final float[] out = new float[Math.toIntExact(Tensor.count(shape))];
		for (int j = 0; j < extent; j++) {
			final double x = corners ? (double) j * (n - 1) / Math.max(1, extent - 1) : Math.max(0, (j + 0.5) * n / extent - 0.5);
			final int low = Math.min((int) x, n - 1);
			final int high = Math.min(low + 1, n - 1);
			final float w = (float) (x - low);
			for (int o = 0; o < outer; o++) {
				final int a = (o * n + low) * inner;
				final int b = (o * n + high) * inner;
				final int c = (o * extent + j) * inner;
				for (int i = 0; i < inner; i++)
					out[c + i] = (1 - w) * in[a + i] + w * in[b + i];
			}
		}
		return Tensor.of(out, shape);
	}
}
