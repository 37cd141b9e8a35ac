package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Module paths from the node names that PyTorch (1.13 and later) writes.
 * <p>
 * A name lists the modules a node was called in, its <em>scope</em>, then the operator: {@code /conv1/Conv}.
 * Modules held in a list bear the list's name again: {@code /layer4/layer4.1/conv2/Conv} lies in
 * {@code layer4.1.conv2}. A module called again gets a number: {@code /relu_1/Relu} is the second call of
 * {@code relu}. That is told from a module called {@code relu_1} by what it holds: a second call has the same
 * operators and the same parameters as the first.
 * </p>
 */
final class Scopes {

	private final GraphProto graph;

	/** What is done within each scope, subscopes included: operators and parameters, in order. */
	private final Map<String, List<String>> contents = new LinkedHashMap<>();
	private final Map<String, String> paths = new HashMap<>();
	private final Map<String, String> calls = new HashMap<>();

	Scopes(final GraphProto graph) {
		this.graph = graph;
		final Map<String, String> parameters = parameters();
		for (final NodeProto n : graph.getNodeList())
			for (String s = scope(n); !s.isEmpty(); s = parent(s)) {
				final List<String> content = contents.computeIfAbsent(s, k -> new ArrayList<>());
				content.add(n.getOpType());
				n.getInputList().stream().filter(parameters::containsKey).map(parameters::get).forEach(content::add);
			}
		final Map<String, Integer> times = new HashMap<>();
		for (final String scope : contents.keySet()) {
			final int before = times.merge(path(scope), 1, Integer::sum) - 1;
			calls.put(scope, before == 0 ? path(scope) : path(scope) + "_" + before);
		}
	}

	/** The module's path, and from its second call on the number of calls before: {@code layer1.0.relu_1}. */
	String call(final String scope) {
		return calls.get(scope);
	}

	/** Parameters by all their names; the exporter gives one that occurs twice a second name by Identity. */
	private Map<String, String> parameters() {
		final Map<String, String> all = new HashMap<>();
		for (final TensorProto t : graph.getInitializerList())
			all.put(t.getName(), t.getName());
		for (final NodeProto n : graph.getNodeList())
			if (n.getOpType().equals("Identity") && all.containsKey(n.getInput(0)) && !n.getName().startsWith("/")) all.put(n
				.getOutput(0), n.getOutput(0));
		return all;
	}

	static String scope(final NodeProto n) {
		return n.getName().startsWith("/") ? parent(n.getName()) : "";
	}

	/** The scope around a scope; empty at the outermost. */
	static String parent(final String scope) {
		return scope.substring(0, Math.max(0, scope.lastIndexOf('/')));
	}

	/** The dotted path of the module that was called. */
	String path(final String scope) {
		if (scope.isEmpty()) return "";
		final String known = paths.get(scope);
		if (known != null) return known;
		final String path = join(path(parent(scope)), base(parent(scope)), base(scope));
		paths.put(scope, path);
		return path;
	}

	/** The last module name of a scope, without the number of a second call. */
	private String base(final String scope) {
		final String name = scope.substring(scope.lastIndexOf('/') + 1);
		final int number = name.lastIndexOf('_');
		if (number < 1 || !name.substring(number + 1).matches("[1-9]\\d{0,5}")) return name;
		final String first = parent(scope) + "/" + name.substring(0, number);
		return contents.containsKey(first) && contents.get(first).equals(contents.get(scope)) ? name.substring(0, number)
			: name;
	}

	/** A module in a list repeats the list's name, with a dot and its number: then it takes the list's place. */
	private static String join(final String path, final String parent, final String name) {
		if (path.isEmpty()) return name;
		return !parent.isEmpty() && name.startsWith(parent + ".") ? path + name.substring(parent.length()) : path + "." + name;
	}
}
