package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphDraft.Fixed;

/** What cuts tensors along an axis, into views: slices, single elements, equal parts, rolled and flipped axes. */
final class AtenSlicing {

	private AtenSlicing() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("slice", (a, g) -> {
			final SymbolicTensor x = a.tensor(0);
			final Object from = a.has(2) ? a.get(2) : (Object) 0L;
			final Object to = a.has(3) ? a.get(3) : (Object) Long.MAX_VALUE;
			final long step = a.integer(4, 1);
			if (from.equals(0L) && to.equals(Long.MAX_VALUE) && step == 1) return x.copy().viewOf(x, SymbolicTensor.ALL);
			if (x.rank() < 0) return g.postpone(a.operator(), x, 0);
			return slice(g, x, AtenShape.axis(a, 1, x.rank()), from, to, step);
		});
		table.put("narrow", (a, g) -> slice(g, a.tensor(0), AtenShape.axis(a, 1, AtenShape.known(a, 0).rank()), a.get(2),
			Extent.computed("Add", a.get(2), a.get(3)), 1));
		table.put("select", (a, g) -> a.tensor(0).rank() < 0 ? g.postpone(a.operator(), a.tensor(0), 1) : select(g, a.tensor(
			0), AtenShape.axis(a, 1, a.tensor(0).rank()), a.get(2)));
		table.put("unbind", (a, g) -> {
			final SymbolicTensor x = a.tensor(0);
			final int axis = AtenShape.axis(a, 1, AtenShape.known(a, 0).rank());
			final List<Object> all = new ArrayList<>();
			for (long i = 0; i < fixed(a, axis); i++)
				all.add(select(g, x, axis, i));
			return all;
		});
		table.put("chunk", (a, g) -> {
			final int axis = AtenShape.axis(a, 2, AtenShape.known(a, 0).rank());
			final long n = fixed(a, axis);
			return list(parts(g, a.tensor(0), axis, equalParts(n, (n + a.integer(1) - 1) / a.integer(1))));
		});
		table.put("split", (a, g) -> {
			final int axis = AtenShape.axis(a, 2, AtenShape.known(a, 0).rank());
			return list(parts(g, a.tensor(0), axis, a.get(1) instanceof Long size ? equalParts(fixed(a, axis), size) : a
				.integers(1)));
		});
		table.put("split_with_sizes", table.get("split"));
		table.put("tensor_split", AtenSlicing::tensorSplit);
		table.put("roll", AtenSlicing::roll);
		table.put("flip", (a, g) -> {
			SymbolicTensor x = a.tensor(0);
			final int rank = AtenShape.known(a, 0).rank();
			for (final long axis : a.integers(1))
				x = g.elementwise(Operator.of("Slice"), x, GraphDraft.longs("starts", -1), GraphDraft.longs("ends",
					Long.MIN_VALUE), GraphDraft.longs("axes", axis < 0 ? axis + rank : axis), GraphDraft.longs("steps", -1));
			return x;
		});
	}

	/** The extent along an axis, which must be known. */
	private static long fixed(final Arguments a, final int axis) {
		if (a.tensor(0).extents().get(axis) instanceof Long n) return n;
		throw a.unsupported("of an axis whose extent is known only at run time");
	}

	private static List<Object> list(final List<SymbolicTensor> parts) {
		return new ArrayList<>(parts);
	}

	// -- slices --

	/** @param from and {@code to}: Longs, negative to count from the end, or Extents */
	static SymbolicTensor slice(final GraphDraft g, final SymbolicTensor x, final int axis, final Object from,
		final Object to, final long step)
	{
		if (step < 1) throw new UnsupportedConstruct("a slice with the step " + step);
		return cut(g, x, axis, from, to, step).viewOf(x, AtenShape.undone(whole -> cut(g, whole, axis, from, to, step), (
			whole, part) -> replaced(g, whole, axis, from, to, step, part)));
	}

	private static SymbolicTensor cut(final GraphDraft g, final SymbolicTensor x, final int axis, final Object from,
		final Object to, final long step)
	{
		final List<Object> sizes = x.extents().list();
		sizes.set(axis, sizes.get(axis) instanceof Long n && from instanceof Long f && to instanceof Long t ? (Object) ((Math
			.max(0, bound(t, n) - bound(f, n)) + step - 1) / step) : open(sizes.get(axis), from, to, step));
		return g.emit(Operator.of("Slice"), x, g.numbers("starts", List.of(from)), g.numbers("ends", List.of(to)), GraphDraft
			.longs("axes", axis), GraphDraft.longs("steps", step)).sized(sizes);
	}

	/** What is left of an open extent, or null if it cannot be told. */
	private static Object open(final Object n, final Object from, final Object to, final long step) {
		if (step != 1 || !(from instanceof Long f) || f < 0) return null;
		if (Extent.settled(to).equals(n)) return f == 0 ? n : null;
		return null;
	}

	private static long bound(final long index, final long n) {
		return Math.max(0, Math.min(n, index < 0 ? index + n : index));
	}

	/** The whole with other elements where the slice is: what comes before, the part, what comes behind. */
	private static SymbolicTensor replaced(final GraphDraft g, final SymbolicTensor whole, final int axis,
		final Object from, final Object to, final long step, final SymbolicTensor part)
	{
		if (step != 1) return interleaved(g, whole, axis, from, to, step, part);
		final List<SymbolicTensor> pieces = new ArrayList<>();
		if (!from.equals(0L)) pieces.add(cut(g, whole, axis, 0L, from, 1));
		pieces.add(part);
		if (!to.equals(Long.MAX_VALUE)) pieces.add(cut(g, whole, axis, to, Long.MAX_VALUE, 1));
		pieces.removeIf(p -> p.extents().get(axis).equals(0L));
		return pieces.size() == 1 ? pieces.get(0) : g.emit(Operator.of("Concat", "axis", axis), pieces.toArray()).shaped(
			whole.extents());
	}

	/** Gathers from the whole and the part laid behind each other. */
	private static SymbolicTensor interleaved(final GraphDraft g, final SymbolicTensor whole, final int axis,
		final Object from, final Object to, final long step, final SymbolicTensor part)
	{
		if (!(whole.extents().get(axis) instanceof Long n) || !(from instanceof Long f) || !(to instanceof Long t))
			throw new UnsupportedConstruct("a change of every " + step + "th element along an axis of open extent");
		final long first = bound(f, n);
		final long end = bound(t, n);
		final long[] index = LongStream.range(0, n).map(i -> i >= first && i < end && (i - first) % step == 0 ? n + (i -
			first) / step : i).toArray();
		final SymbolicTensor both = g.emit(Operator.of("Concat", "axis", axis), whole, part);
		return g.emit(Operator.of("Gather", "axis", axis), both, new Fixed("index", Tensor.ofLongs(index, index.length)))
			.shaped(whole.extents());
	}

	/** @param index a Long, negative to count from the end, or an Extent */
	static SymbolicTensor select(final GraphDraft g, final SymbolicTensor x, final int axis, final Object index) {
		if (!(index instanceof Long) && !(index instanceof Extent)) throw new UnsupportedConstruct(
			"an element chosen by a number known only at run time");
		if (x.extents().get(axis) instanceof Long n && index instanceof Long i && (i >= n || i < -n))
			throw new UnsupportedConstruct("element " + i + " of an axis of " + n);
		final Object end = index.equals(-1L) ? (Object) Long.MAX_VALUE : Extent.computed("Add", index, 1L);
		return selected(g, x, axis, index).viewOf(x, AtenShape.undone(whole -> selected(g, whole, axis, index), (whole,
			part) -> replaced(g, whole, axis, index, end, 1, AtenShape.unsqueeze(g, part, axis))));
	}

	private static SymbolicTensor selected(final GraphDraft g, final SymbolicTensor x, final int axis,
		final Object index)
	{
		final List<Object> sizes = x.extents().list();
		sizes.remove(axis);
		final Object at = index instanceof Long n ? new Fixed("index", Tensor.ofLongs(new long[] { n })) : g.number(index);
		return g.emit(Operator.of("Gather", "axis", axis), x, at).sized(sizes);
	}

	// -- parts --

	private static long[] equalParts(final long n, final long size) {
		if (size < 1 || n / size > 1 << 16) throw new UnsupportedConstruct("a split of " + n + " into parts of " + size);
		return LongStream.iterate(0, at -> at < n, at -> at + size).map(at -> Math.min(size, n - at)).toArray();
	}

	private static Object tensorSplit(final Arguments a, final GraphDraft g) {
		final int axis = AtenShape.axis(a, 2, AtenShape.known(a, 0).rank());
		final long n = fixed(a, axis);
		if (!(a.get(1) instanceof Long count)) {
			final long[] cuts = LongStream.concat(LongStream.concat(LongStream.of(0), Arrays.stream(a.integers(1)).map(
				i -> bound(i, n))), LongStream.of(n)).toArray();
			return list(parts(g, a.tensor(0), axis, LongStream.range(1, cuts.length).map(i -> Math.max(0, cuts[(int) i] -
				cuts[(int) i - 1])).toArray()));
		}
		return list(parts(g, a.tensor(0), axis, LongStream.range(0, count).map(i -> n / count + (i < n % count ? 1 : 0))
			.toArray()));
	}

	/** Consecutive parts of these lengths; each is a view. */
	static List<SymbolicTensor> parts(final GraphDraft g, final SymbolicTensor x, final int axis, final long... lengths) {
		final List<SymbolicTensor> parts = g.emitSeveral(Operator.of("Split", "axis", axis), lengths.length, x, GraphDraft
			.longs("split", lengths));
		long at = 0;
		for (int i = 0; i < lengths.length; i++) {
			final List<Object> sizes = x.extents().list();
			sizes.set(axis, lengths[i]);
			final long from = at;
			final long to = at += lengths[i];
			parts.get(i).sized(sizes).viewOf(x, AtenShape.undone(whole -> cut(g, whole, axis, from, to, 1), (whole,
				part) -> replaced(g, whole, axis, from, to, 1, part)));
		}
		return parts;
	}

	// -- rolled --

	private static Object roll(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final int rank = AtenShape.known(a, 0).rank();
		final List<Object> shifts = a.get(1) instanceof Long || a.get(1) instanceof Extent ? List.of(a.get(1)) : a.list(1);
		final long[] axes = a.has(2) ? a.integers(2) : new long[0];
		if (axes.length == 0) return AtenShape.reshape(g, rolled(g, AtenShape.reshape(g, x, List.of(-1L)), 0, shifts.get(0)),
			AtenShape.asked(g, x));
		SymbolicTensor rolled = x;
		for (int i = 0; i < axes.length; i++)
			rolled = rolled(g, rolled, (int) (axes[i] < 0 ? axes[i] + rank : axes[i]), shifts.get(i));
		return rolled == x ? x.copy() : rolled;
	}

	/** The last elements first. */
	private static SymbolicTensor rolled(final GraphDraft g, final SymbolicTensor x, final int axis,
		final Object shift)
	{
		if (!(shift instanceof Long s)) throw new UnsupportedConstruct("roll by a number known only at run time");
		final Object n = x.extents().get(axis);
		final long by = n instanceof Long k ? k == 0 ? 0 : Math.floorMod(s, k) : s;
		if (by == 0) return x;
		return g.emit(Operator.of("Concat", "axis", axis), cut(g, x, axis, -by, Long.MAX_VALUE, 1), cut(g, x, axis, 0L, -by,
			1)).shaped(x.extents());
	}
}
