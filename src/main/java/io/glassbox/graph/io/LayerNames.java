package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import io.glassbox.graph.io.ModuleCalls.Call;
import io.glassbox.graph.io.ModuleCalls.Place;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The layer names an ONNX file remembers, as the author of the network wrote them: {@code layer4.1.conv2}.
 * <p>
 * PyTorch names a node after the modules it was called in, {@code /layer4/layer4.1/conv2/Conv}, see {@link Scopes}, or
 * writes them beside it, see {@link ExportedScopes}; Keras has names like {@code model/block1_conv1/Conv2D}, see
 * {@link KerasScopes}. Older exporters tell only the names of the parameters, {@code layer4.1.conv2.weight}:
 * then layers with parameters have names and others, containers included, have none, as where a
 * container ends cannot be told. Where all this tells nothing, a layer is what a node's own name says. An exporter that merges a BatchNormalization into the convolution
 * before it leaves both under the name of the convolution.
 * </p>
 */
final class LayerNames {

	private static final int OUTPUT = -1;

	private final GraphProto graph;
	private final List<Place> places;
	private final boolean tellModules;

	LayerNames(final GraphProto graph) {
		this.graph = graph;
		tellModules = Scopes.exist(graph) || ExportedScopes.exist(graph);
		places = Scopes.exist(graph) ? Scopes.of(graph) : ExportedScopes.exist(graph) ? ExportedScopes.of(graph)
			: byParameters(graph);
	}

	/** Whether the file tells of every node, not only of those with parameters, which module's code it stems from. */
	boolean tellModules() {
		return tellModules;
	}

	/** The layer of the node at this place of the file; empty if unknown. */
	String of(final int node) {
		return places.get(node).module();
	}

	/**
	 * The values that layers return, by the names of the file, in computing order. For a layer or container
	 * that is the last value made in it that is read outside. A layer called again is named {@code relu_1}.
	 */
	Map<String, String> values() {
		final Map<String, int[]> readers = readers();
		final Map<String, Integer> last = new LinkedHashMap<>();
		for (final Call call : new ModuleCalls(places, contents()).all())
			for (int i = call.nodes().length() - 1; i >= 0; i = call.nodes().previousSetBit(i - 1))
				if (leaves(i, call.nodes(), readers)) {
					last.put(call.name(), i);
					break;
				}
		final List<String> ordered = new ArrayList<>(last.keySet());
		ordered.sort((a, b) -> last.get(a).equals(last.get(b)) ? b.length() - a.length() : last.get(a) - last.get(b));
		final Map<String, String> values = new LinkedHashMap<>();
		ordered.forEach(layer -> values.put(layer, graph.getNode(last.get(layer)).getOutput(0)));
		return values;
	}

	/** What each node does: its operator and its parameters. */
	private List<String> contents() {
		final Set<String> parameters = new HashSet<>();
		graph.getInitializerList().forEach(t -> parameters.add(t.getName()));
		return graph.getNodeList().stream().map(n -> n.getOpType().equals("Constant") ? "" : n.getOpType() + n.getInputList()
			.stream().filter(parameters::contains).toList()).toList();
	}

	/** Whether a node's value is read by a node outside a call, or by nobody inside the network. */
	private boolean leaves(final int node, final BitSet call, final Map<String, int[]> readers) {
		final NodeProto n = graph.getNode(node);
		if (n.getOutputCount() == 0 || n.getOpType().equals("Constant")) return false;
		final int[] all = readers.get(n.getOutput(0));
		return all == null || Arrays.stream(all).anyMatch(r -> r == OUTPUT || !call.get(r));
	}

	/** The nodes that read each value; {@link #OUTPUT} for the network's outputs. */
	private Map<String, int[]> readers() {
		final Map<String, List<Integer>> readers = new HashMap<>();
		for (int i = 0; i < places.size(); i++)
			for (final String in : graph.getNode(i).getInputList())
				readers.computeIfAbsent(in, k -> new ArrayList<>()).add(i);
		for (final ValueInfoProto out : graph.getOutputList())
			readers.computeIfAbsent(out.getName(), k -> new ArrayList<>()).add(OUTPUT);
		final Map<String, int[]> arrays = new HashMap<>();
		readers.forEach((value, nodes) -> arrays.put(value, nodes.stream().mapToInt(Integer::intValue).toArray()));
		return arrays;
	}

	/** By the parameters; where they tell nothing, by names in the manner of Keras, or else by the nodes' own. */
	private static List<Place> byParameters(final GraphProto graph) {
		final Set<String> parameters = new HashSet<>();
		for (final TensorProto t : graph.getInitializerList())
			parameters.add(t.getName());
		for (final NodeProto n : graph.getNodeList())
			if (n.getOpType().equals("Identity") && parameters.contains(n.getInput(0))) parameters.add(n.getOutput(0));
		final List<String> owners = graph.getNodeList().stream().map(n -> n.getOpType().equals("Identity") ? "" : n
			.getInputList().stream().filter(parameters::contains).map(LayerNames::owner).filter(s -> !s.isEmpty()).findFirst()
			.orElse("")).toList();
		if (owners.stream().allMatch(String::isEmpty)) return KerasScopes.exist(graph) ? KerasScopes.of(graph) : byNodes(graph);
		return owners.stream().map(o -> o.isEmpty() ? Place.OUTSIDE : new Place(List.of(o), 0)).toList();
	}

	/** Exporters such as MATLAB's, MXNet's or CNTK's give a node the name of its layer, {@code conv_1}. */
	private static List<Place> byNodes(final GraphProto graph) {
		return graph.getNodeList().stream().map(NodeProto::getName).map(name -> name.isEmpty() ? Place.OUTSIDE : new Place(List
			.of(name), 0)).toList();
	}

	/** {@code layer4.1.conv2} for {@code layer4.1.conv2.weight}. */
	private static String owner(final String parameter) {
		return parameter.matches(".+\\.(weight|bias|running_mean|running_var|in_proj_weight|in_proj_bias)") ? parameter
			.substring(0, parameter.lastIndexOf('.')) : "";
	}
}
