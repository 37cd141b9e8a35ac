package io.glassbox.method;

import io.glassbox.explain.DecisionTree;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What LIME puts in the place of a network near one image: a function of which segments are there. */
public interface Surrogate {

	/** What each feature contributes to its score of the image, in units of the score. */
	double[] values();

	/** Their standard errors, if they are known. */
	Optional<double[]> errors();

	/** Weighted share of the scores' spread that it explains. */
	double r2();

	/** What it says of the image itself. */
	double ofAll();

	/** What there is to tell of it beside that, by readable keys. */
	Map<String, String> facts();

	/** The tree it is, if it is one. */
	default Optional<DecisionTree> tree() {
		return Optional.empty();
	}

	/** Numbers of the features that contribute most, so many at most. */
	default Set<Integer> top(final int most) {
		final double[] all = values();
		return IntStream.range(0, all.length).filter(j -> all[j] != 0).boxed().sorted((a, b) -> Double.compare(Math.abs(all[b]), Math
			.abs(all[a]))).limit(most).collect(Collectors.toSet());
	}

	/** Makes one of samples. */
	@FunctionalInterface
	interface Kind {

		/**
		 * @param samples to fit it to
		 * @param names of the features that are no segments, by their numbers
		 */
		Surrogate of(LocalSamples samples, IntFunction<Optional<String>> names);

		/**
		 * A linear function, see {@link LinearSurrogate}.
		 *
		 * @param most how many features it may speak of
		 */
		static Kind ridge(final FeatureSelection selection, final int most) {
			return new LinearSurrogate.Ridge(selection, most);
		}

		/**
		 * A decision tree, see {@link TreeSurrogate}.
		 *
		 * @param depth questions it asks in turn, at most
		 * @param least samples that a leaf has
		 * @throws io.glassbox.graph.GlassboxException if these cannot be
		 */
		static Kind tree(final int depth, final int least) {
			return new TreeSurrogate.Grown(depth, least);
		}
	}
}
