package io.glassbox.perturb;

import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Copies of a sample from which some features are gone: their elements are those of a sample that says nothing.
 *
 * @param features of the sample
 * @param absent what their elements are that are gone
 */
public record FeatureCopies(Features features, AbsentPlaces absent, Coalitions coalitions) implements Perturbation.Copies {

	@Override
	public List<Tensor> make(final int first, final int n) {
		final float[] present = features.elements().joined();
		final int length = present.length;
		final float[] all = new float[Math.multiplyExact(n, length)];
		IntStream.range(0, n).parallel().forEach(i -> {
			final boolean[] has = new boolean[features.count()];
			for (int k = 0; k < has.length; k++)
				has[k] = coalitions.has(first + i, k);
			for (int e = 0; e < length; e++)
				all[i * length + e] = has[features.of()[e]] ? present[e] : absent.elements()[e];
			absent.fill(all, i * length, e -> !has[features.of()[e]]);
		});
		return features.elements().samples(all, n);
	}
}
