package io.glassbox.method;

/**
 * Mean of scores times the masks they were seen through, for every place, with its standard error.
 * <p>
 * As in the paper, of {@code f M / p}. Centred, of {@code (f - mean of f) (M - p) / p}, the covariance: the same but for the mean
 * of {@code f}, which is taken from every place. The mean is known at the end only; so the sums are kept of {@code (f - f0) (M - p)}
 * with the first score {@code f0}, of {@code M - p}, and of their squares and products, by Welford's recurrence, from which
 * those of any other offset follow.
 * </p>
 */
final class MaskedScores {

	private final double keep;
	private final boolean centred;
	private final double[] terms;
	private final double[] termSquares;
	private final double[] masks;
	private final double[] maskSquares;
	private final double[] products;
	private double first;
	private double above;
	private int count;

	/** @param keep the probability {@code p} that a place is seen */
	MaskedScores(final int places, final double keep, final boolean centred) {
		this.keep = keep;
		this.centred = centred;
		terms = new double[places];
		termSquares = new double[places];
		masks = new double[places];
		maskSquares = new double[places];
		products = new double[places];
	}

	void add(final double score, final float[] mask) {
		if (count == 0) first = centred ? score : 0;
		count++;
		above += (score - first - above) / count;
		final double hidden = centred ? keep : 0;
		for (int k = 0; k < terms.length; k++) {
			final double m = (mask[k] - hidden) / keep;
			final double t = (score - first) * m;
			final double offTerm = t - terms[k];
			final double offMask = m - masks[k];
			terms[k] += offTerm / count;
			masks[k] += offMask / count;
			termSquares[k] += offTerm * (t - terms[k]);
			maskSquares[k] += offMask * (m - masks[k]);
			products[k] += offTerm * (m - masks[k]);
		}
	}

	int count() {
		return count;
	}

	float[] map() {
		final float[] map = new float[terms.length];
		for (int k = 0; k < map.length; k++)
			map[k] = (float) (terms[k] - offset() * masks[k]);
		return map;
	}

	/** What is taken from each score beside the first: the mean, if centred. */
	private double offset() {
		return centred ? above : 0;
	}

	/** Standard error of the map; 0 of a single mask, of which it is not known. */
	float[] error() {
		final float[] error = new float[terms.length];
		final double o = offset();
		for (int k = 0; k < error.length && count > 1; k++)
			error[k] = (float) Math.sqrt(Math.max(0, termSquares[k] - 2 * o * products[k] + o * o * maskSquares[k]) / (count - 1) /
				count);
		return error;
	}

	/** Root mean square of the error over the standard deviation of the map's places; 0 of a map without error. */
	double relativeError() {
		final float[] map = map();
		double sum = 0;
		double squares = 0;
		double errors = 0;
		for (final float v : map) {
			sum += v;
			squares += (double) v * v;
		}
		for (final float e : error())
			errors += (double) e * e;
		return errors == 0 ? 0 : Math.sqrt(errors / Math.max(Double.MIN_NORMAL, squares - sum * sum / map.length));
	}
}
