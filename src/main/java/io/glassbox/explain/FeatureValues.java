package io.glassbox.explain;

import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/**
 * What each feature contributed: each segment of the image, each other image as a whole, and each value of the other inputs.
 *
 * @param labels for each place of the map the number of its segment; shaped like the map, whole numbers from 0 on
 * @param values of the segments, then of the other inputs, in their order, see {@link Elements#features}
 * @param errors the values' standard errors, of methods that sample and know them
 * @param base the score without any feature, of methods whose values add up from it to the score
 * @param tree the tree that the values are of, of methods that grow one
 */
public record FeatureValues(Tensor labels, double[] values, Optional<double[]> errors, OptionalDouble base,
	Optional<DecisionTree> tree)
{

	/** Of a method whose values do not add up to anything. */
	public FeatureValues(final Tensor labels, final double[] values, final Optional<double[]> errors) {
		this(labels, values, errors, OptionalDouble.empty(), Optional.empty());
	}

	/** The same values, which add up from this to the score. */
	public FeatureValues from(final double score) {
		return new FeatureValues(labels, values, errors, OptionalDouble.of(score), tree);
	}

	/** The same with the tree that the values are of. */
	public FeatureValues withTree(final Optional<DecisionTree> known) {
		return new FeatureValues(labels, values, errors, base, known);
	}

	/** The same on another grid of the same places, or in another order of axes. */
	FeatureValues onGrid(final UnaryOperator<Tensor> grid) {
		return new FeatureValues(grid.apply(labels), values, errors, base, tree);
	}

	/** How many of the features are segments of the image: the first ones. */
	public int segments() {
		double largest = -1;
		for (final float label : labels.floats())
			largest = Math.max(largest, label);
		return (int) largest + 1;
	}

	/** What the segments contributed to all there is, as a fraction of the sum of all magnitudes. */
	double shareOfSegments() {
		return share(0, segments());
	}

	/** The share of features from one number on, up to another. */
	double share(final int from, final int to) {
		final double all = Arrays.stream(values).map(Math::abs).sum();
		return all == 0 ? 0 : Arrays.stream(values, from, to).map(Math::abs).sum() / all;
	}
}
