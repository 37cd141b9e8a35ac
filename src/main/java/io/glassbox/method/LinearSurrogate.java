package io.glassbox.method;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The linear function LIME puts in the place of a network near one image: what few segments it speaks of, and how much each
 * weighs.
 * <p>
 * Ribeiro, Singh and Guestrin, <em>"Why Should I Trust You?"</em>, KDD 2016, algorithm 1: features are chosen, then a ridge
 * regression with a penalty of 1 is fitted to them, samples weighed by how near they are.
 * </p>
 *
 * @param fit its features, in the order in which they were chosen, with their coefficients, intercept and weighted R2
 * @param errorsOfFeatures standard errors of the coefficients, as if the features had been chosen beforehand
 */
record LinearSurrogate(WeightedSamples.Fit fit, double[] errorsOfFeatures, int players) implements Surrogate {

	private static final double PENALTY = 1;

	/**
	 * How one is fitted.
	 *
	 * @param most how many features it may speak of
	 */
	record Ridge(FeatureSelection selection, int most) implements Kind {

		@Override
		public Surrogate of(final boolean[][] there, final double[] scores, final double[] weights,
			final IntFunction<Optional<String>> names)
		{
			return LinearSurrogate.of(there, scores, weights, selection, most);
		}
	}

	/**
	 * @param there for each sample who is there
	 * @param scores of the samples
	 * @param weights of the samples
	 * @param most how many features it may speak of
	 */
	static LinearSurrogate of(final boolean[][] there, final double[] scores, final double[] weights,
		final FeatureSelection selection, final int most)
	{
		final double[][] columns = Arrays.stream(there).map(LinearSurrogate::numbers).toArray(double[][]::new);
		final WeightedSamples samples = new WeightedSamples(columns, scores, weights);
		final WeightedSamples.Fit fit = samples.ridge(selection.of(samples, most), PENALTY);
		return new LinearSurrogate(fit, samples.errors(fit, PENALTY, columns, scores, weights), samples.features());
	}

	private static double[] numbers(final boolean[] row) {
		final double[] numbers = new double[row.length];
		for (int j = 0; j < row.length; j++)
			numbers[j] = row[j] ? 1 : 0;
		return numbers;
	}

	/** The coefficients of all features; 0 of those it does not speak of. */
	@Override
	public double[] values() {
		return ofAll(fit.coefficients());
	}

	/** The coefficients' standard errors, likewise. */
	@Override
	public Optional<double[]> errors() {
		return Optional.of(ofAll(errorsOfFeatures));
	}

	@Override
	public double r2() {
		return fit.r2();
	}

	@Override
	public double ofAll() {
		return fit.ofAll();
	}

	@Override
	public Map<String, String> facts() {
		return Map.of("surrogate intercept", String.format(Locale.ROOT, "%.4g", fit.intercept()));
	}

	private double[] ofAll(final double[] values) {
		final double[] all = new double[players];
		for (int i = 0; i < fit.features().length; i++)
			all[fit.features()[i]] = values[i];
		return all;
	}
}
