package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.loops.LoopBuilder;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.integer.UnsignedShortType;

/**
 * Exact percentiles of any number of pixels without sorting or copying them.
 * <p>
 * Every value has a 32-bit key that sorts as the values do. One pass counts the upper 16 bits of the keys, which tells
 * in which of 65536 bins each wanted rank lies; a second pass counts the lower 16 bits within those bins. Unsigned 8
 * and 16 bit need the first pass only. Between ranks the percentile is interpolated linearly, as NumPy does.
 * </p>
 */
final class Percentiles {

	private static final int BINS = 1 << 16;

	private final List<? extends RandomAccessibleInterval<? extends RealType<?>>> planes;
	private final boolean small;
	private final long[] upper = new long[BINS];
	private final Map<Integer, long[]> lower = new HashMap<>();

	private Percentiles(final List<? extends RandomAccessibleInterval<? extends RealType<?>>> planes) {
		this.planes = planes;
		final RealType<?> type = planes.get(0).getType();
		small = type instanceof UnsignedByteType || type instanceof UnsignedShortType;
		forEachKey(key -> upper[key >>> 16]++);
	}

	/** The values at each of these percentages; no pixel may be NaN. */
	static double[] of(final List<? extends RandomAccessibleInterval<? extends RealType<?>>> planes,
		final double... percents)
	{
		for (final double percent : percents)
			if (!(percent >= 0 && percent <= 100)) throw new GlassboxException("A percentile lies between 0 and 100, found " +
				percent + ".");
		final long last = planes.stream().mapToLong(RandomAccessibleInterval::size).sum() - 1;
		final long[] ranks = new long[2 * percents.length];
		for (int i = 0; i < percents.length; i++) {
			ranks[2 * i] = (long) (percents[i] / 100 * last);
			ranks[2 * i + 1] = Math.min(last, ranks[2 * i] + 1);
		}
		final Percentiles p = new Percentiles(planes);
		p.countLower(ranks);
		final double[] values = new double[percents.length];
		for (int i = 0; i < percents.length; i++) {
			final double low = p.ranked(ranks[2 * i]);
			values[i] = low + (percents[i] / 100 * last - ranks[2 * i]) * (p.ranked(ranks[2 * i + 1]) - low);
		}
		return values;
	}

	private void countLower(final long[] ranks) {
		if (small) return;
		for (final long rank : ranks)
			lower.computeIfAbsent(bin(upper, rank), k -> new long[BINS]);
		final long[][] table = new long[BINS][];
		lower.forEach((bin, counts) -> table[bin] = counts);
		forEachKey(key -> {
			final long[] counts = table[key >>> 16];
			if (counts != null) counts[key & BINS - 1]++;
		});
	}

	private double ranked(final long rank) {
		final int bin = bin(upper, rank);
		if (small) return bin;
		long before = 0;
		for (int i = 0; i < bin; i++)
			before += upper[i];
		return value(bin << 16 | bin(lower.get(bin), rank - before));
	}

	/** The bin in which the element of that rank lies. */
	private static int bin(final long[] counts, final long rank) {
		long before = 0;
		int bin = 0;
		while (before + counts[bin] <= rank)
			before += counts[bin++];
		return bin;
	}

	@FunctionalInterface
	private interface Key {

		void accept(int key);
	}

	private void forEachKey(final Key keys) {
		for (final RandomAccessibleInterval<? extends RealType<?>> plane : planes)
			LoopBuilder.setImages(plane).forEachPixel(small ? v -> keys.accept((int) v.getRealFloat() << 16) : v -> keys
				.accept(key(v.getRealFloat())));
	}

	/** An integer that sorts, unsigned, as the float does. */
	private static int key(final float value) {
		final int bits = Float.floatToIntBits(value);
		return bits < 0 ? ~bits : bits | Integer.MIN_VALUE;
	}

	private static float value(final int key) {
		return Float.intBitsToFloat(key < 0 ? key & Integer.MAX_VALUE : ~key);
	}
}
