package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongBinaryOperator;

/**
 * Works out the small integer arithmetic that exporters wrap around shapes: {@code Shape}, then
 * {@code Gather}, {@code Unsqueeze}, {@code Concat} and the like.
 * <p>
 * Elements that depend on the batch or on an open extent stay unknown; a value becomes a constant only
 * when all its elements are known.
 * </p>
 */
final class Integers {

	/** An element that cannot be told. */
	static final long UNKNOWN = Long.MIN_VALUE;

	/** An element that is the number of samples. */
	static final long SAMPLES = Long.MIN_VALUE + 1;

	/** Longer vectors than this are data, not shapes. */
	private static final int LONGEST = 64;

	private final Map<String, Tensor> constants;
	private final Shapes shapes;
	private final Map<String, Tensor> partial;

	/** @param partial takes the values of which some elements are known */
	Integers(final Map<String, Tensor> constants, final Map<String, Tensor> partial, final Shapes shapes) {
		this.constants = constants;
		this.partial = partial;
		this.shapes = shapes;
	}

	private static boolean isKnown(final long element) {
		return element > SAMPLES;
	}

	/** The value the node makes, if that is a list of integers all of which are known. */
	Optional<Tensor> evaluate(final Node node) {
		final Tensor t = node.outputs().size() == 1 ? value(node) : null;
		if (t == null) return Optional.empty();
		final boolean complete = Arrays.stream(t.longs()).allMatch(Integers::isKnown);
		if (complete) return Optional.of(t);
		partial.put(node.output(), t);
		return Optional.empty();
	}

	private Tensor value(final Node node) {
		if (node.is("Shape")) return shape(node);
		for (final String in : node.inputs())
			if (of(in) == null) return null;
		final Attributes a = node.op().attributes();
		return switch (node.op().type()) {
			case "Gather" -> gather(of(node.input(0)), of(node.input(1)));
			case "Unsqueeze" -> of(node.input(0)).rank() > 0 ? null : of(node.input(0)).reshape(1);
			case "Squeeze" -> of(node.input(0)).length() != 1 ? null : of(node.input(0)).reshape();
			case "Cast" -> a.integer("to", 0) == OnnxTypes.INT64 ? of(node.input(0)) : null;
			case "Concat" -> concat(node);
			case "Slice" -> slice(node);
			case "Add" -> binary(node, Math::addExact);
			case "Sub" -> binary(node, Math::subtractExact);
			case "Mul" -> binary(node, Math::multiplyExact);
			case "Div" -> zero(of(node.input(1))) ? null : binary(node, (p, q) -> p / q);
			default -> null;
		};
	}

	private Tensor of(final String value) {
		final Tensor t = constants.getOrDefault(value, partial.get(value));
		return t == null || t.isFloat() || t.rank() > 1 || t.length() > LONGEST ? null : t;
	}

	private Tensor shape(final Node node) {
		final int[] shape = shapes.of(node.input(0));
		if (shape == null) return null;
		final Attributes a = node.op().attributes();
		final int from = bounded(a.integer("start", 0), shape.length);
		final int to = bounded(a.integer("end", shape.length), shape.length);
		if (from >= to) return null;
		final long[] values = Arrays.stream(shape, from, to).mapToLong(n -> n == Shapes.BATCH ? SAMPLES : n < 0 ? UNKNOWN : n).toArray();
		return Tensor.ofLongs(values, values.length);
	}

	/** An axis counted from the front, within those there are or just behind them. */
	static int bounded(final long axis, final int rank) {
		return (int) Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
	}

	private static Tensor gather(final Tensor data, final Tensor index) {
		final long[] picked = new long[index.length()];
		for (int i = 0; i < picked.length; i++) {
			final long at = index.longs()[i];
			if (!isKnown(at) || at >= data.length() || at < -data.length() || data.rank() == 0) return null;
			picked[i] = data.longs()[Shapes.axis(at, data.length())];
		}
		return Tensor.ofLongs(picked, index.shape());
	}

	private Tensor concat(final Node node) {
		if (node.inputs().stream().anyMatch(in -> of(in).rank() != 1)) return null;
		final long[] all = node.inputs().stream().flatMapToLong(in -> Arrays.stream(of(in).longs())).toArray();
		return Tensor.ofLongs(all, all.length);
	}

	private Tensor slice(final Node node) {
		final Tensor data = of(node.input(0));
		final long from = of(node.input(1)).longs()[0];
		final long to = of(node.input(2)).longs()[0];
		final boolean stepped = node.inputs().size() > 4 && of(node.input(4)).longs()[0] != 1;
		if (stepped || !isKnown(from) || !isKnown(to) || data.rank() == 0) return null;
		final int n = data.length();
		final int start = (int) Math.max(0, Math.min(n, from < 0 ? from + n : from));
		final int end = (int) Math.max(start, Math.min(n, to < 0 ? to + n : to));
		return Tensor.ofLongs(Arrays.copyOfRange(data.longs(), start, end), end - start);
	}

	private static boolean zero(final Tensor t) {
		return Arrays.stream(t.longs()).anyMatch(v -> v == 0);
	}

	private Tensor binary(final Node node, final LongBinaryOperator op) {
		final Tensor a = of(node.input(0));
		final Tensor b = of(node.input(1));
		final Tensor longer = a.rank() > b.rank() || a.length() > b.length() ? a : b;
		if (a.length() != longer.length() && a.length() != 1 || b.length() != longer.length() && b.length() != 1) return null;
		final long[] values = new long[longer.length()];
		for (int i = 0; i < values.length; i++) {
			final long p = a.longs()[a.length() == 1 ? 0 : i];
			final long q = b.longs()[b.length() == 1 ? 0 : i];
			values[i] = isKnown(p) && isKnown(q) ? op.applyAsLong(p, q) : UNKNOWN;
		}
		return Tensor.ofLongs(values, longer.shape());
	}
}
