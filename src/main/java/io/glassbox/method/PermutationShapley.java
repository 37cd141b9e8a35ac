package io.glassbox.method;

import io.glassbox.explain.Progress;
import io.glassbox.explain.RunningMap;
import io.glassbox.graph.GlassboxException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Shapley values from players who arrive in random orders: what each adds when it comes, averaged.
 * <p>
 * Castro, Gómez and Tejada, <em>Polynomial calculation of the Shapley value based on sampling</em>, Computers and Operations
 * Research 2009. Each order is also gone through backwards: who came early comes late, and much of the chance cancels (Mitchell et
 * al., <em>Sampling Permutations for Shapley Value Estimation</em>, JMLR 2022, section 4). The mean over both is one
 * sample, samples are independent, and their spread tells the standard error. In each the values add up to {@code all - none}.
 * </p>
 *
 * @param samples coalitions to score, at most, but four orders at least
 * @param tolerance standard error at which to stop, as a fraction of the values' mean magnitude; 0 for never
 */
record PermutationShapley(int samples, double tolerance, long seed) implements ShapleyValues {

	/** Fewer do not tell their spread. */
	private static final int FEWEST = 2;

	/** Samples that all players' common spread is worth. */
	private static final int PRIOR = 4;

	/** Fewer are not trusted to have converged. */
	private static final int TRUSTED = 8;

	@Override
	public List<Found> of(final Game game, final Progress progress, final Consumer<Supplier<Found>> partial) {
		final int n = game.players();
		if (n < 2) return new ExactShapley().of(game, progress, partial);
		final int each = 2 * (n - 1);
		final int rounds = Math.max(FEWEST, (samples - 2) / each);
		final int count;
		try {
			count = Math.addExact(2, Math.multiplyExact(rounds, each));
		}
		catch (final ArithmeticException e) {
			throw new GlassboxException(rounds + " orders of " + n + " features are too many to score; ask for fewer.", e);
		}
		final int[][] ranks = ranks(n, rounds);
		final int targets = game.targets().size();
		final RunningMap[] values = new RunningMap[targets];
		for (int t = 0; t < targets; t++)
			values[t] = new RunningMap(n);
		final double[][] ends = new double[targets][2];
		final double[][] worth = new double[targets][each];
		game.play(count, (copy, player) -> has(copy, player, n, each, ranks), progress, "coalition", (i, scores) -> {
			for (int t = 0; t < targets; t++)
				if (i < 2) ends[t][i] = scores[t];
				else worth[t][(i - 2) % each] = scores[t];
			if (i < 2 || (i - 2) % each < each - 1) return true;
			final int[] rank = ranks[(i - 2) / each];
			for (int t = 0; t < targets; t++) {
				final double[] w = worth[t];
				final double[] end = ends[t];
				values[t].add(player -> (added(w, 0, rank[player], n, end) + added(w, n - 1, n - 1 - rank[player], n, end)) / 2);
			}
			partial.accept(() -> found(values[0], ends[0], each));
			return tolerance == 0 || values[0].count() < TRUSTED || found(values[0], ends[0], each).relativeError() >= tolerance;
		});
		return IntStream.range(0, targets).mapToObj(t -> found(values[t], ends[t], each)).toList();
	}

	/** For each order the position at which each player arrives. */
	private int[][] ranks(final int n, final int rounds) {
		final Random random = new Random(seed);
		final List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
		final int[][] ranks = new int[rounds][n];
		for (final int[] rank : ranks) {
			Collections.shuffle(order, random);
			for (int p = 0; p < n; p++)
				rank[order.get(p)] = p;
		}
		return ranks;
	}

	/** Copy 0 has nobody, 1 has all; then, for each order, the first one, two … that arrive, and the same backwards. */
	private static boolean has(final int copy, final int player, final int n, final int each, final int[][] ranks) {
		if (copy < 2) return copy == 1;
		final int rank = ranks[(copy - 2) / each][player];
		final int step = (copy - 2) % each;
		return step < n - 1 ? rank <= step : n - 1 - rank <= step - (n - 1);
	}

	/** What the player adds that arrives at a position. */
	private static double added(final double[] worth, final int first, final int position, final int n, final double[] ends) {
		final double before = position == 0 ? ends[0] : worth[first + position - 1];
		final double after = position == n - 1 ? ends[1] : worth[first + position];
		return after - before;
	}

	private static Found found(final RunningMap values, final double[] ends, final int each) {
		final double[] mean = doubles(values.mean());
		return Found.sampled(mean, moderated(doubles(values.standardError()), values.count()), ends[1], ends[0], 2 + values.count() * each);
	}

	/**
	 * Errors of a few samples, drawn somewhat towards their common size, as if {@link #PRIOR} more samples had told that alone: a
	 * player whose rare great moments have not come yet would else seem surer than the others (Smyth, <em>Linear Models and
	 * Empirical Bayes Methods</em>, 2004, section 4).
	 */
	private static double[] moderated(final double[] errors, final int count) {
		final double common = Arrays.stream(errors).map(e -> e * e).average().orElseThrow();
		return Arrays.stream(errors).map(e -> Math.sqrt(((count - 1) * e * e + PRIOR * common) / (count - 1 + PRIOR))).toArray();
	}

	private static double[] doubles(final float[] values) {
		return IntStream.range(0, values.length).mapToDouble(k -> values[k]).toArray();
	}
}
