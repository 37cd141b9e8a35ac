package io.glassbox.method;

import io.glassbox.explain.Cancellation;
import io.glassbox.explain.Progress;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;

/**
 * Kernel SHAP: the linear function of who is there that fits the worth of coalitions best, where the Shapley kernel weighs them.
 * <p>
 * Lundberg and Lee, <em>A Unified Approach to Interpreting Model Predictions</em>, NIPS 2017, section 4.1. Its coefficients are
 * the Shapley values. That they add up to {@code all - none} is no sample but a constraint, met exactly (Covert and Lee,
 * <em>Improving KernelSHAP</em>, AISTATS 2021, equation 7).
 * </p>
 * <p>
 * The standard errors are those of a weighted fit to independent pairs: with {@code P} the inverse of the normal matrix, projected on
 * values that add up to nothing, and {@code r} what the fit leaves over, each pair of a coalition {@code z} and its complement
 * pulls the values by {@code P z (r - r') / 2}; the spread of these pulls is the error. A fit leaves too little over of what pulls it
 * most: with the pair's leverage {@code h = 2 w z' P z} its rest is divided by {@code sqrt(1 - h)} (MacKinnon and White, Journal of
 * Econometrics 1985, HC2). Coalitions of sizes that are scored completely add no error.
 * </p>
 *
 * @param samples coalitions to score, about; more if there are too few for the players there are
 * @param tolerance standard error at which to stop, as a fraction of the values' mean magnitude; 0 for never
 */
record KernelShap(int samples, double tolerance, long seed) implements ShapleyValues {

	/** Fewer drawn pairs are not trusted to have converged. */
	private static final int TRUSTED = 32;

	/** Rests of pairs that nearly fix the fit are not enlarged more than this. */
	private static final double LEAST_FREE = 1e-3;

	@Override
	public List<Found> of(final Game game, final Progress progress, final Consumer<Supplier<Found>> partial) {
		final int n = game.players();
		if (n < 2) return new ExactShapley().of(game, progress, partial);
		final KernelCoalitions coalitions = new KernelCoalitions(n, samples - 2, seed);
		final int first = 2 + coalitions.enumerated();
		final int trusted = 2 * Math.max(TRUSTED, KernelCoalitions.fewestPairs(n));
		final Fit fit = new Fit(coalitions, n, game.targets().size());
		game.play(2 + coalitions.count(), (copy, player) -> copy < 2 ? copy == 1 : coalitions.has(copy - 2, player), progress,
			"coalition", (i, scores) -> {
				for (int t = 0; t < scores.length; t++)
					fit.worth[t][i] = scores[t];
				fit.scored = i + 1;
				final int drawn = fit.scored - first;
				if (drawn < trusted || drawn % trusted > 0) return true;
				partial.accept(() -> fit.found(1).get(0));
				return tolerance == 0 || fit.found(1).get(0).relativeError() >= tolerance;
			});
		return fit.found(game.targets().size());
	}

	/** What is known after some coalitions, in the order in which they were scored. */
	private static final class Fit {

		private final KernelCoalitions coalitions;
		private final int n;
		private final double[][] worth;
		private int scored;

		/** Worth of nobody and of all come first. */
		Fit(final KernelCoalitions coalitions, final int n, final int targets) {
			this.coalitions = coalitions;
			this.n = n;
			worth = new double[targets][2 + coalitions.count()];
		}

		/** @param targets how many, the first ones */
		List<Found> found(final int targets) {
			final int count = scored - 2;
			final RealMatrix normal = normal(count);
			final RealMatrix inverse = SymmetricSystem.inverse(normal);
			final RealVector ones = new ArrayRealVector(n, 1);
			final RealVector spread = inverse.operate(ones);
			final RealMatrix projected = inverse.subtract(spread.outerProduct(spread).scalarMultiply(1 / spread.dotProduct(ones)));
			return Arrays.stream(worth).limit(targets).map(w -> found(w, count, inverse, spread, projected)).toList();
		}

		private RealMatrix normal(final int count) {
			final double[][] a = new double[n][n];
			final int[] members = new int[n];
			for (int c = 0; c < count; c++) {
				Cancellation.check();
				int m = 0;
				for (int i = 0; i < n; i++)
					if (coalitions.has(c, i)) members[m++] = i;
				final double weight = coalitions.weight(c, count);
				for (int i = 0; i < m; i++)
					for (int j = 0; j < m; j++)
						a[members[i]][members[j]] += weight;
			}
			return new Array2DRowRealMatrix(a, false);
		}

		private Found found(final double[] w, final int count, final RealMatrix inverse, final RealVector spread,
			final RealMatrix projected)
		{
			final double none = w[0];
			final double[] b = new double[n];
			for (int c = 0; c < count; c++)
				for (int i = 0; i < n; i++)
					if (coalitions.has(c, i)) b[i] += coalitions.weight(c, count) * (w[2 + c] - none);
			final RealVector free = inverse.operate(new ArrayRealVector(b, false));
			final double over = Arrays.stream(free.toArray()).sum() - (w[1] - none);
			final double[] values = free.subtract(spread.mapMultiply(over / Arrays.stream(spread.toArray()).sum())).toArray();
			return coalitions.restOfMass() == 0 ? new Found(values, Optional.empty(), w[1], none, scored) : Found.sampled(values,
				errors(w, count, values, projected), w[1], none, scored);
		}

		private double[] errors(final double[] w, final int count, final double[] values, final RealMatrix projected) {
			final int first = coalitions.enumerated();
			final int pairs = (count - first) / 2;
			final double[] sum = new double[n];
			final double[] squares = new double[n];
			for (int k = 0; k < pairs; k++) {
				Cancellation.check();
				final int c = first + 2 * k;
				final double[] z = IntStream.range(0, n).mapToDouble(i -> coalitions.has(c, i) ? 1 : 0).toArray();
				final double[] pull = projected.operate(z);
				double leverage = 0;
				for (int i = 0; i < n; i++)
					leverage += 2 * coalitions.weight(c, count) * z[i] * pull[i];
				final double over = (left(w, c, values) - left(w, c + 1, values)) / 2 / Math.sqrt(Math.max(LEAST_FREE, 1 - leverage));
				for (int i = 0; i < n; i++) {
					sum[i] += pull[i] * over;
					squares[i] += pull[i] * pull[i] * over * over;
				}
			}
			final double mass = coalitions.restOfMass();
			return IntStream.range(0, n).mapToDouble(i -> mass * Math.sqrt(Math.max(0, squares[i] - sum[i] * sum[i] / pairs) /
				Math.max(1, pairs - 1) / pairs)).toArray();
		}

		/** What the fit leaves over of a coalition's worth. */
		private double left(final double[] w, final int c, final double[] values) {
			double fitted = w[0];
			for (int i = 0; i < n; i++)
				if (coalitions.has(c, i)) fitted += values[i];
			return w[2 + c] - fitted;
		}
	}
}
