package io.glassbox.method;

import io.glassbox.explain.Progress;
import io.glassbox.graph.GlassboxException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Shapley values by their definition: what a player adds to a coalition, averaged over all coalitions.
 * <p>
 * Shapley, <em>A Value for n-Person Games</em>, 1953: {@code sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))}.
 * Every coalition is scored once, {@code 2^n} for {@code n} players, so there are few of them.
 * </p>
 */
final class ExactShapley implements ShapleyValues {

	/** 65,536 coalitions. */
	static final int MOST_PLAYERS = 16;

	/** @throws GlassboxException if there are more players than can be enumerated */
	@Override
	public List<Found> of(final Game game, final Progress progress, final Consumer<Supplier<Found>> partial) {
		final int n = game.players();
		if (n > MOST_PLAYERS) throw new GlassboxException("Exact Shapley values score every combination of features, so there can be " +
			MOST_PLAYERS + " at most; there are " + n + ". Ask for fewer segments, or let them be sampled: algorithm=kernel.");
		final double[][] worth = new double[game.targets().size()][1 << n];
		game.play(1 << n, (coalition, player) -> (coalition >> player & 1) == 1, progress, "coalition", (i, scores) -> {
			for (int t = 0; t < scores.length; t++)
				worth[t][i] = scores[t];
			return true;
		});
		final List<Found> found = new ArrayList<>();
		for (final double[] v : worth)
			found.add(new Found(values(v, n), Optional.empty(), v[v.length - 1], v[0], v.length));
		return found;
	}

	/** @param worth of each coalition, whose members are the bits of its number */
	static double[] values(final double[] worth, final int n) {
		final double[] weights = weights(n);
		final double[] values = new double[n];
		for (int coalition = 0; coalition < worth.length; coalition++) {
			final int members = Integer.bitCount(coalition);
			for (int i = 0; i < n; i++)
				values[i] += (coalition >> i & 1) == 1 ? weights[members - 1] * worth[coalition] : -weights[members] *
					worth[coalition];
		}
		return values;
	}

	/** {@code s! (n - s - 1)! / n!} for coalitions of {@code s} others; 0 where nobody else is left. */
	private static double[] weights(final int n) {
		final double[] weights = new double[n + 1];
		weights[0] = 1.0 / n;
		for (int s = 1; s < n; s++)
			weights[s] = weights[s - 1] * s / (n - s);
		return weights;
	}
}
