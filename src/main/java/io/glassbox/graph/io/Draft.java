package io.glassbox.graph.io;

import io.glassbox.graph.Elements;
import io.glassbox.graph.Node;
import io.glassbox.graph.OperandCounts;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network while it is being read: the nodes so far, in the vocabulary of opset 17, and what is known
 * about their values.
 */
final class Draft {

	private final List<Node> nodes = new ArrayList<>();
	private final Map<String, Tensor> constants = new LinkedHashMap<>();
	private final Map<String, String> aliases = new HashMap<>();
	private final Map<String, Tensor> partial = new HashMap<>();
	private final Shapes shapes = new Shapes(constants, partial);
	private final Integers integers = new Integers(constants, partial, shapes);
	private final Folding folding = new Folding(constants, shapes);
	private final Elements elements = new Elements();

	List<Node> nodes() {
		return nodes;
	}

	Map<String, Tensor> constants() {
		return constants;
	}

	Shapes shapes() {
		return shapes;
	}

	/** What the elements of the values so far are. */
	Elements elements() {
		return elements;
	}

	/**
	 * Appends a node, or, if what it makes is fixed, the constants.
	 *
	 * @throws io.glassbox.graph.GlassboxException if it lacks an operand
	 */
	void add(final Node node) {
		OperandCounts.check(node);
		final Optional<Tensor> known = integers.evaluate(node);
		final Optional<List<Tensor>> folded = known.isPresent() ? known.map(List::of) : folding.evaluate(node);
		if (folded.isEmpty()) append(node);
		else {
			learn(node);
			for (int i = 0; i < folded.get().size(); i++)
				if (!node.outputs().get(i).isEmpty()) constants.put(node.outputs().get(i), folded.get().get(i));
		}
	}

	private void learn(final Node node) {
		node.inputs().stream().filter(constants::containsKey).forEach(v -> elements.put(v, constants.get(v)));
		elements.infer(node);
	}

	/** Appends a node as it is. */
	void append(final Node node) {
		nodes.add(node);
		learn(node);
		shapes.infer(node);
	}

	/** Appends a node that belongs to {@code origin} and makes a value of its own; returns that value's name. */
	String add(final Node origin, final String suffix, final Operator op, final String... operands) {
		final String value = origin.output() + "." + suffix;
		add(new Node(origin.id() + "." + suffix, origin.layer(), op, List.of(operands), List.of(value)));
		return value;
	}

	/** Puts in a constant that {@code origin} needs and returns its name. */
	String constant(final Node origin, final String suffix, final Tensor value) {
		final String name = origin.output() + "." + suffix;
		constants.put(name, value);
		return name;
	}

	String constant(final Node origin, final String suffix, final long... values) {
		return constant(origin, suffix, Tensor.ofLongs(values, values.length));
	}

	Optional<Tensor> constant(final String value) {
		return Optional.ofNullable(constants.get(value));
	}

	/** From now on {@code name} means {@code value}; a constant is known by both names. */
	void alias(final String name, final String value) {
		if (constants.containsKey(value)) constants.put(name, constants.get(value));
		else aliases.put(name, value);
	}

	/** What a name of the file stands for in the draft. */
	String resolve(final String name) {
		return aliases.getOrDefault(name, name);
	}
}
