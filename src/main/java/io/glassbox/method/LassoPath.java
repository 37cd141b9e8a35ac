package io.glassbox.method;

import io.glassbox.explain.Cancellation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;


/**
 * The coefficients of the lasso for every penalty, by least angles: from the penalty at which all are 0 down to none.
 * <p>
 * Efron, Hastie, Johnstone and Tibshirani, <em>Least Angle Regression</em>, Annals of Statistics 2004, sections 2 and 3.1. Between
 * two points of the path coefficients change along a line, on which all features in use stay equally correlated with what is left
 * over. At a point a feature comes into use, or goes whose coefficient has become 0.
 * </p>
 */
final class LassoPath {

	/** Correlations this small beside the first are rounding. */
	private static final double ROUNDING = 1e-12;

	private final WeightedSamples samples;
	private final int p;
	private final double[] coefficients;
	private final double[] correlations;
	private final List<Integer> used = new ArrayList<>();
	private final List<double[]> points = new ArrayList<>();
	private final boolean[] barred;

	private LassoPath(final WeightedSamples samples) {
		this.samples = samples;
		p = samples.features();
		coefficients = new double[p];
		correlations = IntStream.range(0, p).mapToDouble(samples::productWithScore).toArray();
		barred = new boolean[p];
		walk();
	}

	/** The coefficients at the points of the path, of which the first are all 0. */
	static List<double[]> of(final WeightedSamples samples) {
		return new LassoPath(samples).points;
	}

	private void walk() {
		points.add(coefficients.clone());
		final double start = highest();
		boolean dropped = false;
		while (points.size() <= 8 * p + 8) {
			Cancellation.check();
			final double c = highest();
			if (c <= ROUNDING * start || c == 0) return;
			if (!dropped && !add(c)) return;
			dropped = step(used.stream().mapToDouble(j -> Math.abs(correlations[j])).max().orElse(0));
			points.add(coefficients.clone());
			if (used.isEmpty() && !dropped) return;
		}
	}

	private double highest() {
		return IntStream.range(0, p).filter(j -> !barred[j]).mapToDouble(j -> Math.abs(correlations[j])).max().orElse(0);
	}

	/** Takes the feature into use that is most correlated with what is left over; one that others make up never. */
	private boolean add(final double c) {
		while (true) {
			int best = -1;
			for (int j = 0; j < p; j++)
				if (!barred[j] && !used.contains(j) && (best < 0 || Math.abs(correlations[j]) > Math.abs(correlations[best]))) best = j;
			if (best < 0) return !used.isEmpty() && used.stream().anyMatch(j -> Math.abs(correlations[j]) > ROUNDING * c);
			if (isNew(best)) {
				used.add(best);
				return true;
			}
			barred[best] = true;
		}
	}

	private boolean isNew(final int j) {
		final double own = samples.product(j, j);
		if (own <= 0) return false;
		if (used.isEmpty()) return true;
		final double[] with = used.stream().mapToDouble(k -> samples.product(k, j)).toArray();
		final double[] made = solved(with);
		double left = own;
		for (int i = 0; i < with.length; i++)
			left -= made[i] * with[i];
		return left > 1e-9 * own;
	}

	/** Goes on until another feature is as correlated, or one has come to nothing; whether it was the latter. */
	private boolean step(final double c) {
		final double[] signs = used.stream().mapToDouble(j -> Math.signum(correlations[j])).toArray();
		final double[] direction = solved(signs);
		final double[] change = new double[p];
		for (int j = 0; j < p; j++)
			for (int i = 0; i < direction.length; i++)
				change[j] += samples.product(j, used.get(i)) * direction[i];
		double length = c;
		for (int j = 0; j < p; j++) {
			if (barred[j] || used.contains(j)) continue;
			for (final double at : new double[] { (c - correlations[j]) / (1 - change[j]), (c + correlations[j]) / (1 + change[j]) })
				if (at > ROUNDING * c && at < length) length = at;
		}
		int gone = -1;
		for (int i = 0; i < direction.length; i++) {
			final double at = -coefficients[used.get(i)] / direction[i];
			if (at > 0 && at < length) {
				length = at;
				gone = i;
			}
		}
		for (int i = 0; i < direction.length; i++)
			coefficients[used.get(i)] += length * direction[i];
		for (int j = 0; j < p; j++)
			correlations[j] -= length * change[j];
		if (gone < 0) return false;
		coefficients[used.remove(gone)] = 0;
		return true;
	}

	/** The combination of the features in use whose products with them are these. */
	private double[] solved(final double[] products) {
		final int n = used.size();
		final double[][] a = new double[n][n];
		for (int i = 0; i < n; i++)
			for (int j = 0; j < n; j++)
				a[i][j] = samples.product(used.get(i), used.get(j));
		return SymmetricSystem.solved(a, products);
	}

	/** Features whose coefficients are not 0 at the last point that has no more than so many of them. */
	static int[] last(final WeightedSamples samples, final int most) {
		final List<double[]> points = of(samples);
		int[] chosen = new int[0];
		for (int i = points.size() - 1; i > 0; i--) {
			final double[] at = points.get(i);
			chosen = IntStream.range(0, at.length).filter(j -> at[j] != 0).toArray();
			if (chosen.length <= most) break;
		}
		return chosen.length <= most ? chosen : Arrays.copyOf(chosen, most);
	}
}
