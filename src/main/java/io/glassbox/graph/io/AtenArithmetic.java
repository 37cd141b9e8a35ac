package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** Arithmetic between tensors and with numbers, and sums over axes. */
final class AtenArithmetic {

	private AtenArithmetic() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("add", (a, g) -> g.binary("Add", operand(a, g, 0), scaled(a, g)));
		table.put("sub", (a, g) -> g.binary("Sub", operand(a, g, 0), scaled(a, g)));
		table.put("rsub", (a, g) -> {
			if (a.number("alpha", a.number(2, 1)) != 1) throw a.unsupported("with alpha");
			return g.binary("Sub", operand(a, g, 1), operand(a, g, 0));
		});
		table.put("mul", (a, g) -> g.binary("Mul", operand(a, g, 0), operand(a, g, 1)));
		table.put("div", (a, g) -> {
			final SymbolicTensor quotient = g.binary("Div", operand(a, g, 0), operand(a, g, 1));
			final Object rounding = a.named().get("rounding_mode");
			if (rounding == null) return quotient;
			if (!rounding.equals("floor")) throw a.unsupported("rounded by " + rounding);
			return g.elementwise(Operator.of("Floor"), quotient);
		});
		table.put("pow", (a, g) -> g.binary("Pow", operand(a, g, 0), operand(a, g, 1)));
		table.put("square", (a, g) -> g.binary("Mul", a.tensor(0), a.tensor(0)));
		table.put("minimum", (a, g) -> g.binary("Min", operand(a, g, 0), operand(a, g, 1)));
		table.put("maximum", (a, g) -> g.binary("Max", operand(a, g, 0), operand(a, g, 1)));
		table.put("min", (a, g) -> extreme(a, g, "Min"));
		table.put("max", (a, g) -> extreme(a, g, "Max"));
		table.put("amax", (a, g) -> reduced(g, "ReduceMax", a.tensor(0), a.integers(1), a.truth(2, false)));
		table.put("mean", (a, g) -> a.count() < 2 || a.get(1) == null ? all(a, g, "ReduceMean") : reduced(g, "ReduceMean", a
			.tensor(0), a.integers(1), a.truth(2, false)));
		table.put("sum", AtenArithmetic::sum);
	}

	// -- elementwise --

	private static SymbolicTensor scaled(final Arguments a, final GraphDraft g) {
		final SymbolicTensor other = operand(a, g, 1);
		final double alpha = a.number("alpha", a.number(2, 1));
		return alpha == 1 ? other : g.binary("Mul", other, GraphDraft.scalar(alpha));
	}

	/** A tensor; a number becomes one without axes, of the kind of the other operand. */
	static SymbolicTensor operand(final Arguments a, final GraphDraft g, final int index) {
		final Object v = a.get(index);
		final boolean whole = a.get(1 - index) instanceof SymbolicTensor other && other.kind() == Kind.INTEGER;
		if (v instanceof SymbolicTensor t) return floating(a, g, t, index);
		if (v instanceof Extent) return whole ? g.number(v) : g.emit(Operator.of("Cast", "to", 1), g.number(v)).sized(List
			.of());
		if (v instanceof Long n && whole) return SymbolicTensor.constant(Tensor.ofLongs(new long[] { n }), false);
		return GraphDraft.scalar(a.number(index, 0));
	}

	/** A fixed integer tensor beside floats becomes float, as PyTorch's type promotion has it. */
	private static SymbolicTensor floating(final Arguments a, final GraphDraft g, final SymbolicTensor t, final int index) {
		final boolean floats = a.get(1 - index) instanceof SymbolicTensor other && other.kind() == Kind.FLOAT;
		if (!floats || t.kind() == Kind.FLOAT) return t;
		return g.elementwise(Operator.of("Cast", "to", 1), t);
	}

	private static Object extreme(final Arguments a, final GraphDraft g, final String type) {
		if (a.count() == 1) return all(a, g, "Reduce" + type);
		if (a.get(1) instanceof SymbolicTensor) return g.binary(type, operand(a, g, 0), operand(a, g, 1));
		return new ScriptTuple(Arrays.asList(reduced(g, "Reduce" + type, a.tensor(0), a.integers(1), a.truth(2, false)),
			Unknown.FAULT));
	}

	// -- over axes --

	private static Object all(final Arguments a, final GraphDraft g, final String type) {
		return g.emit(Operator.of(type, "keepdims", 0), a.tensor(0)).sized(List.of());
	}

	private static SymbolicTensor reduced(final GraphDraft g, final String type, final SymbolicTensor x, final long[] axes,
		final boolean keep)
	{
		return g.emit(Operator.of(type, "axes", axes, "keepdims", keep), x).shaped(remaining(x, axes, keep));
	}

	private static Object sum(final Arguments a, final GraphDraft g) {
		if (a.count() < 2 || a.get(1) == null) return all(a, g, "ReduceSum");
		final boolean keep = a.truth(2, false);
		final long[] axes = a.integers(1);
		return g.emit(Operator.of("ReduceSum", "keepdims", keep), a.tensor(0), GraphDraft.longs("axes", axes)).shaped(
			remaining(a.tensor(0), axes, keep));
	}

	private static Extents remaining(final SymbolicTensor x, final long[] axes, final boolean keep) {
		if (x.rank() < 0) return Extents.unknown();
		final List<Object> sizes = new ArrayList<>();
		IntStream.range(0, x.rank()).forEach(axis -> {
			final boolean gone = Arrays.stream(axes).anyMatch(n -> (n < 0 ? n + x.rank() : n) == axis);
			if (!gone) sizes.add(x.extents().get(axis));
			else if (keep) sizes.add(1L);
		});
		return Extents.of(sizes);
	}
}
