package io.glassbox.method;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import org.apache.commons.math3.stat.correlation.KendallsCorrelation;

/**
 * How far two halves of LIME's samples say the same.
 * <p>
 * Each half has half as many samples, so that the whole is steadier than this tells.
 * </p>
 *
 * @param top how many segments were compared
 * @param jaccard segments that are among the top of both halves, as a fraction of those among the top of either; from 0 to 1
 * @param kendall rank correlation of all coefficients, from -1 to 1; 0 if a half has no order
 */
record LimeStability(int top, double jaccard, double kendall) {

	/** Samples to begin with where as many as needed were asked for. */
	static final int FIRST = 500;

	/** Of ten segments nine are the same. */
	static final double ENOUGH = 0.8;

	/** @param top how many segments count */
	static LimeStability of(final Surrogate one, final Surrogate other, final int top) {
		final Set<Integer> both = new HashSet<>(one.top(top));
		final Set<Integer> either = new HashSet<>(both);
		either.addAll(other.top(top));
		both.retainAll(other.top(top));
		final double tau = one.players() < 2 ? 1 : new KendallsCorrelation().correlation(one.coefficients(), other.coefficients());
		return new LimeStability(top, either.isEmpty() ? 1 : (double) both.size() / either.size(), Double.isFinite(tau) ? tau : 0);
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%.0f %% of the top %d are the same in two halves (Jaccard), rank correlation %.2f (Kendall)",
			100 * jaccard, top, kendall);
	}
}
