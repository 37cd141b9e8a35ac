package io.glassbox.command;

import io.glassbox.graph.AttentionBlocks;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;
import io.glassbox.model.Preprocessing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The layers of a network as a person looks for one: name, operator, output shape, what it is good for. */
public final class LayerList {

	private static final Set<String> NORMALIZATIONS = Set.of("BatchNormalization", "LayerNormalization",
		"InstanceNormalization", "GroupNormalization", "LRN", "LpNormalization", "MeanVarianceNormalization",
		"RMSNormalization");

	/** With these parameters a layer is known by, whatever it does besides, such as adding a bias. */
	private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

	private final Network network;
	private final Map<String, int[]> shapes;
	private final Set<String> spatial;
	private final Set<String> defaults;
	private final Map<String, AttentionBlocks.Block> attention = new HashMap<>();
	private final Map<String, List<Node>> nodesOf = new HashMap<>();
	private final Set<String> containers = new HashSet<>();
	private final boolean sizeIsKnown;

	private LayerList(final Model model, final Preprocessing preprocessing, final Optional<String> described) {
		network = model.network();
		final Optional<List<Tensor>> inputs = TrialInput.of(network, preprocessing);
		sizeIsKnown = inputs.isPresent();
		shapes = inputs.map(model::shapes).orElseGet(() -> TrialInput.shapes(model));
		spatial = SpatialLayers.of(network, shapes);
		defaults = new HashSet<>(described.map(network::layers).orElseGet(this::lastSpatial));
		AttentionBlocks.of(network).forEach(b -> attention.putIfAbsent(b.layer(), b));
		network.nodes().forEach(n -> nodesOf.computeIfAbsent(n.layer(), k -> new ArrayList<>()).add(n));
		for (final String layer : network.layers().keySet())
			for (int dot = layer.indexOf('.'); dot > 0; dot = layer.indexOf('.', dot + 1))
				containers.add(layer.substring(0, dot));
	}

	/**
	 * One layer.
	 *
	 * @param operator what it does: the convolution or linear layer or normalisation it is, else the operator that makes
	 *          its output
	 * @param shape of its output for one sample, {@code 1 x 64 x 56 x 56}; empty if the input's size is not known
	 * @param spatial whether its output has an extent in space, as CAM methods need
	 * @param isDefault whether CAM methods take it when told {@code auto}
	 * @param normalization whether it normalises
	 * @param attentionHeads how many heads attend in it side by side; 0 if it is no attention block
	 */
	public record Layer(String name, String operator, String shape, boolean spatial, boolean isDefault,
		boolean normalization, int attentionHeads)
	{

		/** What the layer is good for, in words; empty if nothing in particular. */
		public String marks() {
			final List<String> marks = new ArrayList<>();
			if (isDefault) marks.add("CAM default");
			if (attentionHeads > 0) marks.add("attention, " + attentionHeads + (attentionHeads == 1 ? " head" : " heads"));
			if (normalization) marks.add("normalisation");
			return String.join("; ", marks);
		}
	}

	/**
	 * All layers in the order they are computed; what CAM methods take by default is among them even where it is only an
	 * operator in a module's own code.
	 *
	 * @param preprocessing tells the size of the input where the network leaves it open
	 * @param described the layer, or pattern of layers, that the model's description names as default, if any
	 * @throws GlassboxException if the model is opaque, or has no such layer as described
	 */
	public static List<Layer> of(final Model model, final Preprocessing preprocessing,
		final Optional<String> described)
	{
		return new LayerList(model, preprocessing, described).layers();
	}

	private List<Layer> layers() {
		final Map<String, Integer> order = new HashMap<>();
		for (final Node node : network.nodes())
			node.outputs().forEach(v -> order.put(v, order.size()));
		final Map<String, String> named = new LinkedHashMap<>(network.layers());
		network.operators().forEach((operator, value) -> {
			if (defaults.contains(operator)) named.put(operator, value);
		});
		return named.entrySet().stream().sorted(Comparator.comparingInt(e -> order.getOrDefault(e.getValue(),
			-1))).map(e -> layer(e.getKey(), e.getValue())).toList();
	}

	private Layer layer(final String name, final String value) {
		final Optional<Node> main = containers.contains(name) ? Optional.empty() : main(name);
		final String operator = main.or(() -> network.producer(value)).map(n -> n.op().type()).orElse("input");
		final AttentionBlocks.Block block = attention.get(name);
		return new Layer(name, operator, sizeIsKnown ? text(shapes.get(value)) : "", spatial.contains(value), defaults
			.contains(name), NORMALIZATIONS.contains(operator) || !containers.contains(name) && normalises(name), block == null
				? 0 : block.heads(shapes));
	}

	/** The normalisation, or else the first node with weights, that a layer is about. */
	private Optional<Node> main(final String layer) {
		final List<Node> nodes = nodesOf.getOrDefault(layer, List.of());
		return nodes.stream().filter(n -> NORMALIZATIONS.contains(n.op().type())).findFirst().or(() -> nodes.stream().filter(
			n -> WEIGHTED.contains(n.op().type()) && network.constant(n.input(1)).isPresent()).findFirst());
	}

	/** A normalisation spelt out: the deviation from a mean divided by a root of means. */
	private boolean normalises(final String layer) {
		final Set<String> types = nodesOf.getOrDefault(layer, List.of()).stream().map(n -> n.op().type()).collect(Collectors
			.toSet());
		return types.contains("ReduceMean") && types.contains("Sqrt") && (types.contains("Div") || types.contains("Mul"));
	}

	/** None if the network has no such layer: then none is marked. */
	private List<String> lastSpatial() {
		try {
			return List.of(SpatialLayers.name(network, SpatialLayers.last(network, shapes)));
		}
		catch (final GlassboxException e) {
			return List.of();
		}
	}

	private static String text(final int[] shape) {
		return shape == null ? "" : Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
	}
}
