package io.glassbox.method;

import java.util.stream.IntStream;

/** Samples of which each was drawn for itself. */
final class OneByOne {

	private OneByOne() {}

	static LocalSamples of(final boolean[][] there, final double[] scores, final double[] weights) {
		return new LocalSamples(there, scores, weights, IntStream.range(0, scores.length).toArray());
	}
}
