package io.glassbox.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Values that are a network's answer already: between them and an output nothing is weighed, only pooled, resized, reshaped,
 * added up, or put through an activation.
 */
final class ScoreMaps {

	private static final Set<String> TRANSPARENT = Set.of("GlobalAveragePool", "GlobalMaxPool", "AveragePool", "MaxPool",
		"AdaptiveAveragePool", "ReduceMean", "ReduceMax", "ReduceSum", "Flatten", "Reshape", "Squeeze", "Unsqueeze",
		"Transpose", "Identity", "Dropout", "Cast", "Resize", "Slice", "Pad", "Add", "Softmax", "LogSoftmax", "Sigmoid",
		"Relu", "LeakyRelu", "Clip", "HardSigmoid", "Tanh", "Exp", "Log");

	private ScoreMaps() {}

	/** Names of all of them, the outputs included. */
	static Set<String> of(final Network network) {
		final Set<String> found = new HashSet<>();
		final Deque<String> open = new ArrayDeque<>();
		network.outputs().forEach(p -> open.add(p.name()));
		while (!open.isEmpty()) {
			final String value = open.remove();
			if (!found.add(value)) continue;
			network.producer(value).filter(n -> TRANSPARENT.contains(n.op().type())).ifPresent(n -> n.inputs().stream().filter(
				v -> !v.isEmpty() && network.constant(v).isEmpty()).forEach(open::add));
		}
		return found;
	}
}
