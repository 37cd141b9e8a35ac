package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.glassbox.graph.Tensor;

/** How far a tensor is from the one expected. */
final class Errors {

	private Errors() {}

	/** The largest difference, relative to the largest expected magnitude. */
	static double relative(final Tensor actual, final Tensor expected) {
		assertArrayEquals(expected.shape(), actual.shape());
		double difference = 0;
		double largest = 0;
		for (int i = 0; i < expected.length(); i++) {
			difference = Math.max(difference, Math.abs(actual.floats()[i] - expected.floats()[i]));
			largest = Math.max(largest, Math.abs(expected.floats()[i]));
			if (Float.isNaN(actual.floats()[i])) return Double.NaN;
		}
		return difference / largest;
	}
}
