package io.glassbox.graph;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which values of a network still are pictures: descend from the input by operators that keep what
 * lies where, have as many axes as the input, and more than one place.
 */
public final class SpatialLayers {

	/** After these an element's place no longer says where in the picture it comes from. */
	private static final Set<String> MIXING = Set.of("Gemm", "MatMul", "Shape");

	/** These compute nothing new: a map of their input says the same, or more finely. */
	private static final Set<String> PASSING = Set.of("MaxPool", "AveragePool", "AdaptiveAveragePool", "Identity",
		"Dropout", "Transpose", "Softmax", "LogSoftmax", "Sigmoid", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Gather",
		"Slice", "Split", "Pad", "Expand", "Cast");

	private SpatialLayers() {}

	/**
	 * Names of all values with spatial extent, the input included.
	 *
	 * @param shapes of all values, see {@link Model#shapes}
	 */
	public static Set<String> of(final Network network, final Map<String, int[]> shapes) {
		final Set<String> placed = new HashSet<>();
		final Set<String> spatial = new HashSet<>();
		for (final Port input : network.inputs()) {
			final int[] shape = shapes.get(input.name());
			if (shape == null || shape.length < 4) continue;
			placed.add(input.name());
			spatial.add(input.name());
		}
		final int rank = spatial.stream().mapToInt(v -> shapes.get(v).length).findFirst().orElse(4);
		for (final Node node : network.nodes()) {
			if (MIXING.contains(node.op().type()) || node.inputs().stream().noneMatch(placed::contains)) continue;
			placed.addAll(node.outputs());
			node.outputs().stream().filter(v -> isPicture(shapes.get(v), rank)).forEach(spatial::add);
		}
		return spatial;
	}

	private static boolean isPicture(final int[] shape, final int rank) {
		if (shape == null || shape.length != rank) return false;
		for (int i = 2; i < rank; i++)
			if (shape[i] > 1) return true;
		return false;
	}

	/**
	 * The last value with spatial extent before the network gives its answer, where CAM methods look by
	 * default. Pooling right before the head is passed over: its input says the same at finer resolution.
	 *
	 * @param shapes of all values, see {@link Model#shapes}
	 * @throws GlassboxException if there is none, or attention comes after it, which mixes places
	 */
	public static String last(final Network network, final Map<String, int[]> shapes) {
		final Set<String> spatial = of(network, shapes);
		final List<Node> nodes = network.nodes();
		for (int i = nodes.size() - 1; i >= 0; i--) {
			final Node node = nodes.get(i);
			if (isAttention(network, node)) throw new GlassboxException("The network ends in attention (" + node.label() +
				"), which mixes places, so no last layer with spatial extent can be picked; name a layer instead of auto.");
			if (spatial.contains(node.output()) && !PASSING.contains(node.op().type()) && !network.isOutput(node.output()))
				return node.output();
		}
		throw new GlassboxException("This network has no layer with spatial extent, so it has no class activation map.");
	}

	/** A softmax over products of two computed values: weights with which places look at one another. */
	private static boolean isAttention(final Network network, final Node node) {
		if (!node.is("Softmax")) return false;
		Optional<Node> before = network.producer(node.input(0));
		while (before.isPresent() && before.get().is("Mul", "Div", "Add"))
			before = network.producer(before.get().input(0));
		return before.filter(n -> n.is("MatMul") && network.constant(n.input(1)).isEmpty()).isPresent();
	}

	/** What people call a value: the outermost layer that returns it, or the value's own name if none does. */
	public static String name(final Network network, final String value) {
		return network.layers().entrySet().stream().filter(e -> e.getValue().equals(value)).map(Map.Entry::getKey).min(
			Comparator.comparingInt(String::length)).orElse(value);
	}
}
