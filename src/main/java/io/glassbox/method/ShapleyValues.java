package io.glassbox.method;

import io.glassbox.explain.Progress;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A way to find the Shapley values of a game, exactly or by samples. */
interface ShapleyValues {

	/** How far scores that are computed in single precision may lie off, as a fraction. */
	double ROUNDING = 5e-7;

	/** How far sums of such scores' differences may lie off, as a fraction: rounding stays far below. */
	double ROUNDING_OF_SUMS = 1e-4;

	/**
	 * What was found for one target.
	 *
	 * @param values one for each player; they add up to {@code all - none}
	 * @param errors their standard errors; empty if the values are exact
	 * @param all what all players together are worth
	 * @param none what nobody is worth
	 * @param coalitions how many coalitions were scored
	 */
	record Found(double[] values, Optional<double[]> errors, double all, double none, int coalitions) {

		/**
		 * Standard errors with what single precision leaves uncertain: of values that hardly vary it is all there is.
		 *
		 * @param errors of sampling alone
		 */
		static Found sampled(final double[] values, final double[] errors, final double all, final double none,
			final int coalitions)
		{
			final double rounding = ROUNDING * Math.max(Math.abs(all), Math.abs(none));
			return new Found(values, Optional.of(Arrays.stream(errors).map(e -> Math.hypot(e, rounding)).toArray()), all, none,
				coalitions);
		}

		double sum() {
			return Arrays.stream(values).sum();
		}

		/** @throws IllegalStateException if the values do not add up: they would not be what they are called */
		void requireEfficiency() {
			final double size = Math.abs(all) + Math.abs(none) + Arrays.stream(values).map(Math::abs).sum();
			if (!(Math.abs(sum() - (all - none)) <= ROUNDING_OF_SUMS * size)) throw new IllegalStateException("Shapley values add up to " +
				sum() + ", not to " + (all - none));
		}

		/** The standard error over the magnitude, both averaged over players; 0 if values are exact, or all are 0. */
		double relativeError() {
			double error = 0;
			double size = 0;
			for (int k = 0; k < values.length; k++) {
				error += errors.isPresent() ? errors.get()[k] : 0;
				size += Math.abs(values[k]);
			}
			return error == 0 || size == 0 ? 0 : error / size;
		}
	}

	/**
	 * @param partial is offered what is known so far of the first target
	 * @return for each target of the game
	 * @throws java.util.concurrent.CancellationException if progress was cancelled
	 */
	List<Found> of(Game game, Progress progress, Consumer<Supplier<Found>> partial);
}
