package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.glassbox.graph.Element;
import io.glassbox.graph.Elements;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.OperatorNames;
import io.glassbox.graph.io.GraphDraft.DraftNode;

/**
 * Turns a draft into a network, with names people can read.
 * <p>
 * A node that is all a module does bears the module's path ({@code layer1.0.relu}); others bear the path and the
 * operator ({@code layer1.0.add}). The second of a name gets {@code _1} and so on. Inputs and outputs keep the
 * names of the ports, parameters the path they have in the modules.
 * </p>
 */
final class DraftNames {

	private final GraphDraft draft;
	private final Set<String> taken = new HashSet<>();
	private final Map<String, String> finalNames = new HashMap<>();

	private DraftNames(final GraphDraft draft) {
		this.draft = draft;
	}

	/**
	 * @param inputs forward's tensor arguments, by name
	 * @param outputs what forward returns, by port name
	 */
	static Network network(final GraphDraft draft, final Map<String, SymbolicTensor> inputs,
		final Map<String, SymbolicTensor> outputs)
	{
		return new DraftNames(draft).build(inputs, outputs);
	}

	private Network build(final Map<String, SymbolicTensor> inputs, final Map<String, SymbolicTensor> outputs) {
		final Network.Builder network = Network.builder();
		inputs.forEach((name, tensor) -> {
			taken.add(name);
			finalNames.put(tensor.value(), name);
			network.input(name, shape(tensor));
		});
		final List<String> results = new ArrayList<>();
		outputs.forEach((name, tensor) -> results.add(output(name, tensor)));
		draft.constants().keySet().stream().filter(c -> !c.startsWith("%")).forEach(taken::add);
		final List<DraftNode> nodes = draft.nodesFor(results);
		final List<String> values = inputs.values().stream().map(SymbolicTensor::value).toList();
		final List<String> ids = ids(values, nodes);
		for (int i = 0; i < ids.size(); i++)
			nameOutputs(ids.get(i), nodes.get(i).outputs());
		draft.constants().forEach((name, value) -> network.constant(constantName(name), value));
		for (int i = 0; i < ids.size(); i++) {
			final DraftNode node = nodes.get(i);
			network.node(new Node(ids.get(i), node.call().path, node.op(), named(node.inputs()), named(node.outputs())));
		}
		orderedLayers(values, nodes).forEach((layer, value) -> network.layer(layer, named(value)));
		results.forEach(value -> network.output(named(value)));
		return OperatorNames.given(network.build());
	}

	/** Claims an output's name; what is an input, a constant or another output already goes through an Identity. */
	private String output(final String name, final SymbolicTensor tensor) {
		final String port = unique(name);
		final boolean own = !tensor.isConstant() && !finalNames.containsKey(tensor.value());
		final String value = own ? draft.operand(tensor) : draft.node(Operator.of("Identity"), 1, tensor).get(0).value();
		finalNames.put(value, port);
		return value;
	}

	private static int[] shape(final SymbolicTensor input) {
		if (!input.extents().isKnown()) return null;
		return input.extents().list().stream().mapToInt(n -> n instanceof Long k ? Math.toIntExact(k) : -1).toArray();
	}

	/** Ids of nodes; those that {@link OperatorNames} counts come first, so that arithmetic on sizes takes none of their numbers. */
	private List<String> ids(final Collection<String> inputs, final List<DraftNode> nodes) {
		final Map<Object, Integer> perCall = new HashMap<>();
		nodes.forEach(n -> perCall.merge(n.call(), 1, Integer::sum));
		final Set<String> counted = counted(inputs, nodes);
		final String[] ids = new String[nodes.size()];
		for (final boolean counts : new boolean[] { true, false })
			for (int i = 0; i < ids.length; i++) {
				final DraftNode node = nodes.get(i);
				if (counted.contains(node.outputs().get(0)) == counts) ids[i] = unique(id(node, perCall.get(node.call()) == 1));
			}
		return List.of(ids);
	}

	private static String id(final DraftNode node, final boolean isOnlyOne) {
		final String path = node.call().name;
		if (isOnlyOne && !node.call().container && !path.isEmpty()) return path;
		final String type = node.op().type().toLowerCase(Locale.ROOT);
		return path.isEmpty() ? type : path + "." + type;
	}

	private Set<String> counted(final Collection<String> inputs, final List<DraftNode> nodes) {
		final Elements elements = new Elements();
		inputs.forEach(v -> elements.put(v, Element.FLOAT));
		draft.constants().forEach(elements::put);
		final List<Node> provisional = nodes.stream().map(n -> new Node(n.outputs().get(0), n.call().path, n.op(), n.inputs(), n
			.outputs())).toList();
		provisional.forEach(elements::infer);
		return OperatorNames.counted(inputs, provisional, elements);
	}

	private void nameOutputs(final String id, final List<String> outputs) {
		for (int i = 0; i < outputs.size(); i++) {
			final String name = i == 0 ? id : id + "." + i;
			finalNames.computeIfAbsent(outputs.get(i), v -> name.equals(id) ? id : unique(name));
		}
	}

	private String constantName(final String provisional) {
		if (!provisional.startsWith("%")) return provisional;
		final int dot = provisional.indexOf('.');
		final String owner = dot < 0 ? "" : finalNames.getOrDefault(provisional.substring(0, dot), "");
		final String name = unique(dot < 0 ? "constant" : owner + provisional.substring(dot));
		finalNames.put(provisional, name);
		return name;
	}

	/**
	 * A value is computed when the last of the nodes it needs is; layers are named in that order, inner ones first. Those that
	 * return what is fixed, such as a table of biases made from positions, have nothing to show.
	 */
	private Map<String, String> orderedLayers(final List<String> inputs, final List<DraftNode> nodes) {
		final Map<String, List<String>> byValue = new HashMap<>();
		draft.layers().forEach((layer, value) -> byValue.computeIfAbsent(value, v -> new ArrayList<>()).add(layer));
		final Map<String, String> ordered = new LinkedHashMap<>();
		final List<String> values = new ArrayList<>(inputs);
		nodes.forEach(n -> values.addAll(n.outputs()));
		values.forEach(v -> byValue.getOrDefault(v, List.of()).forEach(layer -> ordered.put(layer, v)));
		return ordered;
	}

	private List<String> named(final List<String> values) {
		return values.stream().map(this::named).toList();
	}

	private String named(final String value) {
		return finalNames.getOrDefault(value, value);
	}

	private String unique(final String name) {
		String free = name;
		for (int i = 1; !taken.add(free); i++)
			free = name + "_" + i;
		return free;
	}
}
