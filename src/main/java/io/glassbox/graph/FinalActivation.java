package io.glassbox.graph;

import java.util.Optional;

/**
 * The softmax or sigmoid that a network may end in, which makes probabilities of its scores.
 * <p>
 * What explanations are about is the score before it, the logit: a probability near 1 hardly changes
 * whatever the picture shows.
 * </p>
 */
public enum FinalActivation {
		SOFTMAX, SIGMOID, NONE;

	/** What the first output of a network passes through last. */
	public static FinalActivation of(final Network network) {
		return node(network).map(n -> n.is("Sigmoid") ? SIGMOID : SOFTMAX).orElse(NONE);
	}

	private static Optional<Node> node(final Network network) {
		return network.producer(network.outputs().get(0).name()).filter(n -> n.is("Softmax", "LogSoftmax", "Sigmoid"));
	}

	/** The network whose first output is the scores themselves; the same network if it gives those already. */
	public static Network removed(final Network network) {
		final Optional<Node> last = node(network);
		if (last.isEmpty()) return network;
		final Network.Builder b = network.toBuilder().clearOutputs();
		for (int i = 0; i < network.outputs().size(); i++) {
			final Port port = network.outputs().get(i);
			b.output(i == 0 ? new Port(last.get().input(0), port.shape()) : port);
		}
		return b.build();
	}
}
