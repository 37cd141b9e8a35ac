package io.glassbox.explain;

import io.glassbox.graph.Tensor;

/**
 * Interpolation between the centres of pixels, along any number of axes one after another: bilinear for images, trilinear for
 * volumes, and likewise cubic, or the nearest pixel.
 * <p>
 * Pixel centres lie at half-integers and the border is repeated: what torch calls
 * {@code align_corners=False} and OpenCV {@code INTER_LINEAR} and {@code INTER_CUBIC}, without antialiasing. Or the first and
 * the last pixel keep their places and the others spread evenly between, {@code align_corners=True}.
 * </p>
 */
public final class Interpolation {

	/** Keys' constant as torch and OpenCV have it. */
	private static final double CUBIC = -0.75;

	private Interpolation() {}

	/** Resizes an array to new extents; ranks must agree. Axes that keep their extent are not touched. */
	public static Tensor linear(final Tensor source, final int... extents) {
		return resized(source, extents, (j, n, extent) -> linear(Math.max(0, centre(j, n, extent)), n));
	}

	/** The same, but first and last elements of an axis stay first and last: torch's {@code align_corners=True}. */
	public static Tensor linearFromCornerToCorner(final Tensor source, final int... extents) {
		return resized(source, extents, (j, n, extent) -> linear((double) j * (n - 1) / Math.max(1, extent - 1), n));
	}

	/** By cubic convolution, Keys 1981: through the values at the centres, smooth, and beyond the largest value near a peak. */
	public static Tensor cubic(final Tensor source, final int... extents) {
		return resized(source, extents, (j, n, extent) -> cubic(centre(j, n, extent), n));
	}

	/** The value of the pixel in which the new pixel's centre lies: torch's {@code nearest-exact}. */
	public static Tensor nearest(final Tensor source, final int... extents) {
		return resized(source, extents, (j, n, extent) -> new Taps(new int[] { (int) ((j + 0.5) * n / extent) }, 1));
	}

	/** Where the centre of new pixel {@code j} of {@code extent} lies among {@code n}. */
	private static double centre(final int j, final int n, final int extent) {
		return (j + 0.5) * n / extent - 0.5;
	}

	private static Taps linear(final double x, final int n) {
		final int low = Math.min((int) x, n - 1);
		final float w = (float) (x - low);
		return new Taps(new int[] { low, Math.min(low + 1, n - 1) }, 1 - w, w);
	}

	private static Taps cubic(final double x, final int n) {
		final int low = (int) Math.floor(x);
		final int[] places = new int[4];
		final float[] weights = new float[4];
		for (int k = 0; k < 4; k++) {
			places[k] = Math.max(0, Math.min(n - 1, low - 1 + k));
			weights[k] = (float) cubic(Math.abs(x - (low - 1 + k)));
		}
		return new Taps(places, weights);
	}

	private static double cubic(final double distance) {
		final double d = distance;
		return d <= 1 ? ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1 : CUBIC * (((d - 5) * d + 8) * d - 4);
	}

	/** Which old pixels make a new one, with what weight each. */
	private record Taps(int[] places, float... weights) {}

	@FunctionalInterface
	private interface Kernel {

		/** Of new pixel {@code j} of {@code extent}, among {@code n} old ones. */
		Taps of(int j, int n, int extent);
	}

	private static Tensor resized(final Tensor source, final int[] extents, final Kernel kernel) {
		if (extents.length != source.rank()) throw new IllegalArgumentException("Cannot resize " + source + " to " +
			extents.length + " axes");
		Tensor t = source;
		for (int axis = 0; axis < extents.length; axis++)
			if (extents[axis] != t.size(axis)) t = alongAxis(t, axis, extents[axis], kernel);
		return t;
	}

	private static Tensor alongAxis(final Tensor t, final int axis, final int extent, final Kernel kernel) {
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
			final Taps taps = kernel.of(j, n, extent);
			for (int o = 0; o < outer; o++)
				for (int k = 0; k < taps.weights().length; k++) {
					final int from = (o * n + taps.places()[k]) * inner;
					final int to = (o * extent + j) * inner;
					for (int i = 0; i < inner; i++)
						out[to + i] += taps.weights()[k] * in[from + i];
				}
		}
		return Tensor.of(out, shape);
	}
}
