package io.glassbox.method;

import io.glassbox.explain.Cancellation;

import java.util.Arrays;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Samples to which a linear function is fitted, as the sums of their products: all that weighted fits with an intercept need.
 * <p>
 * Columns and scores are taken about their weighted means, whereby the intercept is free of any penalty.
 * </p>
 */
final class WeightedSamples {

	/** What is left over of samples that nearly fix the fit is not enlarged more than this. */
	private static final double LEAST_FREE = 1e-3;

	private final double[][] gram;
	private final double[] products;
	private final double[] means;
	private final double mean;
	private final double all;
	private final double squares;

	/** One feature of one sample. */
	@FunctionalInterface
	interface Values {

		double of(int sample, int feature);
	}

	/** Of features that are there, 1, or not, 0. */
	WeightedSamples(final LocalSamples samples) {
		this((i, j) -> samples.there()[i][j] ? 1 : 0, samples.features(), samples.scores(), samples.weights());
	}

	/**
	 * @param values of the features
	 * @param p how many features there are
	 * @param scores one for each sample
	 * @param weights of the samples, 0 or more, not all 0
	 */
	WeightedSamples(final Values values, final int p, final double[] scores, final double[] weights) {
		all = Arrays.stream(weights).sum();
		means = new double[p];
		double middle = 0;
		for (int i = 0; i < scores.length; i++) {
			middle += weights[i] * scores[i] / all;
			for (int j = 0; j < p; j++)
				means[j] += weights[i] * values.of(i, j) / all;
		}
		mean = middle;
		gram = new double[p][p];
		products = new double[p];
		double spread = 0;
		final double[] off = new double[p];
		for (int i = 0; i < scores.length; i++) {
			Cancellation.check();
			final double y = scores[i] - mean;
			spread += weights[i] * y * y;
			for (int j = 0; j < p; j++)
				off[j] = values.of(i, j) - means[j];
			for (int j = 0; j < p; j++) {
				final double weighted = weights[i] * off[j];
				if (weighted == 0) continue;
				products[j] += weighted * y;
				final double[] row = gram[j];
				for (int k = 0; k <= j; k++)
					row[k] += weighted * off[k];
			}
		}
		for (int j = 0; j < p; j++)
			for (int k = 0; k < j; k++)
				gram[k][j] = gram[j][k];
		squares = spread;
	}

	int features() {
		return products.length;
	}

	/** Weighted sum of products of two features about their means. */
	double product(final int j, final int k) {
		return gram[j][k];
	}

	/** Weighted sum of products of a feature and the score about their means. */
	double productWithScore(final int j) {
		return products[j];
	}

	/**
	 * A fit of some features.
	 *
	 * @param coefficients one for each of them
	 * @param r2 weighted share of the scores' spread that it explains; 0 of scores without spread
	 */
	record Fit(int[] features, double[] coefficients, double intercept, double r2) {

		/** What it says of the sample that has all features. */
		double ofAll() {
			return intercept + Arrays.stream(coefficients).sum();
		}
	}

	/** Ridge regression on some features; with no penalty least squares, of which the shortest. */
	Fit ridge(final int[] features, final double penalty) {
		final int n = features.length;
		final double[][] a = new double[n][n];
		final double[] b = new double[n];
		for (int i = 0; i < n; i++) {
			b[i] = products[features[i]];
			for (int j = 0; j < n; j++)
				a[i][j] = gram[features[i]][features[j]] + (i == j ? penalty : 0);
		}
		final double[] c = n == 0 ? b : SymmetricSystem.solved(a, b);
		double intercept = mean;
		double explained = 0;
		double square = 0;
		for (int i = 0; i < n; i++) {
			intercept -= c[i] * means[features[i]];
			explained += c[i] * b[i];
			for (int j = 0; j < n; j++)
				square += c[i] * c[j] * gram[features[i]][features[j]];
		}
		return new Fit(features, c, intercept, squares == 0 ? 0 : (2 * explained - square) / squares);
	}

	/**
	 * Standard errors of a fit's coefficients, whatever the spread of the scores is in which sample: with {@code H} the inverse of the
	 * fit's normal matrix each sample pulls them by {@code H x w r} for what the fit leaves over, {@code r} (White, Econometrica
	 * 1980, equation 9). Those of one draw pull together (Liang and Zeger, Biometrika 1986, section 2). What is left over of a
	 * sample of leverage {@code h} is divided by {@code sqrt(1 - h)} (MacKinnon and White, Journal of Econometrics 1985, HC2).
	 *
	 * @param samples that this was made of
	 */
	double[] errors(final Fit fit, final double penalty, final LocalSamples samples) {
		final int[] features = fit.features();
		final int n = features.length;
		if (n == 0) return new double[0];
		final double[][] a = new double[n][n];
		for (int i = 0; i < n; i++)
			for (int j = 0; j < n; j++)
				a[i][j] = gram[features[i]][features[j]] + (i == j ? penalty : 0);
		final RealMatrix inverse = SymmetricSystem.inverse(new Array2DRowRealMatrix(a, false));
		final double[] squares = new double[n];
		final double[] x = new double[n];
		final double[] row = new double[n];
		for (int s = 0; s < samples.count(); s++) {
			final boolean[] there = samples.there()[s];
			double left = samples.scores()[s] - fit.intercept();
			for (int i = 0; i < n; i++)
				if (there[features[i]]) left -= fit.coefficients()[i];
			for (int i = 0; i < n; i++)
				row[i] = (there[features[i]] ? 1 : 0) - means[features[i]];
			final double weight = samples.weights()[s];
			final double leverage = weight * (1 / all + new ArrayRealVector(inverse.operate(row), false).dotProduct(new ArrayRealVector(row,
				false)));
			for (int i = 0; i < n; i++)
				x[i] += weight * left / Math.sqrt(Math.max(LEAST_FREE, 1 - leverage)) * row[i];
			if (s + 1 < samples.count() && samples.draws()[s + 1] == samples.draws()[s]) continue;
			final double[] pull = inverse.operate(x);
			for (int i = 0; i < n; i++)
				squares[i] += pull[i] * pull[i];
			Arrays.fill(x, 0);
		}
		return Arrays.stream(squares).map(Math::sqrt).toArray();
	}
}
