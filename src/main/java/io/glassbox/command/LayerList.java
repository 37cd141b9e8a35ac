package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Port;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;
import io.glassbox.model.Preprocessing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The layers of a network as a person looks for one: name, operator, output shape, what it is good for. */
public final class LayerList {

	private LayerList() {}

	/**
	 * One layer.
	 *
	 * @param operator the operator that makes its output
	 * @param shape of its output for one sample, {@code 1 x 64 x 56 x 56}; empty if the input's size is not known
	 * @param spatial whether its output has an extent in space, as CAM methods need
	 * @param isDefault whether CAM methods take it when told {@code auto}
	 */
	public record Layer(String name, String operator, String shape, boolean spatial, boolean isDefault) {}

	/**
	 * All layers in the order they are computed.
	 *
	 * @param preprocessing tells the size of the input where the network leaves it open
	 * @param described the layer the model's description names as default, if any
	 * @throws io.glassbox.graph.GlassboxException if the model is opaque
	 */
	public static List<Layer> of(final Model model, final Preprocessing preprocessing,
		final Optional<String> described)
	{
		final Network network = model.network();
		final Map<String, int[]> shapes = inputs(network, preprocessing).map(model::shapes).orElse(Map.of());
		final Set<String> spatial = SpatialLayers.of(network, shapes);
		final Optional<String> last = described.or(() -> lastSpatial(network, shapes));
		final Map<String, Integer> order = new HashMap<>();
		for (final Node node : network.nodes())
			node.outputs().forEach(v -> order.put(v, order.size()));
		final List<Layer> layers = new ArrayList<>();
		network.layers().entrySet().stream().sorted(Comparator.comparingInt(e -> order.getOrDefault(e.getValue(), -1)))
			.forEach(e -> layers.add(new Layer(e.getKey(), network.producer(e.getValue()).map(n -> n.op().type()).orElse(
				"input"), text(shapes.get(e.getValue())), spatial.contains(e.getValue()), last.filter(e.getKey()::equals)
					.isPresent())));
		return layers;
	}

	/** Empty if the size of the input is not known, or the network has no such layer: then none is marked. */
	private static Optional<String> lastSpatial(final Network network, final Map<String, int[]> shapes) {
		if (shapes.isEmpty()) return Optional.empty();
		try {
			return Optional.of(SpatialLayers.name(network, SpatialLayers.last(network, shapes)));
		}
		catch (final GlassboxException e) {
			return Optional.empty();
		}
	}

	private static String text(final int[] shape) {
		return shape == null ? "" : Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
	}

	/** Inputs of zeros, or empty if some extent is known from neither network nor description. */
	private static Optional<List<Tensor>> inputs(final Network network, final Preprocessing preprocessing) {
		final List<Tensor> inputs = new ArrayList<>();
		for (final Port port : network.inputs()) {
			if (port.shape() == null) return Optional.empty();
			final int[] shape = port.shape().clone();
			final int[] size = preprocessing.exampleSize();
			for (int i = 0; i < shape.length; i++) {
				if (shape[i] != Port.ANY) continue;
				final int space = i - (shape.length - size.length);
				if (i == 0) shape[i] = 1;
				else if (i == 1 && preprocessing.channels() > 0) shape[i] = preprocessing.channels();
				else if (i > 1 && space >= 0) shape[i] = size[space];
				else return Optional.empty();
			}
			inputs.add(Tensor.zeros(shape));
		}
		return Optional.of(inputs);
	}
}
