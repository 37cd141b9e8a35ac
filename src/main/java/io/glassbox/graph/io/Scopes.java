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
 * {@code layer4.1.conv2}. Dictionaries of modules leave no trace in scopes, {@code /a/Conv}, but the names of parameters
 * tell them, {@code heads.a.weight}. A module called again gets a number, on the innermost name only:
 * {@code /relu_1/Relu} is the second call of {@code relu}. That is told from a module called {@code relu_1} by what is
 * done right in it: a second call has the same operators and the same parameters as the first.
 * </p>
 */
final class Scopes {

	private final GraphProto graph;
	private final Map<String, String> parameters;

	/** What is done right within each scope: operators and parameters, in order. */
	private final Map<String, List<String>> contents = new HashMap<>();

	/** For each scope the first parameter, with a dotted name, that is used in it or in a scope within. */
	private final Map<String, String> parameterIn = new HashMap<>();
	private final Map<String, String> paths = new HashMap<>();

	private Scopes(final GraphProto graph) {
		this.graph = graph;
		parameters = parameters();
		for (final NodeProto n : graph.getNodeList()) {
			final String scope = scope(n);
			if (scope.isEmpty()) continue;
			final List<String> content = contents.computeIfAbsent(scope, k -> new ArrayList<>());
			content.add(n.getOpType());
			n.getInputList().stream().filter(parameters::containsKey).map(parameters::get).forEach(p -> {
				content.add(p);
				if (p.contains(".")) for (String s = scope; !s.isEmpty(); s = parent(s))
					parameterIn.putIfAbsent(s, p);
			});
		}
	}

	/** Whether the file tells scopes. */
	static boolean exist(final GraphProto graph) {
		return graph.getNodeList().stream().anyMatch(n -> n.getName().startsWith("/"));
	}

	static List<ModuleCalls.Place> of(final GraphProto graph) {
		final Scopes scopes = new Scopes(graph);
		return graph.getNodeList().stream().map(n -> scopes.place(scope(n))).toList();
	}

	/** Parameters by all their names; the exporter gives one that occurs twice a second name by Identity. */
	private Map<String, String> parameters() {
		final Map<String, String> all = new LinkedHashMap<>();
		for (final TensorProto t : graph.getInitializerList())
			all.put(t.getName(), t.getName());
		for (final NodeProto n : graph.getNodeList())
			if (n.getOpType().equals("Identity") && all.containsKey(n.getInput(0)) && !n.getName().startsWith("/")) all.put(n
				.getOutput(0), n.getOutput(0));
		return all;
	}

	private static String scope(final NodeProto n) {
		return n.getName().startsWith("/") ? parent(n.getName()) : "";
	}

	/** The scope around a scope; empty at the outermost. */
	private static String parent(final String scope) {
		return scope.substring(0, Math.max(0, scope.lastIndexOf('/')));
	}

	private ModuleCalls.Place place(final String scope) {
		if (scope.isEmpty()) return ModuleCalls.Place.OUTSIDE;
		final String first = firstCall(scope);
		final List<String> enclosing = new ArrayList<>();
		for (String s = first; !s.isEmpty(); s = parent(s))
			enclosing.add(0, path(s));
		return new ModuleCalls.Place(enclosing, first.equals(scope) ? 0 : Integer.parseInt(scope.substring(first.length() +
			1)));
	}

	/** The scope of the first call of the module that this is a later call of; the scope itself if it is the first. */
	private String firstCall(final String scope) {
		final String name = scope.substring(scope.lastIndexOf('/') + 1);
		final int number = name.lastIndexOf('_');
		if (number < 1 || !name.substring(number + 1).matches("[1-9]\\d{0,5}")) return scope;
		final String first = parent(scope) + "/" + name.substring(0, number);
		return contents.containsKey(first) && contents.get(first).equals(contents.get(scope)) ? first : scope;
	}

	/** The dotted path of the module with this scope. */
	private String path(final String scope) {
		final String known = paths.get(scope);
		if (known != null) return known;
		final String parent = parent(scope);
		final String around = parent.isEmpty() ? "" : path(parent);
		final String name = scope.substring(scope.lastIndexOf('/') + 1);
		final String path = corrected(join(around, parent.substring(parent.lastIndexOf('/') + 1), name), around, name, scope);
		paths.put(scope, path);
		return path;
	}

	/** A module in a list repeats the list's name, with a dot and its number: then it takes the list's place. */
	private static String join(final String path, final String parent, final String name) {
		if (path.isEmpty()) return name;
		return !parent.isEmpty() && name.startsWith(parent + ".") ? path + name.substring(parent.length()) : path + "." + name;
	}

	/** The path with the dictionary's name between, where a parameter within tells it. */
	private String corrected(final String path, final String around, final String name, final String scope) {
		final String parameter = parameterIn.get(scope);
		if (parameter == null || parameter.startsWith(path + ".") || !parameter.startsWith(around.isEmpty() ? "" : around +
			".")) return path;
		final int at = parameter.indexOf("." + name + ".", around.length());
		return at < 0 ? path : parameter.substring(0, at + 1 + name.length());
	}
}
