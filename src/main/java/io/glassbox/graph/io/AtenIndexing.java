package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** What picks elements by tensors of indices, and puts elements where such tensors say. */
final class AtenIndexing {

	private AtenIndexing() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("index", (a, g) -> index(a, g));
		table.put("index_select", (a, g) -> gathered(g, a.tensor(0), AtenShape.axis(a, 1, AtenShape.known(a, 0).rank()),
			indices(g, a.get(2))));
		table.put("embedding", (a, g) -> gathered(g, a.tensor(0), 0, indices(g, a.get(1))));
		table.put("take", (a, g) -> gathered(g, AtenShape.reshape(g, a.tensor(0), List.of(-1L)), 0, indices(g, a.get(1))));
		table.put("gather", (a, g) -> g.emit(Operator.of("GatherElements", "axis", a.integer(1)), a.tensor(0), a.tensor(2))
			.shaped(a.tensor(2).extents()));
		table.put("take_along_dim", (a, g) -> g.emit(Operator.of("GatherElements", "axis", a.integer(2)), a.tensor(0), a
			.tensor(1)).shaped(a.tensor(1).extents()));
		table.put("scatter", (a, g) -> scatter(a, g, "none"));
		table.put("scatter_add", (a, g) -> scatter(a, g, "add"));
		table.put("index_put", AtenIndexing::put);
		table.put("_index_put_impl", table.get("index_put"));
		table.put("index_fill", (a, g) -> {
			final SymbolicTensor x = a.tensor(0);
			final int axis = AtenShape.axis(a, 1, AtenShape.known(a, 0).rank());
			final List<Object> where = new ArrayList<>(Collections.nCopies(axis, null));
			where.add(a.get(2));
			return put(new Arguments(a.operator(), Arrays.asList(x, where, AtenArithmetic.number(g, a.get(3), x.kind())), Map
				.of()), g);
		});
		table.put("one_hot", (a, g) -> {
			final SymbolicTensor classes = SymbolicTensor.constant(Tensor.ofLongs(LongStream.range(0, a.integer(1)).toArray(),
				(int) a.integer(1)), Kind.INTEGER);
			return g.cast(g.binary("Equal", AtenShape.unsqueeze(g, a.tensor(0), -1), classes), Kind.INTEGER);
		});
	}

	/** Indices along one axis: whole numbers, or of fixed truth values the places of those that are true. */
	private static SymbolicTensor indices(final GraphDraft g, final Object given) {
		if (given instanceof Long n) return SymbolicTensor.constant(Tensor.ofLongs(new long[] { n }), Kind.INTEGER);
		if (given instanceof Extent) return g.number(given);
		if (!(given instanceof SymbolicTensor t) || t.isFloat()) throw new UnsupportedConstruct(
			"an index that is no whole number");
		if (t.kind() == Kind.INTEGER) return t;
		if (!t.isConstant() || t.rank() != 1) throw new UnsupportedConstruct(
			"elements chosen by truth values known only at run time");
		final long[] truth = t.constant().longs();
		final long[] places = LongStream.range(0, truth.length).filter(i -> truth[(int) i] != 0).toArray();
		return SymbolicTensor.constant(Tensor.ofLongs(places, places.length), Kind.INTEGER);
	}

	private static SymbolicTensor gathered(final GraphDraft g, final SymbolicTensor x, final int axis,
		final SymbolicTensor index)
	{
		final SymbolicTensor result = g.emit(Operator.of("Gather", "axis", axis), x, index);
		if (x.rank() < 0 || index.rank() < 0) return result;
		final List<Object> sizes = x.extents().list();
		sizes.remove(axis);
		sizes.addAll(axis, index.extents().list());
		return result.sized(sizes);
	}

	// -- x[i, :, j] --

	/** The axes that are indexed, in order. */
	private static int[] axes(final List<?> index) {
		return IntStream.range(0, index.size()).filter(i -> index.get(i) != null).toArray();
	}

	private static List<?> list(final Arguments a) {
		return a.get(1) instanceof ScriptTuple t ? t.values() : (List<?>) a.get(1);
	}

	/** As NumPy: indices of several axes are broadcast and go together; if axes lie between them, their axes come first. */
	private static Object index(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final List<?> index = list(a);
		final int[] axes = axes(index);
		if (axes.length == 0) return x.copy();
		if (AtenShape.known(a, 0).rank() < index.size()) throw a.unsupported("with more indices than axes");
		if (axes.length == 1) {
			final SymbolicTensor at = (SymbolicTensor) index.get(axes[0]);
			if (at.kind() == Kind.BOOLEAN && at.rank() > 1) return masked(g, x, axes[0], at);
			return gathered(g, x, axes[0], indices(g, at));
		}
		final boolean adjacent = axes[axes.length - 1] - axes[0] == axes.length - 1;
		final SymbolicTensor arranged = adjacent ? x : inFront(g, x, axes);
		final int first = adjacent ? axes[0] : 0;
		final List<Object> shape = AtenShape.asked(g, arranged);
		final List<Object> extents = new ArrayList<>(shape.subList(first, first + axes.length));
		final SymbolicTensor flat = flat(g, index, axes, extents);
		final List<Object> joined = new ArrayList<>(shape.subList(0, first));
		joined.add(extents.stream().reduce(1L, (p, q) -> Extent.computed("Mul", p, q)));
		joined.addAll(shape.subList(first + axes.length, shape.size()));
		return gathered(g, AtenShape.reshape(g, arranged, joined), first, flat);
	}

	/** By a mask over several axes, which fixed elements tell. */
	private static SymbolicTensor masked(final GraphDraft g, final SymbolicTensor x, final int axis,
		final SymbolicTensor mask)
	{
		final List<Object> shape = AtenShape.asked(g, x);
		final List<Object> joined = new ArrayList<>(shape.subList(0, axis));
		joined.add(shape.subList(axis, axis + mask.rank()).stream().reduce(1L, (p, q) -> Extent.computed("Mul", p, q)));
		joined.addAll(shape.subList(axis + mask.rank(), shape.size()));
		return gathered(g, AtenShape.reshape(g, x, joined), axis, indices(g, AtenShape.reshape(g, mask, List.of(-1L))));
	}

	private static SymbolicTensor inFront(final GraphDraft g, final SymbolicTensor x, final int[] axes) {
		return AtenShape.permute(g, x, order(x.rank(), axes));
	}

	private static long[] order(final int rank, final int[] axes) {
		return AtenShape.moved(rank, Arrays.stream(axes).asLongStream().toArray(), LongStream.range(0, axes.length)
			.toArray());
	}

	/** One index into the joined axes. */
	private static SymbolicTensor flat(final GraphDraft g, final List<?> index, final int[] axes,
		final List<Object> extents)
	{
		SymbolicTensor flat = null;
		for (int i = 0; i < axes.length; i++) {
			final SymbolicTensor n = AtenArithmetic.number(g, extents.get(i), Kind.INTEGER);
			final SymbolicTensor at = g.binary("Mod", indices(g, index.get(axes[i])), n);
			flat = flat == null ? at : g.binary("Add", g.binary("Mul", flat, n), at);
		}
		return flat;
	}

	// -- putting --

	private static Object scatter(final Arguments a, final GraphDraft g, final String reduction) {
		final SymbolicTensor x = a.tensor(0);
		final SymbolicTensor index = a.tensor(2);
		final Object source = a.get(3);
		final SymbolicTensor values = source instanceof SymbolicTensor t ? g.cast(t, x.kind()) : AtenShape.expand(g,
			AtenArithmetic.number(g, source, x.kind()), AtenShape.asked(g, index));
		return g.emit(Operator.of("ScatterElements", "axis", a.integer(1), "reduction", reduction), x, index, values).shaped(x
			.extents());
	}

	/** {@code x[i, :, j] = values}: the indexed axes are brought to the front, where ONNX scatters. */
	private static Object put(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final List<?> index = list(a);
		final int[] axes = axes(index);
		final int rank = AtenShape.known(a, 0).rank();
		if (axes.length == 1 && index.get(axes[0]) instanceof SymbolicTensor mask && mask.kind() == Kind.BOOLEAN && a.tensor(
			2).rank() == 0)
		{
			final List<Object> raised = new ArrayList<>(AtenShape.asked(g, mask));
			while (raised.size() + axes[0] < rank)
				raised.add(1L);
			return AtenLogic.chosen(g, AtenShape.reshape(g, mask, raised), g.cast(a.tensor(2), x.kind()), x);
		}
		final long[] order = order(rank, axes);
		final SymbolicTensor arranged = AtenShape.permute(g, x, order);
		SymbolicTensor shape = null;
		final List<SymbolicTensor> each = new ArrayList<>();
		for (int i = 0; i < axes.length; i++) {
			each.add(g.binary("Mod", indices(g, index.get(axes[i])), AtenArithmetic.number(g, arranged.extents().get(i),
				Kind.INTEGER)));
			shape = shape == null ? each.get(0) : g.binary("Add", shape, each.get(i));
		}
		final List<Object> places = AtenShape.asked(g, shape);
		final SymbolicTensor where = AtenJoining.stack(g, each.stream().map(e -> AtenShape.expand(g, e, places)).toList(),
			-1);
		final boolean behind = axes[0] > 0 && axes[axes.length - 1] - axes[0] == axes.length - 1;
		SymbolicTensor values = g.cast(a.tensor(2), x.kind());
		if (behind && values.rank() > 0) throw a.unsupported("of several values along an axis that is not the first");
		values = AtenShape.expand(g, values, Stream.concat(places.stream(), arranged.extents().list().subList(axes.length,
			rank).stream()).toList());
		final SymbolicTensor written = g.emit(Operator.of("ScatterND", "reduction", a.truth(3, false) ? "add" : "none"),
			arranged, where, values).shaped(arranged.extents());
		final long[] inverse = new long[rank];
		for (int i = 0; i < rank; i++)
			inverse[(int) order[i]] = i;
		return AtenShape.permute(g, written, inverse);
	}
}
