package io.glassbox.image;

/**
 * How much relevance of one sign a map holds, and how strong the pixels are that hold most of it.
 * <p>
 * Exact and without sorting: the bits of positive floats sort as integers do, so relevance is summed up in bins of
 * the upper 16 bits, and, within the bin that is cut, of the lower 16 bits.
 * </p>
 */
final class RelevanceTotals {

	private static final int BINS = 1 << 16;

	private final RelevanceMap map;
	private final int sign;
	private final double[] upper = new double[BINS];
	private double total;

	/** @param sign 1 or -1: which values count */
	RelevanceTotals(final RelevanceMap map, final int sign) {
		this.map = map;
		this.sign = sign;
		forEach(v -> {
			upper[Float.floatToIntBits(v) >>> 16] += v;
			total += v;
		});
	}

	double total() {
		return total;
	}

	/** The largest value such that the pixels of at least that strength hold this share of the total. */
	float threshold(final double share) {
		final double wanted = share * total * (1 - 1e-9); // sums of doubles
		int bin = BINS;
		double above = 0;
		while (bin > 0 && above < wanted)
			above += upper[--bin];
		above -= upper[bin];
		final double[] lower = new double[BINS];
		final int cut = bin;
		forEach(v -> {
			final int bits = Float.floatToIntBits(v);
			if (bits >>> 16 == cut) lower[bits & BINS - 1] += v;
		});
		int low = BINS;
		while (low > 0 && above < wanted)
			above += lower[--low];
		return Float.intBitsToFloat(bin << 16 | low);
	}

	@FunctionalInterface
	private interface Strength {

		void accept(float value);
	}

	private void forEach(final Strength strength) {
		for (int i = 0; i < map.size(); i++)
			map.forEachRow(i, (y, row) -> {
				for (final float v : row)
					if (sign * v > 0) strength.accept(sign * v);
			});
	}
}
