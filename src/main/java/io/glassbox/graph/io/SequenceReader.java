package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Reads operators on sequences of tensors. A sequence exists while the file is read only: what becomes part of the
 * network is the tensors that are taken from it.
 */
final class SequenceReader {

	/** The operators read here. */
	static final Set<String> TYPES = Set.of("SequenceEmpty", "SequenceConstruct", "SequenceInsert", "SequenceErase",
		"SequenceAt", "SequenceLength", "SplitToSequence", "ConcatFromSequence");

	private final Draft draft;

	SequenceReader(final Draft draft) {
		this.draft = draft;
	}

	/** Reads a node if it is about a sequence. */
	boolean read(final NodeProto n, final String id, final String layer, final Scope scope) {
		switch (n.getOpType()) {
			case "SequenceEmpty" -> scope.bind(n.getOutput(0), List.of());
			case "SequenceConstruct" -> scope.bind(n.getOutput(0), n.getInputList().stream().map(v -> draft.resolve(scope
				.value(v))).toList());
			case "SequenceInsert" -> insert(n, scope);
			case "SequenceErase" -> erase(n, scope);
			case "SequenceAt" -> draft.alias(scope.define(n.getOutput(0)), of(n, scope, 0).get(position(n, scope, 1, of(n,
				scope, 0).size())));
			case "SequenceLength" -> draft.constants().put(scope.define(n.getOutput(0)), Tensor.ofLongs(new long[] { of(n,
				scope, 0).size() }));
			case "SplitToSequence" -> split(n, id, layer, scope);
			case "ConcatFromSequence" -> concat(n, id, layer, scope);
			case "Identity" -> {
				if (scope.sequence(n.getInput(0)) == null) return false;
				scope.bind(n.getOutput(0), scope.sequence(n.getInput(0)));
			}
			default -> {
				return false;
			}
		}
		return true;
	}

	List<String> of(final NodeProto n, final Scope scope, final int operand) {
		final List<String> sequence = scope.sequence(n.getInput(operand));
		if (sequence == null) throw new UnsupportedNetworkException("The " + n.getOpType() + " '" + n.getName() +
			"' reads a sequence that comes from outside the network, which Glassbox cannot follow.");
		return sequence;
	}

	private int position(final NodeProto n, final Scope scope, final int operand, final int size) {
		final Tensor t = constant(n, scope, operand);
		final long at = t.longs()[0] < 0 ? t.longs()[0] + size : t.longs()[0];
		if (at < 0 || at > size) throw new GlassboxException("The " + n.getOpType() + " '" + n.getName() +
			"' asks for element " + t.longs()[0] + " of " + size + ".");
		return (int) at;
	}

	private Tensor constant(final NodeProto n, final Scope scope, final int operand) {
		return draft.constant(draft.resolve(scope.value(n.getInput(operand)))).filter(t -> !t.isFloat() && t.length() > 0)
			.orElseThrow(() -> new UnsupportedNetworkException("The " + n.getOpType() + " '" + n.getName() +
				"' depends on the image: its operand " + operand + " is computed."));
	}

	private void insert(final NodeProto n, final Scope scope) {
		final List<String> sequence = new ArrayList<>(of(n, scope, 0));
		final int at = n.getInputCount() > 2 ? position(n, scope, 2, sequence.size()) : sequence.size();
		sequence.add(at, draft.resolve(scope.value(n.getInput(1))));
		scope.bind(n.getOutput(0), sequence);
	}

	private void erase(final NodeProto n, final Scope scope) {
		final List<String> sequence = new ArrayList<>(of(n, scope, 0));
		sequence.remove(n.getInputCount() > 1 ? position(n, scope, 1, sequence.size()) : sequence.size() - 1);
		scope.bind(n.getOutput(0), sequence);
	}

	private static long attribute(final NodeProto n, final String name, final long absent) {
		return n.getAttributeList().stream().filter(a -> a.getName().equals(name)).mapToLong(AttributeProto::getI)
			.findFirst().orElse(absent);
	}

	private void split(final NodeProto n, final String id, final String layer, final Scope scope) {
		final String x = draft.resolve(scope.value(n.getInput(0)));
		final int[] shape = draft.shapes().of(x);
		final int axis = shape == null ? -1 : Shapes.axis(attribute(n, "axis", 0), shape.length);
		if (shape == null || shape[axis] == Port.ANY || shape[axis] < 0) throw new UnsupportedNetworkException(
			"The SplitToSequence '" + id + "' has as many parts as the image is large, which Glassbox cannot follow.");
		final boolean single = n.getInputCount() < 2 || n.getInput(1).isEmpty();
		final long[] sizes = single ? even(shape[axis], 1) : sizes(constant(n, scope, 1), shape[axis]);
		final List<String> parts = new ArrayList<>();
		for (int i = 0; i < sizes.length; i++)
			parts.add(scope.unique(n.getOutput(0) + ".part" + i));
		final String sizesName = scope.unique(n.getOutput(0) + ".sizes");
		draft.constants().put(sizesName, Tensor.ofLongs(sizes, sizes.length));
		draft.add(new Node(id, layer, Operator.of("Split", "axis", axis), List.of(x, sizesName), parts));
		final boolean drop = single && attribute(n, "keepdims", 1) == 0;
		scope.bind(n.getOutput(0), drop ? parts.stream().map(p -> squeezed(p, layer, axis)).toList() : parts);
	}

	private String squeezed(final String part, final String layer, final int axis) {
		final String axes = part + ".axes";
		draft.constants().put(axes, Tensor.ofLongs(new long[] { axis }, 1));
		draft.add(new Node(part + ".squeezed", layer, Operator.of("Squeeze"), List.of(part, axes), List.of(part +
			".squeezed")));
		return part + ".squeezed";
	}

	private static long[] sizes(final Tensor split, final int extent) {
		return split.rank() == 0 ? even(extent, split.longs()[0]) : split.longs();
	}

	private static long[] even(final int extent, final long size) {
		if (size <= 0) throw new GlassboxException("A SplitToSequence of the network has parts of " + size + ".");
		final long[] sizes = new long[Math.toIntExact((extent + size - 1) / size)];
		Arrays.setAll(sizes, i -> Math.min(size, extent - i * size));
		return sizes;
	}

	private void concat(final NodeProto n, final String id, final String layer, final Scope scope) {
		final List<String> sequence = of(n, scope, 0);
		final long axis = attribute(n, "axis", 0);
		final String output = scope.define(n.getOutput(0));
		if (attribute(n, "new_axis", 0) != 0) stack(id, layer, sequence, output, axis);
		else draft.add(new Node(id, layer, Operator.of("Concat", "axis", axis), sequence, List.of(output)));
	}

	/** Joins tensors along a new first axis. */
	void stack(final String id, final String layer, final List<String> parts, final String output) {
		stack(id, layer, parts, output, 0);
	}

	/** Joins tensors along a new axis. */
	void stack(final String id, final String layer, final List<String> parts, final String output,
		final long axis)
	{
		if (parts.isEmpty()) throw new UnsupportedNetworkException("The network stacks no tensors at all in '" + id + "'.");
		final String axes = output + ".axes";
		draft.constants().put(axes, Tensor.ofLongs(new long[] { axis }, 1));
		final List<String> apart = new ArrayList<>();
		for (int i = 0; i < parts.size(); i++) {
			apart.add(output + "." + i);
			draft.add(new Node(id + "." + i, layer, Operator.of("Unsqueeze"), List.of(parts.get(i), axes), List.of(apart.get(
				i))));
		}
		draft.add(new Node(id, layer, Operator.of("Concat", "axis", axis), apart, List.of(output)));
	}
}
