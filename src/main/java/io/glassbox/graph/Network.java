package io.glassbox.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A neural network as an immutable directed acyclic graph: nodes in the order they are computed, the
 * constants they use, and the layer names its author gave it.
 * <p>
 * Every value (input, constant, node output) has a unique name. A <em>layer</em> is a module of the
 * author's, named by its dotted path, and stands for the value that module returns; a container such
 * as {@code layer4} or {@code features} is a layer too. Nothing downstream knows which file a network
 * came from. It holds plain arrays only, no native memory; {@link TorchExecutor} runs it.
 * </p>
 */
public final class Network {

	private final List<Port> inputs;
	private final List<Port> outputs;
	private final List<Node> nodes;
	private final Map<String, Tensor> constants;
	private final Map<String, String> layers;
	private final Map<String, String> operators;
	private final List<String> notes;
	private final Map<String, Node> producers = new HashMap<>();
	private final Map<String, List<Node>> consumers = new HashMap<>();

	private Network(final Builder b) {
		inputs = List.copyOf(b.inputs);
		outputs = List.copyOf(b.outputs);
		nodes = List.copyOf(b.nodes);
		constants = Collections.unmodifiableMap(new LinkedHashMap<>(b.constants));
		layers = Collections.unmodifiableMap(new LinkedHashMap<>(b.layers));
		operators = Collections.unmodifiableMap(new LinkedHashMap<>(b.operators));
		notes = List.copyOf(b.notes);
		for (final Node node : nodes) {
			node.outputs().stream().filter(v -> !v.isEmpty()).forEach(v -> producers.put(v, node));
			node.inputs().stream().filter(v -> !v.isEmpty()).distinct().forEach(v -> consumers.computeIfAbsent(v,
				k -> new ArrayList<>()).add(node));
		}
	}

	public static Builder builder() {
		return new Builder();
	}

	/** A builder that starts with everything this network has. */
	public Builder toBuilder() {
		final Builder b = new Builder();
		b.inputs.addAll(inputs);
		b.outputs.addAll(outputs);
		b.nodes.addAll(nodes);
		b.constants.putAll(constants);
		b.layers.putAll(layers);
		b.operators.putAll(operators);
		b.notes.addAll(notes);
		return b;
	}

	public List<Port> inputs() {
		return inputs;
	}

	public List<Port> outputs() {
		return outputs;
	}

	/** All nodes; each comes after the nodes it reads from. */
	public List<Node> nodes() {
		return nodes;
	}

	/** Parameters and other fixed values by name. */
	public Map<String, Tensor> constants() {
		return constants;
	}

	/** The constant of this name, or empty if that value is computed or the name is blank. */
	public Optional<Tensor> constant(final String value) {
		return Optional.ofNullable(constants.get(value));
	}

	/** Layer names, in the order their values are computed, each with the value it stands for. */
	public Map<String, String> layers() {
		return layers;
	}

	/**
	 * Names of what no module returns, made by an operator in a module's own code ({@code classifier.mul}), each with the
	 * value it stands for, in computing order; see {@link OperatorNames}. Empty if the file does not tell modules.
	 */
	public Map<String, String> operators() {
		return operators;
	}

	/**
	 * The value a layer returns. The name of an operator, a node or a value serves as well as a layer's, and a pattern
	 * that means just one layer.
	 *
	 * @throws GlassboxException if there is no such layer, or there are several; the message names the nearest ones
	 */
	public String layer(final String name) {
		final String value = layers.getOrDefault(name, operators.get(name));
		if (value != null) return value;
		if (producers.containsKey(name) || inputs.stream().anyMatch(p -> p.name().equals(name))) return name;
		for (final Node node : nodes)
			if (node.id().equals(name)) return node.output();
		if (LayerPattern.isPattern(name)) return onlyOne(name);
		final Set<String> names = new LinkedHashSet<>(layers.keySet());
		names.addAll(operators.keySet());
		throw new GlassboxException(Names.unknown("layer", name, names.isEmpty() ? producers.keySet() : names));
	}

	private String onlyOne(final String pattern) {
		final List<String> chosen = LayerPattern.of(pattern).choose(layers.keySet());
		if (chosen.size() > 1) throw new GlassboxException("One layer was expected, but '" + pattern + "' means " + chosen
			.size() + ": " + Names.few(chosen) + ". Name one of them.");
		return layers.get(chosen.get(0));
	}

	/**
	 * The layers that a choice means, in computing order: one name, or several by wildcards and commas, see
	 * {@link LayerPattern}. A name of an operator, a node or a value serves as well as a layer's, but wildcards look at
	 * layers only.
	 *
	 * @return names, each of which {@link #layer} knows; at least one
	 * @throws GlassboxException if there is no such layer; the message names the nearest ones
	 */
	public List<String> layers(final String choice) {
		final String name = choice.trim();
		if (layers.containsKey(name) || !LayerPattern.isPattern(name)) {
			layer(name);
			return List.of(name);
		}
		return LayerPattern.of(name).choose(layers.keySet());
	}

	/** The node that makes a value, or empty for inputs and constants. */
	public Optional<Node> producer(final String value) {
		return Optional.ofNullable(producers.get(value));
	}

	/** Names of all values that depend on what one holds, which is among them; not those that depend on its shape alone. */
	public Set<String> dependentOn(final String value) {
		final Set<String> dependent = new HashSet<>(Set.of(value));
		for (final Node node : nodes)
			if (!node.is("Shape") && node.inputs().stream().anyMatch(dependent::contains)) dependent.addAll(node.outputs());
		return dependent;
	}

	/** The nodes that read a value, each once, in order. */
	public List<Node> consumers(final String value) {
		return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
	}

