package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One node of a network for one sample on its way to any number of them: what is known of its operands, and the nodes that
 * take its place.
 */
final class SampleStep {

	private final Node node;
	private final Draft draft;
	private final Map<String, SampleLayout> layouts;
	private final List<Node> before = new ArrayList<>();
	private Node instead;

	/** @param layouts of all values so far that differ between samples */
	SampleStep(final Node node, final Draft draft, final Map<String, SampleLayout> layouts) {
		this.node = node;
		this.draft = draft;
		this.layouts = layouts;
		instead = node;
	}

	Node node() {
		return node;
	}

	Attributes attributes() {
		return node.op().attributes();
	}

	/** Where the samples lie in an operand; null if it is the same for all of them. */
	SampleLayout layout(final int operand) {
		return layout(node.input(operand));
	}

	SampleLayout layout(final String value) {
		return layouts.get(value);
	}

	/** The shape of a value for one sample. */
	int[] shape(final String value) {
		final int[] shape = draft.shapes().of(value);
		require(shape != null && Arrays.stream(shape).noneMatch(e -> e < 0), "has an operand of unknown shape");
		return shape;
	}

	int[] shape(final int operand) {
		return shape(node.input(operand));
	}

	int rank(final int operand) {
		final int[] shape = draft.shapes().of(node.input(operand));
		require(shape != null, "has an operand of unknown rank");
		return shape.length;
	}

	boolean has(final int operand) {
		return !node.input(operand).isEmpty();
	}

	/** The elements of an operand that is fixed; null if it is not. */
	Tensor constant(final int operand) {
		return draft.constant(node.input(operand)).orElse(null);
	}

	/** Axes or sizes. */
	long[] longs(final int operand) {
		final Tensor t = constant(operand);
		require(t != null && !t.isFloat() && t.length() > 0, "takes axes or sizes that are not fixed");
		return t.longs();
	}

	FixedBatch fixed(final String why) {
		return new FixedBatch(node, why);
	}

	void require(final boolean apart, final String why) {
		if (!apart) throw fixed(why);
	}

	void apart(final boolean apart) {
		require(apart, "works along the axis of the samples");
	}

	// -- what takes the node's place --

	/** The same node on other operands. */
	void replace(final List<String> operands) {
		replace(node.op(), operands);
	}

	void replace(final Operator op, final List<String> operands) {
		instead = new Node(node.id(), node.layer(), op, operands, node.outputs());
	}

	String constant(final String suffix, final long... values) {
		return draft.constant(node, suffix, values);
	}

	/** A value that the node's place needs computed before. */
	String made(final String suffix, final Operator op, final String... operands) {
		final String value = node.output() + "." + suffix;
		before.add(new Node(node.id() + "." + suffix, node.layer(), op, List.of(operands), List.of(value)));
		return value;
	}

	/** The extents given, but along one axis as many as another value has. */
	String extents(final String suffix, final String like, final int axis, final long[] extents) {
		final String samples = made(suffix + ".samples", Operator.of("Shape", "start", axis, "end", axis + 1), like);
		final List<String> parts = new ArrayList<>();
		if (axis > 0) parts.add(constant(suffix + ".before", Arrays.copyOf(extents, axis)));
		parts.add(samples);
		if (axis + 1 < extents.length) parts.add(constant(suffix + ".behind", Arrays.copyOfRange(extents, axis + 1,
			extents.length)));
		return made(suffix, Operator.of("Concat", "axis", 0), parts.toArray(String[]::new));
	}

	List<Node> nodes() {
		final List<Node> nodes = new ArrayList<>(before);
		nodes.add(instead);
		return nodes;
	}
}
