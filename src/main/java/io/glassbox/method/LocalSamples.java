package io.glassbox.method;

/**
 * What a surrogate is fitted to: altered copies of an image, with their scores.
 *
 * @param there for each sample who is there
 * @param scores of the samples
 * @param weights of the samples, 0 or more
 * @param draws for each sample the number of the draw it comes from; those of one draw follow one another and depend on
 *          each other, others do not
 */
public record LocalSamples(boolean[][] there, double[] scores, double[] weights, int[] draws) {

	int count() {
		return scores.length;
	}

	/** Features a sample has or lacks. */
	int features() {
		return there[0].length;
	}
}
