package io.glassbox.method;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.apache.commons.math3.stat.correlation.KendallsCorrelation;

/**
 * How far parts of LIME's samples say the same, each fitted for itself: two halves, or runs with other seeds.
 * <p>
 * A half has half as many samples, so that the whole is steadier than this tells.
 * </p>
 *
 * @param parts how many were compared, each with each
 * @param top how many segments were compared
 * @param jaccard not a number if it is not known; segments that are among the top of both parts, as a fraction of those among the top of either; from 0 to 1
 * @param kendall likewise; rank correlation of all values, from -1 to 1; 0 if a part has no order
 */
record LimeStability(int parts, int top, double jaccard, double kendall) {

	/** Samples to begin with where as many as needed were asked for. */
	static final int FIRST = 500;

	/** Of ten segments nine are the same. */
	static final double ENOUGH = 0.8;

	/** Of parts of which one has hardly any copies that count. */
	static LimeStability unknown(final int parts, final int top) {
		return new LimeStability(parts, top, Double.NaN, Double.NaN);
	}

	/** @param top how many segments count */
	static LimeStability of(final List<Surrogate> parts, final int top) {
		double jaccard = 0;
		double kendall = 0;
		for (int i = 0; i < parts.size(); i++)
			for (int j = 0; j < i; j++) {
				jaccard += jaccard(parts.get(i), parts.get(j), top);
				kendall += kendall(parts.get(i).values(), parts.get(j).values());
			}
		final int pairs = parts.size() * (parts.size() - 1) / 2;
		return new LimeStability(parts.size(), top, jaccard / pairs, kendall / pairs);
	}

	private static double jaccard(final Surrogate one, final Surrogate other, final int top) {
		final Set<Integer> both = new HashSet<>(one.top(top));
		final Set<Integer> either = new HashSet<>(both);
		either.addAll(other.top(top));
		both.retainAll(other.top(top));
		return either.isEmpty() ? 1 : (double) both.size() / either.size();
	}

	private static double kendall(final double[] one, final double[] other) {
		final double tau = one.length < 2 ? 1 : new KendallsCorrelation().correlation(one, other);
		return Double.isFinite(tau) ? tau : 0;
	}

	/** @param what was compared: {@code two halves} */
	String told(final String what) {
		if (Double.isNaN(jaccard)) return "not known: hardly any copies in " + what + " are near the image";
		return String.format(Locale.ROOT, "%.0f %% of the top %d are the same in %s (Jaccard), rank correlation %.2f (Kendall)", 100 *
			jaccard, top, what, kendall);
	}
}
