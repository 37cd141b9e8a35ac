package io.glassbox.method;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The linear function LIME puts in the place of a network near one image: what few segments it speaks of, and how much each
 * weighs.
 * <p>
 * Ribeiro, Singh and Guestrin, <em>"Why Should I Trust You?"</em>, KDD 2016, algorithm 1: features are chosen, then a ridge
 * regression with a penalty of 1 is fitted to them, samples weighed by how near they are.
 * </p>
 *
 * @param fit its features, in the order in which they were chosen, with their coefficients, intercept and weighted R2
 * @param errors standard errors of the coefficients, as if the features had been chosen beforehand
 */
record Surrogate(WeightedSamples.Fit fit, double[] errors, int players) {

	private static final double PENALTY = 1;

	/**
	 * @param there for each sample who is there
	 * @param scores of the samples
	 * @param weights of the samples
	 * @param most how many features it may speak of
	 */
	static Surrogate of(final boolean[][] there, final double[] scores, final double[] weights,
		final FeatureSelection selection, final int most)
	{
		final double[][] columns = Arrays.stream(there).map(Surrogate::numbers).toArray(double[][]::new);
		final WeightedSamples samples = new WeightedSamples(columns, scores, weights);
		final WeightedSamples.Fit fit = samples.ridge(selection.of(samples, most), PENALTY);
		return new Surrogate(fit, samples.errors(fit, PENALTY, columns, scores, weights), samples.features());
	}

	private static double[] numbers(final boolean[] row) {
		final double[] numbers = new double[row.length];
		for (int j = 0; j < row.length; j++)
			numbers[j] = row[j] ? 1 : 0;
		return numbers;
	}

	/** The coefficients of all features; 0 of those it does not speak of. */
	double[] coefficients() {
		return ofAll(fit.coefficients());
	}

	/** The coefficients' standard errors, likewise. */
	double[] errorsOfAll() {
		return ofAll(errors);
	}

	private double[] ofAll(final double[] values) {
		final double[] all = new double[players];
		for (int i = 0; i < fit.features().length; i++)
			all[fit.features()[i]] = values[i];
		return all;
	}

	/** Numbers of the features that weigh most, so many at most. */
	Set<Integer> top(final int most) {
		final double[] all = coefficients();
		return IntStream.range(0, players).filter(j -> all[j] != 0).boxed().sorted((a, b) -> Double.compare(Math.abs(all[b]), Math
			.abs(all[a]))).limit(most).collect(Collectors.toSet());
	}
}
