package io.glassbox.method;

import io.glassbox.explain.DecisionTree;
import io.glassbox.graph.GlassboxException;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The decision tree LIME puts in the place of a network near one image: segments that count only together are seen as
 * such.
 * <p>
 * A regression tree as Breiman, Friedman, Olshen and Stone, <em>Classification and Regression Trees</em>, 1984, chapter
 * 8, with weighted samples, as scikit-learn has it: each question is the one that leaves the smallest weighted sum of
 * squares about the means of both sides, of equals that of the first feature.
 * </p>
 * <p>
 * What a feature contributes is its Shapley value in the game that the tree itself plays, exactly: values add up to
 * what the tree says of the image less what it says of an image without any segment. They follow from the leaves. One
 * that is reached if {@code a} features are there and {@code b} are gone, and says {@code v}, gives each of those there
 * {@code v (a - 1)! b! / (a + b)!}, and takes {@code v a! (b - 1)! / (a + b)!} from each of those gone.
 * </p>
 *
 * @param root of the tree
 * @param values of all features
 */
record TreeSurrogate(DecisionTree root, double[] values, double r2) implements Surrogate {

	/** Gains this small beside all there is to explain are rounding. */
	private static final double ROUNDING = 1e-12;

	/**
	 * How such a tree is grown.
	 *
	 * @param depth questions on any way, at most
	 * @param least samples that a leaf has
	 */
	record Grown(int depth, int least) implements Kind {

		Grown {
			if (depth < 1 || depth > 20) throw new GlassboxException("A decision tree asks 1 to 20 questions in turn, found " + depth + ".");
			if (least < 1) throw new GlassboxException("A leaf of a decision tree has 1 sample or more, found " + least + ".");
		}

		@Override
		public Surrogate of(final LocalSamples local, final IntFunction<Optional<String>> names) {
			final Samples samples = new Samples(local.there(), local.scores(), local.weights());
			final int[] all = IntStream.range(0, local.count()).toArray();
			final double spread = samples.spread(all);
			final DecisionTree root = grow(samples, all, depth, spread * ROUNDING);
			double left = 0;
			for (int i = 0; i < local.count(); i++) {
				final boolean[] row = local.there()[i];
				final double off = local.scores()[i] - root.of(j -> row[j]);
				left += local.weights()[i] * off * off;
			}
			final double[] values = new double[local.features()];
			share(root, new boolean[values.length], new boolean[values.length], values);
			final List<Integer> ranking = IntStream.range(0, values.length).filter(j -> names.apply(j).isEmpty()).boxed().sorted(
				Comparator.comparingDouble(j -> -Math.abs(values[j]))).toList();
			final DecisionTree named = root.named(j -> names.apply(j).orElseGet(() -> "segment " + (ranking.indexOf(j) + 1)));
			return new TreeSurrogate(named, values, spread == 0 ? 0 : 1 - left / spread);
		}

		private DecisionTree grow(final Samples samples, final int[] here, final int levels, final double worth) {
			final int best = levels == 0 || here.length < 2 * least ? -1 : samples.bestQuestion(here, least, worth);
			if (best < 0) return DecisionTree.leaf(samples.mean(here), here.length);
			final int[] with = Arrays.stream(here).filter(i -> samples.there[i][best]).toArray();
			final int[] without = Arrays.stream(here).filter(i -> !samples.there[i][best]).toArray();
			return new DecisionTree(best, "" + best, List.of(grow(samples, with, levels - 1, worth), grow(samples, without, levels - 1,
				worth)), samples.mean(here), here.length);
		}
	}

	/** @param there features that must be there on the way to a node, @param gone features that must not */
	private static void share(final DecisionTree node, final boolean[] there, final boolean[] gone, final double[] values) {
		if (!node.isLeaf()) {
			there[node.feature()] = true;
			share(node.there(), there, gone, values);
			there[node.feature()] = false;
			gone[node.feature()] = true;
			share(node.gone(), there, gone, values);
			gone[node.feature()] = false;
			return;
		}
		final int a = count(there);
		final int b = count(gone);
		for (int j = 0; j < values.length; j++)
			if (there[j]) values[j] += node.value() * weight(a - 1, b);
			else if (gone[j]) values[j] -= node.value() * weight(a, b - 1);
	}

	private static int count(final boolean[] which) {
		return (int) IntStream.range(0, which.length).filter(j -> which[j]).count();
	}

	/** {@code a! b! / (a + b + 1)!} */
	private static double weight(final int a, final int b) {
		double weight = 1.0 / (a + b + 1);
		for (int k = 1; k <= b; k++)
			weight *= (double) k / (a + k);
		return weight;
	}

	@Override
	public Optional<double[]> errors() {
		return Optional.empty();
	}

	@Override
	public double ofAll() {
		return root.of(j -> true);
	}

	@Override
	public Map<String, String> facts() {
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put("surrogate", "decision tree of " + root.leaves() + " leaves");
		facts.put("tree", root.toString());
		return facts;
	}

	@Override
	public Optional<DecisionTree> tree() {
		return Optional.of(root);
	}

	/** Weighted samples, of which some are looked at. */
	private record Samples(boolean[][] there, double[] scores, double[] weights) {

		private double weight(final int[] here) {
			return Arrays.stream(here).mapToDouble(i -> weights[i]).sum();
		}

		double mean(final int[] here) {
			final double all = weight(here);
			return all == 0 ? 0 : Arrays.stream(here).mapToDouble(i -> weights[i] * scores[i]).sum() / all;
		}

		/** Weighted sum of squares about the mean. */
		double spread(final int[] here) {
			final double mean = mean(here);
			return Arrays.stream(here).mapToDouble(i -> weights[i] * (scores[i] - mean) * (scores[i] - mean)).sum();
		}

		/** The feature that parts the means most: what it explains is {@code w w' / (w + w')} times their squared difference. */
		int bestQuestion(final int[] here, final int least, final double worth) {
			int best = -1;
			double most = worth;
			final double all = weight(here);
			final double middle = mean(here);
			for (int j = 0; j < there[0].length; j++) {
				int n = 0;
				double with = 0;
				double sum = 0;
				for (final int i : here) {
					if (!there[i][j]) continue;
					n++;
					with += weights[i];
					sum += weights[i] * (scores[i] - middle);
				}
				if (n < least || here.length - n < least || with == 0 || with == all) continue;
				final double gain = sum * sum * all / (with * (all - with));
				if (gain <= most * (1 + ROUNDING)) continue;
				most = gain;
				best = j;
			}
			return best;
		}
	}
}
