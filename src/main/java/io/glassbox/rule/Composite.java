package io.glassbox.rule;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Rule;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses a rule for each operator of a network, by its type and its place. (The word is Zennit's.)
 * <p>
 * An operator without a rule passes back its own derivative, so that the composite that never answers is the gradient.
 * </p>
 */
@FunctionalInterface
public interface Composite {

	Optional<Rule> ruleFor(Node node, Network network);

	/** This composite, and where it has no rule, the next. */
	default Composite orElse(final Composite next) {
		return (node, network) -> ruleFor(node, network).or(() -> next.ruleFor(node, network));
	}

	/** The rules for all operators of a network that have one, by id of the node. */
	default Map<String, Rule> on(final Network network) {
		final Map<String, Rule> rules = new LinkedHashMap<>();
		network.nodes().forEach(n -> ruleFor(n, network).ifPresent(r -> rules.put(n.id(), r)));
		return rules;
	}

	/** One rule for all operators of these types. */
	static Composite of(final Rule rule, final String... types) {
		return (node, network) -> node.is(types) ? Optional.of(rule) : Optional.empty();
	}
}
