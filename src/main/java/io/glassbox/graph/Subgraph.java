package io.glassbox.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Parts of a network that are networks themselves.
 * <p>
 * A network cut at a value falls into what must run before it and what depends on it. The first part
 * needs no gradients to explain that value, so it may run on the fastest engine.
 * </p>
 */
public final class Subgraph {

	private Subgraph() {}

	/** The network that computes just these values, as outputs in this order, from the same inputs. */
	public static Network computing(final Network network, final Collection<String> values) {
		final Set<String> needed = new HashSet<>(values);
		final List<Node> nodes = new ArrayList<>();
		for (int i = network.nodes().size() - 1; i >= 0; i--) {
			final Node node = network.nodes().get(i);
			if (node.outputs().stream().noneMatch(needed::contains)) continue;
			needed.addAll(node.inputs());
			nodes.add(0, node);
		}
		final Network.Builder b = Network.builder();
		network.inputs().forEach(b::input);
		network.constants().forEach(b::constant);
		nodes.forEach(b::node);
		final Elements elements = new Elements(network);
		values.forEach(v -> b.output(new Port(v, null, elements.of(v))));
		return b.build();
	}

	/**
	 * What depends on a value.
	 *
	 * @param network takes {@code boundary} as inputs and gives those outputs of the whole that depend on the value
	 * @param boundary the value itself, first, and whatever else the rest reads that does not depend on it
	 * @param outputs for each output of the whole its position among the outputs of the rest, or -1 if it does
	 *          not depend on the value
	 */
	public record Rest(Network network, List<String> boundary, int[] outputs) {}

	/**
	 * The rest of a network behind a value.
	 *
	 * @throws GlassboxException if no output depends on it
	 */
	public static Rest behind(final Network network, final String value) {
		final Set<String> dependent = new HashSet<>(Set.of(value));
		final List<Node> behind = new ArrayList<>();
		for (final Node node : network.nodes())
			if (!node.outputs().contains(value) && node.inputs().stream().anyMatch(dependent::contains)) {
				behind.add(node);
				dependent.addAll(node.outputs());
			}
		final Set<String> boundary = new LinkedHashSet<>(List.of(value));
		for (final Node node : behind)
			for (final String in : node.inputs())
				if (!in.isEmpty() && !dependent.contains(in) && network.constant(in).isEmpty()) boundary.add(in);
		final Network.Builder b = Network.builder();
		final Elements elements = new Elements(network);
		boundary.forEach(v -> b.input(new Port(v, null, elements.of(v))));
		network.constants().forEach(b::constant);
		behind.forEach(b::node);
		final int[] outputs = new int[network.outputs().size()];
		int count = 0;
		for (int i = 0; i < outputs.length; i++) {
			final Port port = network.outputs().get(i);
			outputs[i] = dependent.contains(port.name()) ? count++ : -1;
			if (outputs[i] >= 0) b.output(port);
		}
		if (count == 0) throw new GlassboxException("The network's output does not depend on " + value +
			": choose another layer.");
		return new Rest(b.build(), List.copyOf(boundary), outputs);
	}
}
