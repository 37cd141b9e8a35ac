package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphDraft.Fixed;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** Sums, extremes, norms and statistics over axes. */
final class AtenReduction {

	private AtenReduction() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("sum", (a, g) -> reduced(g, "ReduceSum", number(g, a.tensor(0)), axes(a, 1), keep(a, 2)));
		table.put("mean", (a, g) -> mean(g, a.tensor(0), axes(a, 1), keep(a, 2)));
		table.put("nanmean", table.get("mean"));
		table.put("prod", (a, g) -> reduced(g, "ReduceProd", number(g, a.tensor(0)), axes(a, 1), keep(a, 2)));
		table.put("amax", (a, g) -> reduced(g, "ReduceMax", a.tensor(0), axes(a, 1), keep(a, 2)));
		table.put("amin", (a, g) -> reduced(g, "ReduceMin", a.tensor(0), axes(a, 1), keep(a, 2)));
		table.put("aminmax", (a, g) -> {
			final long[] axes = a.get(1, "dim") == null ? null : new long[] { (Long) a.get(1, "dim") };
			final boolean keep = Boolean.TRUE.equals(a.get(2, "keepdim"));
			return new ScriptTuple(List.of(reduced(g, "ReduceMin", a.tensor(0), axes, keep), reduced(g, "ReduceMax", a.tensor(
				0), axes, keep)));
		});
		table.put("min", (a, g) -> extreme(a, g, "Min"));
		table.put("max", (a, g) -> extreme(a, g, "Max"));
		table.put("argmax", (a, g) -> position(a, g, "ArgMax"));
		table.put("argmin", (a, g) -> position(a, g, "ArgMin"));
		table.put("all", (a, g) -> truth(a, g, "ReduceMin"));
		table.put("any", (a, g) -> truth(a, g, "ReduceMax"));
		table.put("logsumexp", (a, g) -> {
			final SymbolicTensor x = a.tensor(0);
			final SymbolicTensor largest = reduced(g, "ReduceMax", x, axes(a, 1), true);
			final SymbolicTensor sum = reduced(g, "ReduceSum", g.elementwise(Operator.of("Exp"), g.binary("Sub", x, largest)),
				axes(a, 1), keep(a, 2));
			return g.binary("Add", g.elementwise(Operator.of("Log"), sum), keep(a, 2) ? largest : reduced(g, "ReduceMax", x,
				axes(a, 1), false));
		});
		table.put("var", (a, g) -> deviation(a, g, false, false));
		table.put("std", (a, g) -> deviation(a, g, true, false));
		table.put("var_mean", (a, g) -> deviation(a, g, false, true));
		table.put("std_mean", (a, g) -> deviation(a, g, true, true));
		table.put("norm", (a, g) -> norm(g, a.tensor(0), order(a, 1), axes(a, 2), keep(a, 3)));
		table.put("frobenius_norm", (a, g) -> norm(g, a.tensor(0), 2, axes(a, 1), keep(a, 2)));
		table.put("linalg_vector_norm", (a, g) -> norm(g, a.tensor(0), order(a, 1), axes(a, 2), keep(a, 3)));
		table.put("linalg_norm", (a, g) -> {
			final long[] axes = axes(a, 2);
			final boolean vector = a.get(1) == null || axes != null && axes.length == 1 || a.tensor(0).rank() == 1;
			if (!vector) throw a.unsupported("of matrices, of order " + a.get(1));
			return norm(g, a.tensor(0), order(a, 1), axes, keep(a, 3));
		});
		table.put("cumsum", (a, g) -> g.elementwise(Operator.of("CumSum"), number(g, a.tensor(0)), new Fixed("axis", Tensor
			.ofLongs(new long[] { a.integer(1) }))));
		table.put("topk", (a, g) -> sorted(a, g, a.integer(1), a.integer(2, -1), a.truth(3, true), a.truth(4, true)));
		table.put("sort", (a, g) -> {
			final long axis = a.integer(1, -1);
			if (a.tensor(0).rank() < 1 || !(a.tensor(0).extents().get((int) axis) instanceof Long n)) throw a.unsupported(
				"along an axis whose extent is known only at run time");
			return sorted(a, g, n, axis, a.truth(2, false), true);
		});
	}

	// -- arguments --

	/** The axes, or null for all of them. */
	private static long[] axes(final Arguments a, final int index) {
		final Object v = a.get(index, "dim");
		if (v == null) return null;
		final long[] axes = new Arguments(a.operator(), List.of(v), Map.of()).integers(0);
		return axes.length == 0 ? null : axes;
	}

	private static boolean keep(final Arguments a, final int index) {
		return Boolean.TRUE.equals(a.get(index, "keepdim"));
	}

	private static double order(final Arguments a, final int index) {
		final Object p = a.get(index, "ord");
		if (p instanceof String s && s.equals("fro")) return 2;
		if (p == null) return 2;
		return new Arguments(a.operator(), List.of(p), Map.of()).number(0, 2);
	}

	/** Truth values are counted as numbers. */
	private static SymbolicTensor number(final GraphDraft g, final SymbolicTensor x) {
		return x.kind() == Kind.BOOLEAN ? g.cast(x, Kind.INTEGER) : x;
	}

	// -- over axes --

	/** @param axes null for all */
	static SymbolicTensor reduced(final GraphDraft g, final String type, final SymbolicTensor x, final long[] axes,
		final boolean keep)
	{
		if (axes != null && x.rank() == 0) return x;
		final Extents left = axes == null ? keep && x.rank() >= 0 ? remaining(x, LongStream.range(0, x.rank()).toArray(),
			true) : Extents.of(List.of()) : remaining(x, axes, keep);
		if (axes == null) return g.emit(Operator.of(type, "keepdims", keep), x).shaped(left);
		if (type.equals("ReduceSum")) return g.emit(Operator.of(type, "keepdims", keep), x, GraphDraft.longs("axes", axes))
			.shaped(left);
		return g.emit(Operator.of(type, "axes", axes, "keepdims", keep), x).shaped(left);
	}

	static SymbolicTensor mean(final GraphDraft g, final SymbolicTensor x, final long[] axes, final boolean keep) {
		return reduced(g, "ReduceMean", g.cast(x, Kind.FLOAT), axes, keep);
	}

	private static Extents remaining(final SymbolicTensor x, final long[] axes, final boolean keep) {
		if (x.rank() < 0) return keep ? Extents.derived(x, 0) : Extents.derived(x, axes.length);
		final List<Object> sizes = new ArrayList<>();
		IntStream.range(0, x.rank()).forEach(axis -> {
			final boolean gone = Arrays.stream(axes).anyMatch(n -> (n < 0 ? n + x.rank() : n) == axis);
			if (!gone) sizes.add(x.extents().get(axis));
			else if (keep) sizes.add(1L);
		});
		return Extents.of(sizes);
	}

	private static Object extreme(final Arguments a, final GraphDraft g, final String type) {
		if (a.get(1) instanceof SymbolicTensor) return g.binary(type, AtenArithmetic.operand(a, g, 0), AtenArithmetic.operand(
			a, g, 1));
		if (a.get(1, "dim") == null) return reduced(g, "Reduce" + type, a.tensor(0), null, false);
		final long axis = axes(a, 1)[0];
		final boolean keep = keep(a, 2);
		return new ScriptTuple(List.of(reduced(g, "Reduce" + type, a.tensor(0), new long[] { axis }, keep), at(g, "Arg" +
			type, a.tensor(0), axis, keep)));
	}

	private static SymbolicTensor at(final GraphDraft g, final String type, final SymbolicTensor x, final long axis,
		final boolean keep)
	{
		return g.emit(Operator.of(type, "axis", axis, "keepdims", keep), x).shaped(remaining(x, new long[] { axis }, keep));
	}

	private static Object position(final Arguments a, final GraphDraft g, final String type) {
		if (a.get(1, "dim") != null) return at(g, type, a.tensor(0), axes(a, 1)[0], keep(a, 2));
		final SymbolicTensor flat = g.emit(Operator.of("Reshape"), a.tensor(0), GraphDraft.longs("shape", -1)).sized(Arrays
			.asList((Object) null));
		return at(g, type, flat, 0, false);
	}

	private static Object truth(final Arguments a, final GraphDraft g, final String type) {
		final SymbolicTensor whole = g.cast(g.cast(a.tensor(0), Kind.BOOLEAN), Kind.FLOAT);
		return g.cast(reduced(g, type, whole, axes(a, 1), keep(a, 2)), Kind.BOOLEAN);
	}

	private static Object sorted(final Arguments a, final GraphDraft g, final long k, final long axis,
		final boolean largest, final boolean sorted)
	{
		final SymbolicTensor x = a.tensor(0);
		final List<SymbolicTensor> both = g.emitSeveral(Operator.of("TopK", "axis", axis, "largest", largest, "sorted",
			sorted), 2, x, GraphDraft.longs("k", k));
		if (x.rank() > 0) for (final SymbolicTensor t : both) {
			final List<Object> sizes = x.extents().list();
			sizes.set((int) (axis < 0 ? axis + sizes.size() : axis), k);
			t.sized(sizes);
		}
		return new ScriptTuple(new ArrayList<>(both));
	}

	// -- statistics --

	/** By default divided by one less than the number of elements (Bessel), as PyTorch does. */
	private static Object deviation(final Arguments a, final GraphDraft g, final boolean root, final boolean both) {
		final boolean simple = a.get(1) instanceof Boolean;
		final long[] axes = simple ? null : axes(a, 1);
		final Object correction = simple ? a.get(1) : a.get(2, "correction") != null ? a.get(2, "correction") : a.get(2,
			"unbiased");
		final long less = correction instanceof Boolean b ? b ? 1 : 0 : correction == null ? 1 : ((Number) correction)
			.longValue();
		final boolean keep = keep(a, 3);
		final SymbolicTensor x = a.tensor(0);
		if (x.rank() < 0) throw a.unsupported("of a tensor whose number of axes is unknown");
		final long[] all = axes == null ? LongStream.range(0, x.rank()).toArray() : axes;
		final SymbolicTensor centred = g.binary("Sub", x, mean(g, x, all, true));
		final SymbolicTensor square = g.binary("Mul", centred, centred);
		final SymbolicTensor variance;
		if (less == 0) variance = mean(g, square, all, keep);
		else {
			Object count = 1L;
			for (final long axis : all)
				count = Extent.computed("Mul", count, g.asked(x.extents().get((int) axis), x, (int) axis));
			variance = g.binary("Div", reduced(g, "ReduceSum", square, all, keep), AtenArithmetic.number(g, Extent.computed(
				"Sub", count, less), Kind.FLOAT));
		}
		final SymbolicTensor result = root ? g.elementwise(Operator.of("Sqrt"), variance) : variance;
		return both ? new ScriptTuple(List.of(result, mean(g, x, all, keep))) : result;
	}

	/** The norm of order p of vectors along axes. */
	static SymbolicTensor norm(final GraphDraft g, final SymbolicTensor x, final double p, final long[] axes,
		final boolean keep)
	{
		if (p == 2) return g.elementwise(Operator.of("Sqrt"), reduced(g, "ReduceSum", g.binary("Mul", x, x), axes, keep));
		final SymbolicTensor size = g.elementwise(Operator.of("Abs"), x);
		if (p == 1) return reduced(g, "ReduceSum", size, axes, keep);
		if (Double.isInfinite(p)) return reduced(g, p > 0 ? "ReduceMax" : "ReduceMin", size, axes, keep);
		if (p == 0) return reduced(g, "ReduceSum", g.cast(AtenLogic.not(g, g.binary("Equal", x, GraphDraft.scalar(0))),
			Kind.FLOAT), axes, keep);
		return g.binary("Pow", reduced(g, "ReduceSum", g.binary("Pow", size, GraphDraft.scalar(p)), axes, keep), GraphDraft
			.scalar(1 / p));
	}
}
