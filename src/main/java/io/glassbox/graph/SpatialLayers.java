package io.glassbox.graph;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which values of a network still are pictures: have an extent in space that pooling or
 * flattening has not collapsed yet.
 * <p>
 * Found from the graph alone, without running it.
 * </p>
 */
public final class SpatialLayers {

	private static final Set<String> COLLAPSING = Set.of("GlobalAveragePool", "GlobalMaxPool", "Flatten", "Reshape",
		"Gemm", "Shape");
	private static final Set<String> REDUCING = Set.of("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2");
	private static final Set<String> PASSING = Set.of("MaxPool", "AveragePool", "AdaptiveAveragePool", "Identity",
		"Dropout", "Transpose", "Softmax", "LogSoftmax", "Sigmoid");

	private SpatialLayers() {}

	/** Names of all values with spatial extent, the inputs included. */
	public static Set<String> of(final Network network) {
		final Set<String> spatial = new HashSet<>();
		network.inputs().stream().filter(p -> p.shape() == null || p.shape().length > 3).forEach(p -> spatial.add(p
			.name()));
		for (final Node node : network.nodes())
			if (!collapses(network, node) && node.inputs().stream().anyMatch(spatial::contains)) spatial.addAll(node
				.outputs());
		return spatial;
	}

	private static boolean collapses(final Network network, final Node node) {
		if (COLLAPSING.contains(node.op().type())) return true;
		if (node.is("AdaptiveAveragePool")) return Arrays.stream(node.op().attributes().integers("output_size", new long[] {
			0 })).allMatch(n -> n == 1);
		if (!REDUCING.contains(node.op().type())) return false;
		final long[] axes = network.constant(node.input(1)).map(Tensor::longs).orElse(node.op().attributes().integers(
			"axes", new long[0]));
		return axes.length != 1 || axes[0] != 1;
	}

	/**
	 * The last value with spatial extent before the network gives its answer, where Grad-CAM looks by
	 * default. Pooling right before the head is passed over: its input says the same at finer resolution.
	 *
	 * @throws GlassboxException if there is none
	 */
	public static String last(final Network network) {
		final Set<String> spatial = of(network);
		final List<Node> nodes = network.nodes();
		for (int i = nodes.size() - 1; i >= 0; i--) {
			final Node node = nodes.get(i);
			if (spatial.contains(node.output()) && !PASSING.contains(node.op().type()) && !network.isOutput(node.output()))
				return node.output();
		}
		throw new GlassboxException("This network has no layer with spatial extent, so it has no class activation map.");
	}

	/** What people call a value: the outermost layer that returns it, or the value's own name if none does. */
	public static String name(final Network network, final String value) {
		final Optional<String> layer = network.layers().entrySet().stream().filter(e -> e.getValue().equals(value)).map(
			java.util.Map.Entry::getKey).min(Comparator.comparingInt(String::length));
		return layer.orElse(value);
	}
}
