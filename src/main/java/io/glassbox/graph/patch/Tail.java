package io.glassbox.graph.patch;

import io.glassbox.graph.Elements;
import io.glassbox.graph.Forecast;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is left of a network behind some stages, to be run as a whole for its first output.
 *
 * @param nodes in computing order
 * @param reads maps made by the stages, and inputs of the network
 */
record Tail(Network whole, List<Node> nodes, List<String> reads) {

	/** @param done what comes before */
	static Tail behind(final Network whole, final List<Stage> done) {
		final Set<String> known = new HashSet<>();
		whole.inputs().forEach(p -> known.add(p.name()));
		done.forEach(s -> known.addAll(s.made()));
		final Set<String> needed = new HashSet<>();
		needed.add(whole.outputs().get(0).name());
		final List<Node> nodes = new ArrayList<>();
		for (int i = whole.nodes().size() - 1; i >= 0; i--) {
			final Node node = whole.nodes().get(i);
			if (node.outputs().stream().noneMatch(v -> needed.contains(v) && !known.contains(v))) continue;
			needed.addAll(node.inputs());
			nodes.add(0, node);
		}
		return new Tail(whole, nodes, needed.stream().filter(known::contains).sorted().toList());
	}

	/** Memory for one sample, in bytes. */
	double memory(final Forecast forecast) {
		return Forecast.of(network(), reads.stream().map(v -> Tensor.zeros(shape(v, forecast))).toList()).mostHeld();
	}

	private static int[] shape(final String value, final Forecast forecast) {
		final long[] shape = forecast.shapes().get(value);
		final int[] ints = new int[shape.length];
		for (int a = 0; a < ints.length; a++)
			ints[a] = (int) shape[a];
		return ints;
	}

	/** Takes what it reads, and gives the first output of the whole. */
	Network network() {
		final Network.Builder b = Network.builder();
		final Elements elements = new Elements(whole);
		for (final String v : reads)
			b.input(whole.inputs().stream().filter(p -> p.name().equals(v)).findFirst().orElse(new Port(v, null, elements.of(v))));
		whole.constants().forEach(b::constant);
		nodes.forEach(b::node);
		return b.output(whole.outputs().get(0)).build();
	}
}
