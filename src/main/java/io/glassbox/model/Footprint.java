package io.glassbox.model;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many bytes the values inside a network take at once in a forward pass: each lives from the node that makes it to
 * the last one that reads it.
 */
final class Footprint {

	/** Integers take twice that, but are few. */
	private static final int BYTES = 4;

	private Footprint() {}

	/**
	 * The most bytes that values live at the same time take, inputs included and parameters not.
	 *
	 * @param shapes of all values by name; values without one count nothing
	 */
	static long peak(final Network network, final Map<String, int[]> shapes) {
		final Map<String, Integer> last = new HashMap<>();
		final List<Node> nodes = network.nodes();
		for (int i = 0; i < nodes.size(); i++) {
			final int at = i;
			nodes.get(i).outputs().forEach(v -> last.put(v, at));
			nodes.get(i).inputs().forEach(v -> last.put(v, at));
		}
		network.outputs().forEach(p -> last.put(p.name(), nodes.size()));
		long live = network.inputs().stream().mapToLong(p -> bytes(p.name(), shapes)).sum();
		long peak = live;
		for (int i = 0; i < nodes.size(); i++) {
			final Node node = nodes.get(i);
			live += node.outputs().stream().mapToLong(v -> bytes(v, shapes)).sum();
			peak = Math.max(peak, live);
			final int at = i;
			live -= node.inputs().stream().distinct().filter(v -> last.get(v) == at && network.constant(v).isEmpty()).mapToLong(
				v -> bytes(v, shapes)).sum();
			live -= node.outputs().stream().filter(v -> last.get(v) == at).mapToLong(v -> bytes(v, shapes)).sum();
		}
		return peak;
	}

	private static long bytes(final String value, final Map<String, int[]> shapes) {
		final int[] shape = shapes.get(value);
		return shape == null ? 0 : BYTES * Tensor.count(shape);
	}
}