	/**
	 * What a person should know of how the file became this network, a sentence each: numbers widened, a size of the input
	 * that had to be settled. Empty for most.
	 */
	public List<String> notes() {
		return notes;
	}

	public boolean isOutput(final String value) {
		return outputs.stream().anyMatch(p -> p.name().equals(value));
	}

	/** Bytes of all constants. */
	public long bytes() {
		return constants.values().stream().mapToLong(Tensor::bytes).sum();
	}

	/** Number of parameters: elements of the float constants. */
	public long parameters() {
		return constants.values().stream().filter(Tensor::isFloat).mapToLong(Tensor::length).sum();
	}

	/** Collects the parts of a network in computing order and checks that they fit together. */
	public static final class Builder {

		private final List<Port> inputs = new ArrayList<>();
		private final List<Port> outputs = new ArrayList<>();
		private final List<Node> nodes = new ArrayList<>();
		private final Map<String, Tensor> constants = new LinkedHashMap<>();
		private final Map<String, String> layers = new LinkedHashMap<>();
		private final Map<String, String> operators = new LinkedHashMap<>();
		private final List<String> notes = new ArrayList<>();

		private Builder() {}

		/** @param shape extents, batch first, {@link Port#ANY} where open; null if unknown */
		public Builder input(final String name, final int... shape) {
			return input(new Port(name, shape));
		}

		public Builder input(final Port port) {
			inputs.add(port);
			return this;
		}

		/** These inputs in place of those before, as in another order. */
		public Builder inputs(final List<Port> ports) {
			inputs.clear();
			inputs.addAll(ports);
			return this;
		}

		/** An output of a shape that is not known. */
		public Builder output(final String name) {
			return output(name, (int[]) null);
		}

		public Builder output(final String name, final int... shape) {
			return output(new Port(name, shape));
		}

		public Builder output(final Port port) {
			outputs.add(port);
			return this;
		}

		public Builder constant(final String name, final Tensor value) {
			constants.put(name, value);
			return this;
		}

		public Builder node(final Node node) {
			nodes.add(node);
			return this;
		}

		/** A node with one output that bears the node's id. */
		public Builder node(final String id, final String layer, final Operator op, final String... operands) {
			return node(new Node(id, layer, op, List.of(operands), List.of(id)));
		}

		/** Names the value that a layer returns. */
		public Builder layer(final String name, final String value) {
			layers.put(name, value);
			return this;
		}

		/** Names a value that no layer returns. */
		public Builder operator(final String name, final String value) {
			operators.put(name, value);
			return this;
		}

		/** Adds a sentence to {@link Network#notes()}. */
		public Builder note(final String sentence) {
			notes.add(sentence);
			return this;
		}

		/** Drops all nodes, so that a rewritten list can be put in their place. */
		public Builder clearNodes() {
			nodes.clear();
			return this;
		}

		/** Drops all outputs, likewise. */
		public Builder clearOutputs() {
			outputs.clear();
			return this;
		}

		/** Drops all inputs, likewise. */
		public Builder clearInputs() {
			inputs.clear();
			return this;
		}

		/**
		 * Points every reader of a value, every name and every output at another one. The node that made it stays.
		 */
		public Builder redirect(final String from, final String to) {
			nodes.replaceAll(n -> n.inputs().contains(from) ? new Node(n.id(), n.layer(), n.op(), n.inputs().stream()
				.map(v -> v.equals(from) ? to : v).toList(), n.outputs()) : n);
			layers.replaceAll((layer, value) -> value.equals(from) ? to : value);
			operators.replaceAll((operator, value) -> value.equals(from) ? to : value);
			outputs.replaceAll(p -> p.name().equals(from) ? new Port(to, p.shape(), p.element()) : p);
			return this;
		}

		/**
		 * The network. Constants nobody reads are dropped.
		 *
		 * @throws GlassboxException if a name is used twice, a node reads what no earlier node makes, or a
		 *           layer or output names a value that does not exist
		 */
		public Network build() {
			if (inputs.isEmpty()) throw new GlassboxException("The network has no input.");
			if (outputs.isEmpty()) throw new GlassboxException("The network has no output.");
			final Set<String> known = new HashSet<>(constants.keySet());
			inputs.forEach(p -> define(known, p.name()));
			final Set<String> ids = new HashSet<>();
			final Set<String> read = new HashSet<>();
			for (final Node node : nodes) {
				if (!ids.add(node.id())) throw new GlassboxException("The network has two nodes '" + node.id() + "'.");
				for (final String in : node.inputs()) {
					if (!in.isEmpty() && !known.contains(in)) throw new GlassboxException("Node '" + node.id() +
						"' reads '" + in + "', which nothing before it makes.");
					read.add(in);
				}
				node.outputs().stream().filter(v -> !v.isEmpty()).forEach(v -> define(known, v));
			}
			checkKnown(known, layers.values(), "layer");
			checkKnown(known, operators.values(), "operator");
			checkKnown(known, outputs.stream().map(Port::name).toList(), "output");
			read.addAll(layers.values());
			outputs.forEach(p -> read.add(p.name()));
			constants.keySet().retainAll(read);
			return new Network(this);
		}

		private static void define(final Set<String> known, final String name) {
			if (name.isEmpty()) throw new GlassboxException("The network has a value without a name where it needs one; export it again.");
			if (!known.add(name)) throw new GlassboxException("The network defines '" + name + "' twice.");
		}

		private static void checkKnown(final Set<String> known, final Collection<String> names, final String what) {
			for (final String name : names)
				if (!known.contains(name)) throw new GlassboxException("The network has no value '" + name +
					"' for its " + what + ".");
		}
	}
}
