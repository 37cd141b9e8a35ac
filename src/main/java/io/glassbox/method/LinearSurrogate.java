package io.glassbox.method;

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
		public Surrogate of(final LocalSamples samples, final IntFunction<Optional<String>> names) {
			return LinearSurrogate.of(samples, selection, most);
		}
	}

	/** @param most how many features it may speak of */
	static LinearSurrogate of(final LocalSamples samples, final FeatureSelection selection, final int most) {
		final WeightedSamples weighted = new WeightedSamples(samples);
		final WeightedSamples.Fit fit = weighted.ridge(selection.of(weighted, most), PENALTY);
		return new LinearSurrogate(fit, weighted.errors(fit, PENALTY, samples), samples.features());
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
