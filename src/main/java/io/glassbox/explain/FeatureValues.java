package io.glassbox.explain;

import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Optional;

/**
 * What each feature contributed: each segment of the image, and each value of the other inputs.
 *
 * @param labels for each place of the map the number of its segment; shaped like the map, whole numbers from 0 on
 * @param values of the segments, then of the other inputs' elements, in their order
 * @param errors the values' standard errors, of methods that sample and know them
 * @param tree the tree that the values are of, of methods that grow one
 */
public record FeatureValues(Tensor labels, double[] values, Optional<double[]> errors, Optional<DecisionTree> tree) {

	/** Without a tree. */
	public FeatureValues(final Tensor labels, final double[] values, final Optional<double[]> errors) {
		this(labels, values, errors, Optional.empty());
	}

	/** The same with the tree that the values are of. */
	public FeatureValues withTree(final Optional<DecisionTree> known) {
		return new FeatureValues(labels, values, errors, known);
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
