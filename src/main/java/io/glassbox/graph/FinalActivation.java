package io.glassbox.graph;

import java.util.List;
import java.util.Optional;

/**
 * The softmax or sigmoid that a network may end in, which makes probabilities of its scores.
 * <p>
 * What explanations are about is the score before it, the logit: a probability near 1 hardly changes
 * whatever the picture shows. Who wants to know what would change the probability itself can have it explained, see
 * {@link Model#ending}.
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
		return node(network).map(last -> firstOutput(network.toBuilder(), network, last.input(0))).orElse(network);
	}

	/**
	 * The network with this behind its scores, and nothing else: a network that ends in another activation loses it.
	 *
	 * @return the same network if it ends so already
	 */
	public Network behind(final Network network) {
		if (this == NONE) return removed(network);
		final Optional<Node> last = node(network);
		if (last.filter(n -> n.is(operator().type())).isPresent()) return network;
		final String scores = last.map(n -> n.input(0)).orElse(network.outputs().get(0).name());
		final String made = unused(network, "probabilities");
		return firstOutput(network.toBuilder().node(new Node(made, "", operator(), List.of(scores), List.of(made))), network,
			made);
	}

	private Operator operator() {
		return this == SOFTMAX ? Operator.of("Softmax", "axis", 1) : Operator.of("Sigmoid");
	}

	private static Network firstOutput(final Network.Builder b, final Network network, final String value) {
		b.clearOutputs().output(new Port(value, network.outputs().get(0).shape()));
		network.outputs().stream().skip(1).forEach(b::output);
		return b.build();
	}

	private static String unused(final Network network, final String name) {
		String free = name;
		for (int i = 1; network.producer(free).isPresent() || network.constants().containsKey(free) || isInput(network, free); i++)
			free = name + "_" + i;
		return free;
	}

	private static boolean isInput(final Network network, final String name) {
		return network.inputs().stream().anyMatch(p -> p.name().equals(name));
	}
}
