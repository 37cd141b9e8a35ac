package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Layer paths from the node names of networks that come from TensorFlow and Keras:
 * {@code StatefulPartitionedCall/model/block1_conv1/Conv2D}.
 * <p>
 * The last element is the operator, those that all nodes share at the beginning are the call and the model; between
 * lies the layer, here {@code block1_conv1}, and with models in models a path. Numbers in these names are the author's.
 * </p>
 */
final class KerasScopes {

	private KerasScopes() {}

	/** Whether most nodes are named like this. */
	static boolean exist(final GraphProto graph) {
		final long named = graph.getNodeList().stream().filter(n -> elements(n).size() > 1).count();
		return named * 2 > graph.getNodeCount();
	}

	static List<ModuleCalls.Place> of(final GraphProto graph) {
		final List<List<String>> scopes = graph.getNodeList().stream().map(KerasScopes::elements).map(e -> e.isEmpty() ? e
			: e.subList(0, e.size() - 1)).toList();
		final int shared = shared(scopes);
		return scopes.stream().map(s -> place(s, shared)).toList();
	}

	private static List<String> elements(final NodeProto n) {
		return n.getName().contains("/") ? Arrays.stream(n.getName().split("/")).filter(s -> !s.isEmpty()).toList() : List
			.of();
	}

	/** How many elements all scopes share at their beginning. */
	private static int shared(final List<List<String>> scopes) {
		final List<List<String>> told = scopes.stream().filter(s -> !s.isEmpty()).toList();
		int n = 0;
		while (true) {
			final int at = n;
			if (told.stream().anyMatch(s -> s.size() <= at) || told.stream().map(s -> s.get(at)).distinct()
				.count() != 1) return n;
			n++;
		}
	}

	private static ModuleCalls.Place place(final List<String> scope, final int shared) {
		final List<String> modules = new ArrayList<>();
		for (int i = shared; i < scope.size(); i++)
			modules.add(i == shared ? scope.get(i) : modules.get(modules.size() - 1) + "." + scope.get(i));
		return new ModuleCalls.Place(List.copyOf(modules), 0);
	}
}
