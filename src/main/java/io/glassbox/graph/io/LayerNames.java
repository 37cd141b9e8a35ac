package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The layer names an ONNX file remembers, as the author of the network wrote them: {@code layer4.1.conv2}.
 * <p>
 * PyTorch names a node after the modules it was called in, {@code /layer4/layer4.1/conv2/Conv}; see
 * {@link Scopes}. Older exporters tell only the names of the parameters, {@code layer4.1.conv2.weight}:
 * then layers with parameters have names and others, containers included, have none, as where a
 * container ends cannot be told. An exporter that merges a BatchNormalization into the convolution
 * before it leaves both under the name of the convolution.
 * </p>
 */
final class LayerNames {

	private final GraphProto graph;

	/** Tells the names of modules, if the file tells scopes. */
	private final Scopes scopes;

	/** For each node the scope it lies in, or, without scopes, its layer. */
	private final List<String> places;

	LayerNames(final GraphProto graph) {
		this.graph = graph;
		final boolean nested = graph.getNodeList().stream().anyMatch(n -> n.getName().startsWith("/"));
		scopes = nested ? new Scopes(graph) : null;
		places = nested ? graph.getNodeList().stream().map(Scopes::scope).toList() : byParameters();
	}

	/** The layer of the node at this place of the file; empty if unknown. */
	String of(final int node) {
		return scopes == null ? places.get(node) : scopes.path(places.get(node));
	}

	/**
	 * The values that layers return, by the names of the file, in computing order. For a layer or container
	 * that is the last value made in it that is read outside. A layer called again is named {@code relu_1}.
	 */
	Map<String, String> values() {
		final Map<String, Integer> last = new LinkedHashMap<>();
		final Map<String, Set<String>> readers = readers();
		for (int i = 0; i < places.size(); i++)
			for (String place = places.get(i); !place.isEmpty(); place = scopes == null ? "" : Scopes.parent(place))
				if (leaves(i, place, readers)) last.put(place, i);
		final List<String> ordered = new ArrayList<>(last.keySet());
		ordered.sort((a, b) -> last.get(a).equals(last.get(b)) ? b.length() - a.length() : last.get(a) - last.get(b));
		final Map<String, String> values = new LinkedHashMap<>();
		ordered.forEach(place -> values.put(scopes == null ? place : scopes.call(place), graph.getNode(last.get(place))
			.getOutput(0)));
		return values;
	}

	/** Whether a node's value is read by a node outside the place, or by nobody inside the network. */
	private boolean leaves(final int node, final String place, final Map<String, Set<String>> readers) {
		final NodeProto n = graph.getNode(node);
		if (n.getOutputCount() == 0 || n.getOpType().equals("Constant")) return false;
		return readers.getOrDefault(n.getOutput(0), Set.of("")).stream().anyMatch(r -> !r.equals(place) && !r.startsWith(
			place + "/"));
	}

	private Map<String, Set<String>> readers() {
		final Map<String, Set<String>> readers = new HashMap<>();
		for (int i = 0; i < places.size(); i++)
			for (final String in : graph.getNode(i).getInputList())
				readers.computeIfAbsent(in, k -> new HashSet<>()).add(places.get(i));
		for (final ValueInfoProto out : graph.getOutputList())
			readers.computeIfAbsent(out.getName(), k -> new HashSet<>()).add("");
		return readers;
	}

	private List<String> byParameters() {
		final Set<String> parameters = new HashSet<>();
		for (final TensorProto t : graph.getInitializerList())
			parameters.add(t.getName());
		for (final NodeProto n : graph.getNodeList())
			if (n.getOpType().equals("Identity") && parameters.contains(n.getInput(0))) parameters.add(n.getOutput(0));
		final List<String> found = new ArrayList<>();
		for (final NodeProto n : graph.getNodeList())
			found.add(n.getOpType().equals("Identity") ? "" : n.getInputList().stream().filter(parameters::contains).map(
				LayerNames::owner).filter(s -> !s.isEmpty()).findFirst().orElse(""));
		return found;
	}

	/** {@code layer4.1.conv2} for {@code layer4.1.conv2.weight}. */
	private static String owner(final String parameter) {
		return parameter.matches(".+\\.(weight|bias|running_mean|running_var|in_proj_weight|in_proj_bias)") ? parameter
			.substring(0, parameter.lastIndexOf('.')) : "";
	}
}
