package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * Exact percentiles of any number of pixels without sorting or copying them.
 * <p>
 * Values are read as 32-bit floats, whose bits, with the sign treated rightly, sort as integers do. One pass counts
 * the upper 16 bits, which tells in which of 65536 bins a wanted rank lies; a second pass counts the lower 16 bits
 * within that bin. Between ranks the percentile is interpolated linearly, as NumPy does.
 * </p>
 */
final class Percentiles {

	private static final int BINS = 1 << 16;

	private final List<? extends RandomAccessibleInterval<? extends RealType<?>>> planes;
	private final long[] upper = new long[BINS];
	private final long count;

	private Percentiles(final List<? extends RandomAccessibleInterval<? extends RealType<?>>> planes) {
		this.planes = planes;
		long n = 0;
		for (final RandomAccessibleInterval<? extends RealType<?>> plane : planes)
			for (final RealType<?> value : plane) {
				upper[key(value) >>> 16]++;
				n++;
			}
		count = n;
	}

	/** The values at each of these percentages; no pixel may be NaN. */
	static double[] of(final List<? extends RandomAccessibleInterval<? extends RealType<?>>> planes,
		final double... percents)
	{
		final Percentiles percentiles = new Percentiles(planes);
		final double[] values = new double[percents.length];
		for (int i = 0; i < percents.length; i++) {
			if (!(percents[i] >= 0 && percents[i] <= 100)) throw new GlassboxException("A percentile lies between 0 and " +
				"100, found " + percents[i] + ".");
			values[i] = percentiles.at(percents[i]);
		}
		return values;
	}

	private double at(final double percent) {
		final double rank = percent / 100 * (count - 1);
		final long below = (long) rank;
		final double low = ranked(below);
		return rank == below ? low : low + (rank - below) * (ranked(below + 1) - low);
	}

	private float ranked(final long rank) {
		long before = 0;
		int bin = 0;
		while (before + upper[bin] <= rank)
			before += upper[bin++];
		final long[] lower = new long[BINS];
		for (final RandomAccessibleInterval<? extends RealType<?>> plane : planes)
			for (final RealType<?> value : plane) {
				final int key = key(value);
				if (key >>> 16 == bin) lower[key & BINS - 1]++;
			}
		int low = 0;
		while (before + lower[low] <= rank)
			before += lower[low++];
		return value(bin << 16 | low);
	}

	/** An integer that sorts, unsigned, as the float does. */
	private static int key(final RealType<?> value) {
		final int bits = Float.floatToIntBits(value.getRealFloat());
		return bits < 0 ? ~bits : bits | Integer.MIN_VALUE;
	}

	private static float value(final int key) {
		return Float.intBitsToFloat(key < 0 ? key & Integer.MAX_VALUE : ~key);
	}
}
