package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.io.SymbolicTensor.View;

/** What asks for shapes, and gives the same elements another one: views, reordered axes, repeated elements. */
final class AtenShape {

	/** The sizes of a tensor whose number of axes is not known yet. */
	record Sizes(SymbolicTensor of, String value) {}

	private AtenShape() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("dim", (a, g) -> a.tensor(0).rank() < 0 ? Unknown.UNTIL_RUN : (Object) (long) a.tensor(0).rank());
		table.put("len", (a, g) -> size(g, a.tensor(0), 0));
		table.put("size", (a, g) -> a.has(1) ? size(g, a.tensor(0), (int) a.integer(1)) : sizes(g, a.tensor(0)));
		table.put("sym_size", table.get("size"));
		table.put("numel", (a, g) -> a.tensor(0).rank() < 0 ? Unknown.UNTIL_RUN : asked(g, a.tensor(0)).stream().reduce(1L, (
			x, y) -> Extent.computed("Mul", x, y)));
		table.put("sym_numel", table.get("numel"));
		for (final String same : List.of("detach", "alias", "requires_grad_", "cpu", "cuda",
			"resolve_conj", "resolve_neg", "lift_fresh"))
			table.put(same, (a, g) -> a.tensor(0).copy().viewOf(a.tensor(0), SymbolicTensor.ALL));
		table.put("contiguous", (a, g) -> a.tensor(0).copy().viewOf(a.tensor(0)));
		table.put("clone", (a, g) -> a.tensor(0).copy());
		table.put("flatten", AtenShape::flatten);
		table.put("view", (a, g) -> view(g, a.tensor(0), a.list(1)));
		table.put("_unsafe_view", table.get("view"));
		table.put("reshape", (a, g) -> reshape(g, a.tensor(0), a.list(1)).viewOf(a.tensor(0)));
		table.put("view_as", (a, g) -> view(g, a.tensor(0), asked(g, a.tensor(1))));
		table.put("reshape_as", (a, g) -> reshape(g, a.tensor(0), asked(g, a.tensor(1))).viewOf(a.tensor(0)));
		table.put("unflatten", (a, g) -> {
			final List<Object> shape = known(a, 0).list();
			final int axis = axis(a, 1, shape.size());
			shape.remove(axis);
			shape.addAll(axis, a.get(2) instanceof List<?> || a.get(2) instanceof ScriptTuple ? a.list(2) : a.list(3));
			return view(g, a.tensor(0), shape);
		});
		table.put("permute", (a, g) -> permute(g, a.tensor(0), a.integers(1)));
		for (final String name : List.of("transpose", "swapaxes", "swapdims"))
			table.put(name, AtenShape::transpose);
		table.put("movedim", AtenShape::moveAxes);
		table.put("moveaxis", table.get("movedim"));
		table.put("t", (a, g) -> a.tensor(0).rank() == 1 ? a.tensor(0) : permute(g, a.tensor(0), 1, 0));
		table.put("numpy_T", (a, g) -> permute(g, a.tensor(0), backwards(known(a, 0).rank(), known(a, 0).rank())));
		table.put("mT", (a, g) -> permute(g, a.tensor(0), backwards(known(a, 0).rank(), 2)));
		table.put("adjoint", table.get("mT"));
		table.put("squeeze", AtenShape::squeeze);
		table.put("unsqueeze", (a, g) -> a.tensor(0).rank() < 0 ? g.postpone(a.operator(), a.tensor(0), -1) : unsqueeze(g, a
			.tensor(0), (int) a.integer(1)));
		table.put("expand", (a, g) -> expand(g, a.tensor(0), a.list(1)));
		table.put("broadcast_to", table.get("expand"));
		table.put("expand_as", (a, g) -> expand(g, a.tensor(0), asked(g, a.tensor(1))));
		table.put("atleast_1d", (a, g) -> known(a, 0).rank() > 0 ? a.tensor(0) : unsqueeze(g, a.tensor(0), 0));
	}

	// -- asking --

	static Object size(final GraphDraft g, final SymbolicTensor x, final int axis) {
		if (x.rank() < 0) return Extent.of(x.value(), axis);
		return g.asked(x.extents().get(axis), x, axis < 0 ? axis + x.rank() : axis);
	}

	private static Object sizes(final GraphDraft g, final SymbolicTensor x) {
		return x.rank() < 0 ? new Sizes(x, x.value()) : asked(g, x);
	}

	/** The shape of a tensor; an operator that needs it reads it off that tensor. */
	static List<Object> asked(final GraphDraft g, final SymbolicTensor x) {
		if (x.rank() < 0) throw new UnsupportedConstruct("the shape of a tensor whose number of axes is unknown");
		final List<Object> sizes = x.extents().list();
		for (int axis = 0; axis < sizes.size(); axis++)
			g.asked(sizes.get(axis), x, axis);
		return sizes;
	}

	/** The shape of a call's tensor. */
	static Extents known(final Arguments a, final int index) {
		if (a.tensor(index).rank() < 0) throw a.unsupported("of a tensor whose number of axes is unknown");
		return a.tensor(index).extents();
	}

	static int axis(final Arguments a, final int index, final int rank) {
		final long axis = a.integer(index, 0);
		if (axis >= rank || axis < -rank) throw a.unsupported("along axis " + axis + " of " + rank);
		return (int) (axis < 0 ? axis + rank : axis);
	}

	// -- views --

	/** A view that can be undone. */
	static View undone(final UnaryOperator<SymbolicTensor> cut, final BinaryOperator<SymbolicTensor> back) {
		return new View() {

			@Override
			public SymbolicTensor of(final SymbolicTensor whole) {
				return cut.apply(whole);
			}

			@Override
			public SymbolicTensor written(final SymbolicTensor whole, final SymbolicTensor part) {
				return back.apply(whole, part);
			}
		};
	}

	static SymbolicTensor view(final GraphDraft g, final SymbolicTensor x, final List<Object> shape) {
		if (x.rank() < 0) return reshape(g, x, shape).viewOf(x);
		return reshape(g, x, shape).viewOf(x, undone(whole -> reshape(g, whole, shape), (whole, part) -> reshape(g, part,
			asked(g, whole))));
	}

	/** To a shape of Longs and Extents, where one may be -1 for the rest. */
	static SymbolicTensor reshape(final GraphDraft g, final SymbolicTensor x, final List<Object> shape) {
		final List<Object> wanted = new ArrayList<>(shape.stream().map(Extent::settled).toList());
		final Object[] sizes = wanted.stream().map(n -> Long.valueOf(-1).equals(n) ? rest(x, wanted) : n).toArray();
		checkCount(x, sizes);
		final List<Object> operand = new ArrayList<>(wanted);
		for (int i = 0; i < operand.size(); i++)
			if (operand.get(i) instanceof Extent && i < x.rank() && operand.get(i).equals(x.extents().get(i))) operand.set(i,
				0L);
		if (!operand.contains(-1L) && operand.stream().filter(Extent.class::isInstance).count() == 1) operand.replaceAll(
			n -> n instanceof Extent ? (Object) (-1L) : n);
		return g.emit(Operator.of("Reshape"), x, g.numbers("shape", operand)).sized(Arrays.asList(sizes));
	}

	private static void checkCount(final SymbolicTensor x, final Object[] sizes) {
		if (x.rank() < 0 || Arrays.stream(sizes).anyMatch(n -> n == null)) return;
		final Object before = x.extents().list().stream().reduce(1L, (p, q) -> Extent.computed("Mul", p, q));
		final Object after = Arrays.stream(sizes).reduce(1L, (p, q) -> Extent.computed("Mul", p, q));
		if (before instanceof Long && after instanceof Long && !before.equals(after)) throw new UnsupportedConstruct(
			"a view of " + before + " elements as " + after);
	}

	/** What -1 stands for, or null if only running tells: common extents cancel. */
	private static Object rest(final SymbolicTensor x, final List<Object> wanted) {
		if (x.rank() < 0) return null;
		final Object all = x.extents().list().stream().reduce(1L, (p, q) -> Extent.computed("Mul", p, q));
		final Object others = wanted.stream().filter(n -> !Long.valueOf(-1).equals(n)).reduce(1L, (p, q) -> Extent.computed(
			"Mul", p, q));
		if (Long.valueOf(0).equals(others)) return null;
		final Object rest = Extent.computed("Div", all, others);
		return Extent.computed("Mul", rest, others).equals(all) ? rest : null;
	}

	private static Object flatten(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final long start = a.integer(1, 0);
		final long end = a.integer(2, -1);
		if (start == 1 && (end == -1 || end == x.rank() - 1)) return g.emit(Operator.of("Flatten", "axis", 1), x).sized(
			Arrays.asList(x.rank() < 0 ? null : x.extents().get(0), product(x, 1, x.rank()))).viewOf(x);
		final int rank = known(a, 0).rank();
		if (rank == 0) return unsqueeze(g, x, 0);
		final int from = axis(a, 1, rank);
		final int to = end < 0 ? (int) end + rank : (int) end;
		final List<Object> shape = asked(g, x);
		final Object joined = product(x, from, to + 1);
		final List<Object> result = new ArrayList<>(shape.subList(0, from));
		result.add(joined == null ? -1L : joined);
		result.addAll(shape.subList(to + 1, rank));
		return reshape(g, x, result).viewOf(x);
	}

	/** The product of extents, or null if one is open. */
	private static Object product(final SymbolicTensor x, final int from, final int to) {
		long product = 1;
		for (int axis = from; axis < to; axis++) {
			if (!(x.extents().get(axis) instanceof Long n)) return null;
			product *= n;
		}
		return x.rank() < 0 ? null : (Object) product;
	}

	/** Without axes, those known to be 1 go: a batch of one sample keeps its axis. */
	private static Object squeeze(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final List<Object> sizes = known(a, 0).list();
		final int rank = sizes.size();
		final long[] axes = (a.has(1) ? Arrays.stream(a.integers(1)).map(n -> n < 0 ? n + rank : n) : LongStream.range(0,
			rank)).filter(n -> Long.valueOf(1).equals(sizes.get((int) n))).sorted().toArray();
		if (a.has(1) && axes.length == 0 && !Arrays.stream(a.integers(1)).allMatch(n -> sizes.get((int) (n < 0 ? n + rank
			: n)) instanceof Long)) throw a.unsupported("of an axis whose extent is known only at run time");
		if (axes.length == 0) return x.copy().viewOf(x, SymbolicTensor.ALL);
		return squeezed(g, x, axes).viewOf(x, undone(whole -> squeezed(g, whole, axes), (whole, part) -> g.emit(Operator.of(
			"Unsqueeze"), part, GraphDraft.longs("axes", axes)).shaped(whole.extents())));
	}

	static SymbolicTensor squeezed(final GraphDraft g, final SymbolicTensor x, final long... axes) {
		final List<Object> sizes = x.extents().list();
		for (int i = axes.length - 1; i >= 0; i--)
			sizes.remove((int) axes[i]);
		return g.emit(Operator.of("Squeeze"), x, GraphDraft.longs("axes", axes)).sized(sizes);
	}

	/** @param axis of the result, counted from the last if negative */
	static SymbolicTensor unsqueeze(final GraphDraft g, final SymbolicTensor x, final int axis) {
		final int at = axis < 0 ? axis + x.rank() + 1 : axis;
		return unsqueezed(g, x, at).viewOf(x, undone(whole -> unsqueezed(g, whole, at), (whole, part) -> squeezed(g, part,
			at)));
	}

	private static SymbolicTensor unsqueezed(final GraphDraft g, final SymbolicTensor x, final int axis) {
		final List<Object> sizes = x.extents().list();
		sizes.add(axis, 1L);
		return g.emit(Operator.of("Unsqueeze"), x, GraphDraft.longs("axes", axis)).sized(sizes);
	}

	/** An extent of -1 stays as it is. */
	static SymbolicTensor expand(final GraphDraft g, final SymbolicTensor x, final List<Object> sizes) {
		if (x.rank() < 0) throw new UnsupportedConstruct("expand of a tensor whose number of axes is unknown");
		final int added = sizes.size() - x.rank();
		if (added < 0) throw new UnsupportedConstruct("expand of " + x.rank() + " axes to " + sizes.size());
		final List<Object> shape = new ArrayList<>();
		final List<Object> operand = new ArrayList<>();
		for (int axis = 0; axis < sizes.size(); axis++) {
			final Object own = axis < added ? (Object) 1L : x.extents().get(axis - added);
			final boolean kept = Long.valueOf(-1).equals(sizes.get(axis)) || own.equals(sizes.get(axis));
			if (!kept && own instanceof Long n && n != 1 && sizes.get(axis) instanceof Long) throw new UnsupportedConstruct(
				"expand of " + own + " elements along one axis to " + sizes.get(axis));
			shape.add(kept ? own : sizes.get(axis));
			operand.add(kept ? 1L : sizes.get(axis));
		}
		return g.emit(Operator.of("Expand"), x, g.numbers("shape", operand)).sized(shape).viewOf(x);
	}

	// -- axes in another order --

	private static Object transpose(final Arguments a, final GraphDraft g) {
		final int rank = known(a, 0).rank();
		final long[] order = LongStream.range(0, rank).toArray();
		final int first = axis(a, 1, rank);
		final int second = axis(a, 2, rank);
		order[first] = second;
		order[second] = first;
		return permute(g, a.tensor(0), order);
	}

	private static Object moveAxes(final Arguments a, final GraphDraft g) {
		final int rank = known(a, 0).rank();
		final long[] from = Arrays.stream(a.integers(1)).map(n -> n < 0 ? n + rank : n).toArray();
		final long[] to = Arrays.stream(a.integers(2)).map(n -> n < 0 ? n + rank : n).toArray();
		return permute(g, a.tensor(0), moved(rank, from, to));
	}

	/** The order of axes in which those of {@code from} come to lie at {@code to}, the others in turn. */
	static long[] moved(final int rank, final long[] from, final long[] to) {
		final long[] order = new long[rank];
		Arrays.fill(order, -1);
		for (int i = 0; i < from.length; i++)
			order[(int) to[i]] = from[i];
		final long[] others = LongStream.range(0, rank).filter(axis -> Arrays.stream(from).noneMatch(f -> f == axis))
			.toArray();
		int next = 0;
		for (int i = 0; i < rank; i++)
			if (order[i] < 0) order[i] = others[next++];
		return order;
	}

	/** All axes in order, the last {@code count} of them reversed. */
	private static long[] backwards(final int rank, final int count) {
		return LongStream.range(0, rank).map(i -> i < rank - count ? i : 2 * rank - count - 1 - i).toArray();
	}

	static SymbolicTensor permute(final GraphDraft g, final SymbolicTensor x, final long... order) {
		x.extents().learnRank(x.value(), order.length);
		final long[] perm = Arrays.stream(order).map(n -> n < 0 ? n + order.length : n).toArray();
		final long[] inverse = new long[perm.length];
		for (int i = 0; i < perm.length; i++)
			inverse[(int) perm[i]] = i;
		return permuted(g, x, perm).viewOf(x, undone(whole -> permuted(g, whole, perm), (whole, part) -> permuted(g, part,
			inverse)));
	}

	private static SymbolicTensor permuted(final GraphDraft g, final SymbolicTensor x, final long[] perm) {
		if (Arrays.equals(perm, new long[] { 1, 0 })) return g.transposed(x);
		return g.emit(Operator.of("Transpose", "perm", perm), x).sized(Arrays.stream(perm).mapToObj(n -> x.extents().get(
			(int) n)).toList());
	}
}
