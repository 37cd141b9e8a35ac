package io.glassbox.method;

import io.glassbox.explain.Baseline;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * An image and more and more perturbed versions of it, between which a mask chooses at each place.
 * <p>
 * Fong, Patrick and Vedaldi 2019, section 3.1: where the mask is 1 the image is seen as it is, where it is 0 as the
 * first level has it, in between as the levels between have it, along straight lines.
 * </p>
 *
 * @param levels from the most perturbed to the image itself, two or more
 * @param places of the image, which its channels share
 */
record Pyramid(List<float[]> levels, int places) {

	/** @param perturbed what the levels before the image are */
	static Pyramid of(final Tensor image, final List<Baseline> perturbed) {
		final List<float[]> levels = new ArrayList<>();
		for (final Baseline one : perturbed)
			levels.add(one.of(image).floats());
		levels.add(image.floats());
		return new Pyramid(levels, image.length() / image.size(0) / image.size(1));
	}

	private int below(final double mask) {
		return Math.max(0, Math.min(levels.size() - 2, (int) (mask * (levels.size() - 1))));
	}

	/** The image as a mask shows it. */
	float[] seen(final double[] mask) {
		final float[] seen = new float[levels.get(0).length];
		for (int e = 0; e < seen.length; e++) {
			final double m = mask[e % places];
			final int level = below(m);
			final double from = levels.get(level)[e];
			seen[e] = (float) (from + (m * (levels.size() - 1) - level) * (levels.get(level + 1)[e] - from));
		}
		return seen;
	}

	/**
	 * The derivative of something by the mask.
	 *
	 * @param byElement its derivative by the image that the mask shows
	 */
	double[] back(final double[] mask, final float[] byElement) {
		final double[] byPlace = new double[places];
		for (int e = 0; e < byElement.length; e++) {
			final int level = below(mask[e % places]);
			byPlace[e % places] += (double) byElement[e] * (levels.size() - 1) * ((double) levels.get(level + 1)[e] - levels.get(level)[e]);
		}
		return byPlace;
	}
}
