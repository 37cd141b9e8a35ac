package io.glassbox.graph;

import java.util.Arrays;

/**
 * How one axis of an image is resized: for each place of the result the weights of the elements it is made of.
 * <p>
 * Everything ONNX {@code Resize} can say comes down to this, so that one matrix product for each axis resizes. Places
 * count from the first element; the coordinate of a place in the source follows from
 * {@code coordinate_transformation_mode}.
 * </p>
 */
public final class Interpolation {

	private final String coordinates;
	private final long from;
	private final long to;
	private final double scale;
	private final double begin;
	private final double end;

	/**
	 * @param scale how many times larger the result is
	 * @param begin where the part to resize begins, and {@code end} where it ends, in shares of the extent; read by
	 *          {@code tf_crop_and_resize} alone
	 */
	public Interpolation(final String coordinates, final long from, final long to, final double scale, final double begin,
		final double end)
	{
		this.coordinates = coordinates;
		this.from = from;
		this.to = to;
		this.scale = scale;
		this.begin = begin;
		this.end = end;
	}

	/** Where in the source the place {@code i} of the result lies. */
	double source(final long i) {
		return switch (coordinates) {
			case "half_pixel" -> (i + 0.5) / scale - 0.5;
			case "pytorch_half_pixel" -> to > 1 ? (i + 0.5) / scale - 0.5 : 0;
			case "half_pixel_symmetric" -> {
				final double adjustment = to / (scale * from);
				yield from / 2.0 * (1 - adjustment) + (i + 0.5) / scale - 0.5;
			}
			case "align_corners" -> to > 1 ? i * (from - 1.0) / (to - 1) : 0;
			case "asymmetric" -> i / scale;
			case "tf_half_pixel_for_nn" -> (i + 0.5) / scale;
			case "tf_crop_and_resize" -> to > 1 ? begin * (from - 1) + i * (end - begin) * (from - 1) / (to - 1) : 0.5 *
				(begin + end) * (from - 1);
			default -> throw new UnsupportedNetworkException("Resize with coordinate_transformation_mode '" + coordinates +
				"' is not supported.");
		};
	}

	/** Which places lie outside the source and take {@code extrapolation_value}; null if none does. */
	boolean[] outside() {
		if (!coordinates.equals("tf_crop_and_resize")) return null;
		final boolean[] outside = new boolean[(int) to];
		boolean any = false;
		for (int i = 0; i < outside.length; i++) {
			outside[i] = source(i) < 0 || source(i) > from - 1;
			any |= outside[i];
		}
		return any ? outside : null;
	}

	/** For each place of the result the nearest element. */
	long[] nearest(final String rounding) {
		final long[] at = new long[(int) to];
		Arrays.setAll(at, i -> Math.max(0, Math.min(from - 1, rounded(source(i), rounding))));
		return at;
	}

	private static long rounded(final double x, final String rounding) {
		return (long) switch (rounding) {
			case "round_prefer_floor" -> Math.ceil(x - 0.5);
			case "round_prefer_ceil" -> Math.floor(x + 0.5);
			case "floor" -> Math.floor(x);
			case "ceil" -> Math.ceil(x);
			default -> throw new UnsupportedNetworkException("Resize with nearest_mode '" + rounding + "' is not supported.");
		};
	}

	/**
	 * Weights, {@code from} rows by {@code to} columns.
	 *
	 * @param cubic Keys' cubic convolution (1981) with the coefficient {@code a}; else linear
	 * @param excludeOutside whether elements beyond the border weigh nothing; else they equal the border
	 * @param antialias whether a smaller result averages over as many more elements
	 */
	public float[] weights(final boolean cubic, final double a, final boolean excludeOutside, final boolean antialias) {
		final float[] weights = new float[Math.toIntExact(from * to)];
		final double stretch = antialias ? Math.max(1, 1 / scale) : 1;
		final double reach = (cubic ? 2 : 1) * stretch;
		for (int i = 0; i < to; i++) {
			final double x = source(i);
			final long first = (long) Math.floor(x - reach) + 1;
			final long last = (long) Math.ceil(x + reach) - 1;
			double sum = 0;
			for (long k = first; k <= last; k++)
				if (!excludeOutside || k >= 0 && k < from) sum += weight((k - x) / stretch, cubic, a);
			for (long k = first; k <= last; k++) {
				if (excludeOutside && (k < 0 || k >= from)) continue;
				final long at = Math.max(0, Math.min(from - 1, k));
				weights[(int) (at * to + i)] += (float) (weight((k - x) / stretch, cubic, a) / sum);
			}
		}
		return weights;
	}

	private static double weight(final double distance, final boolean cubic, final double a) {
		final double d = Math.abs(distance);
		if (!cubic) return Math.max(0, 1 - d);
		if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
		return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
	}
}
