package io.glassbox.graph.io;

import io.glassbox.graph.Network;
import io.glassbox.graph.Port;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the output that holds the scores before the others: everything that explains looks at the first.
 * <p>
 * It is the one a description names; else the first, unless that is known to be no list of scores and another is: networks
 * also give masks, features or attention.
 * </p>
 */
final class ScoresFirst {

	private static final Logger LOG = LoggerFactory.getLogger(ScoresFirst.class);

	private ScoresFirst() {}

	/**
	 * @param name of the output, from a description; empty if it does not say
	 * @return the same network if that output is the first already
	 */
	static Network of(final Network network, final String name) {
		final List<Port> outputs = network.outputs();
		final Optional<Port> named = outputs.stream().filter(p -> p.name().equals(name)).findFirst();
		if (named.isEmpty() && !name.isEmpty() && outputs.size() > 1) LOG.warn(
			"The description says that the output '{}' holds the scores, but the network has {}.", name, names(outputs));
		final Port scores = named.orElseGet(() -> likely(outputs));
		if (scores == outputs.get(0)) return network;
		final List<Port> order = new ArrayList<>(outputs);
		order.remove(scores);
		order.add(0, scores);
		final Network.Builder b = network.toBuilder().clearOutputs();
		order.forEach(b::output);
		return b.note("Of the outputs " + String.join(", ", names(outputs)) + ", '" + scores.name() +
			"' is taken for the scores.").build();
	}

	private static Port likely(final List<Port> outputs) {
		final Port first = outputs.get(0);
		return isOther(first) ? outputs.stream().filter(ScoresFirst::isList).findFirst().orElse(first) : first;
	}

	/** Samples by classes, more than one. */
	private static boolean isList(final Port p) {
		return p.shape() != null && p.shape().length == 2 && p.shape()[1] > 1;
	}

	private static boolean isOther(final Port p) {
		return p.shape() != null && p.shape().length > 2;
	}

	private static List<String> names(final List<Port> outputs) {
		return outputs.stream().map(Port::name).toList();
	}
}
