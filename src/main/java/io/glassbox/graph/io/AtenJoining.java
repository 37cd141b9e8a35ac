package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphDraft.Fixed;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** What makes larger tensors of smaller ones: joined, stacked, padded, repeated. */
final class AtenJoining {

	/** Elements of an axis that are told one by one. */
	private static final int LARGEST = 1 << 22;

	private AtenJoining() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("cat", (a, g) -> concat(g, tensors(a), a.integer(1, 0)));
		table.put("concat", table.get("cat"));
		table.put("concatenate", table.get("cat"));
		table.put("stack", (a, g) -> stack(g, tensors(a), a.integer(1, 0)));
		table.put("hstack", (a, g) -> concat(g, tensors(a), tensors(a).get(0).rank() == 1 ? 0 : 1));
		table.put("vstack", (a, g) -> tensors(a).get(0).rank() == 1 ? stack(g, tensors(a), 0) : concat(g, tensors(a), 0));
		table.put("pad", (a, g) -> pad(a, g, a.get(2, "mode") instanceof String s ? s : "constant", a.get(3, "value")));
		table.put("constant_pad_nd", (a, g) -> pad(a, g, "constant", a.get(2)));
		for (int n = 1; n <= 3; n++) {
			table.put("reflection_pad" + n + "d", (a, g) -> pad(a, g, "reflect", null));
			table.put("replication_pad" + n + "d", (a, g) -> pad(a, g, "replicate", null));
		}
		table.put("repeat", (a, g) -> tiled(g, a.tensor(0), a.list(1)));
		table.put("tile", (a, g) -> {
			final List<Object> times = new ArrayList<>(Collections.nCopies(Math.max(0, AtenShape.known(a, 0).rank() - a.list(1)
				.size()), 1L));
			times.addAll(a.list(1));
			return tiled(g, a.tensor(0), times);
		});
		table.put("repeat_interleave", AtenJoining::interleave);
		table.put("channel_shuffle", AtenJoining::shuffleChannels);
		table.put("meshgrid", AtenJoining::meshgrid);
	}

	private static List<SymbolicTensor> tensors(final Arguments a) {
		return a.list(0).stream().map(v -> {
			if (v instanceof SymbolicTensor t) return t;
			throw a.unsupported("of values that are no tensors");
		}).toList();
	}

	// -- joining --

	static SymbolicTensor concat(final GraphDraft g, final List<SymbolicTensor> given, final long axis) {
		final Kind kind = given.stream().anyMatch(SymbolicTensor::isFloat) ? Kind.FLOAT : given.get(0).kind();
		final List<SymbolicTensor> parts = given.stream().filter(p -> p.rank() != 1 || !p.extents().get(0).equals(0L)).map(
			p -> g.cast(p, kind)).toList();
		if (parts.size() == 1) return parts.get(0).copy();
		final SymbolicTensor joined = g.emit(Operator.of("Concat", "axis", axis), parts.toArray());
		if (parts.stream().anyMatch(p -> p.rank() < 0)) return joined.shaped(Extents.derived(parts.stream().filter(p -> p
			.rank() < 0).findFirst().orElseThrow(), 0));
		final List<Object> sizes = parts.get(0).extents().list();
		final int at = (int) (axis < 0 ? axis + sizes.size() : axis);
		for (int i = 0; i < sizes.size(); i++)
			for (final SymbolicTensor part : parts)
				if (part.extents().get(i) instanceof Long n && i != at) {
					if (sizes.get(i) instanceof Long m && !m.equals(n)) throw new UnsupportedConstruct("a concatenation of tensors with " +
						m + " and " + n + " elements along another axis");
					sizes.set(i, n);
				}
		sizes.set(at, parts.stream().map(p -> p.extents().get(at)).reduce(0L, (x, y) -> Extent.computed("Add", x, y)));
		return joined.sized(sizes);
	}

	static SymbolicTensor stack(final GraphDraft g, final List<SymbolicTensor> parts, final long axis) {
		if (parts.stream().anyMatch(p -> p.rank() < 0)) throw new UnsupportedConstruct(
			"stack of tensors whose number of axes is unknown");
		return concat(g, parts.stream().map(p -> AtenShape.unsqueeze(g, p, (int) axis)).toList(), axis);
	}

	/** ij: rows, then columns. */
	private static Object meshgrid(final Arguments a, final GraphDraft g) {
		final List<SymbolicTensor> axes = new ArrayList<>(tensors(a));
		final boolean xy = "xy".equals(a.get(1, "indexing")) && axes.size() > 1;
		if (xy) Collections.swap(axes, 0, 1);
		final List<Object> shape = new ArrayList<>();
		for (final SymbolicTensor x : axes)
			shape.add(x.rank() == 0 ? 1L : AtenShape.size(g, x, 0));
		final List<Object> grids = new ArrayList<>();
		for (int i = 0; i < axes.size(); i++) {
			final List<Object> along = new ArrayList<>(Collections.nCopies(axes.size(), 1L));
			along.set(i, -1L);
			SymbolicTensor grid = AtenShape.expand(g, AtenShape.reshape(g, axes.get(i), along), shape);
			if (xy) grid = AtenShape.permute(g, grid, AtenShape.moved(axes.size(), new long[] { 0, 1 }, new long[] { 1, 0 }));
			grids.add(grid);
		}
		if (xy) Collections.swap(grids, 0, 1);
		return grids;
	}

	// -- padding --

	/** PyTorch names the last axis first, and only the axes padded. */
	private static Object pad(final Arguments a, final GraphDraft g, final String mode, final Object value) {
		final SymbolicTensor x = a.tensor(0);
		final List<Object> amounts = a.list(1);
		if (amounts.stream().allMatch(n -> n.equals(0L))) return x.copy();
		if (x.rank() < 0) return g.postpone(a.operator(), x, 0);
		final List<Object> sizes = AtenShape.known(a, 0).list();
		final int rank = sizes.size();
		final Object[] pads = new Object[2 * rank];
		Arrays.fill(pads, 0L);
		for (int i = 0; i < amounts.size(); i += 2) {
			final int axis = rank - 1 - i / 2;
			pads[axis] = amounts.get(i);
			pads[axis + rank] = amounts.get(i + 1);
			sizes.set(axis, Extent.computed("Add", sizes.get(axis), Extent.computed("Add", amounts.get(i), amounts.get(i +
				1))));
		}
		if (mode.equals("circular")) return circular(g, x, pads);
		final String onnx = switch (mode) {
			case "constant", "reflect" -> mode;
			case "replicate" -> "edge";
			default -> throw a.unsupported("in mode " + mode);
		};
		final SymbolicTensor filler = onnx.equals("constant") ? AtenArithmetic.number(g, value == null ? 0L : value, x.kind())
			: null;
		return g.emit(Operator.of("Pad", "mode", onnx), x, g.numbers("pads", List.of(pads)), filler == null ? null : new Fixed(
			"value", filler.constant())).sized(sizes);
	}

	/** The other end of each axis laid on. */
	private static SymbolicTensor circular(final GraphDraft g, final SymbolicTensor x, final Object[] pads) {
		SymbolicTensor padded = x;
		for (int axis = 0; axis < x.rank(); axis++) {
			if (!(pads[axis] instanceof Long before) || !(pads[axis + x.rank()] instanceof Long after))
				throw new UnsupportedConstruct("pad in mode circular by numbers known only at run time");
			final List<SymbolicTensor> pieces = new ArrayList<>(List.of(padded));
			if (before > 0) pieces.add(0, AtenSlicing.slice(g, padded, axis, -before, Long.MAX_VALUE, 1));
			if (after > 0) pieces.add(AtenSlicing.slice(g, padded, axis, 0L, after, 1));
			padded = concat(g, pieces, axis);
		}
		return padded;
	}

	// -- repeating --

	private static SymbolicTensor tiled(final GraphDraft g, final SymbolicTensor x, final List<Object> times) {
		if (x.rank() < 0) throw new UnsupportedConstruct("repeat of a tensor whose number of axes is unknown");
		final List<Object> shape = new ArrayList<>(Collections.nCopies(Math.max(0, times.size() - x.rank()), 1L));
		shape.addAll(AtenShape.asked(g, x));
		final SymbolicTensor raised = shape.size() == x.rank() ? x : AtenShape.reshape(g, x, shape);
		if (times.stream().allMatch(n -> n.equals(1L))) return raised.copy();
		final List<Object> sizes = new ArrayList<>();
		for (int i = 0; i < shape.size(); i++)
			sizes.add(Extent.computed("Mul", shape.get(i), times.get(i)));
		return g.emit(Operator.of("Tile"), raised, g.numbers("repeats", times)).sized(sizes);
	}

	/** Each element several times in a row. */
	private static Object interleave(final Arguments a, final GraphDraft g) {
		final boolean flat = a.get(2, "dim") == null;
		final SymbolicTensor x = flat ? AtenShape.reshape(g, a.tensor(0), List.of(-1L)) : a.tensor(0);
		if (x.rank() < 0) throw a.unsupported("of a tensor whose number of axes is unknown");
		final long given = flat ? 0 : (Long) a.get(2, "dim");
		final int axis = (int) (given < 0 ? given + x.rank() : given);
		if (a.get(1) instanceof SymbolicTensor counts) {
			if (!counts.isConstant()) throw a.unsupported("by numbers known only at run time");
			final long[] n = counts.constant().longs();
			if (Arrays.stream(n).anyMatch(k -> k < 0 || k > LARGEST) || Arrays.stream(n).sum() > LARGEST) throw a.unsupported(
				"of more than " + LARGEST + " elements");
			final long[] index = LongStream.range(0, n.length).flatMap(i -> LongStream.generate(() -> i).limit(n[(int) i]))
				.toArray();
			final List<Object> sizes = x.extents().list();
			sizes.set(axis, (long) index.length);
			return g.emit(Operator.of("Gather", "axis", axis), x, new Fixed("index", Tensor.ofLongs(index, index.length))).sized(
				sizes);
		}
		final List<Object> apart = AtenShape.asked(g, x);
		apart.add(axis + 1, a.get(1));
		final List<Object> joined = AtenShape.asked(g, x);
		joined.set(axis, Extent.computed("Mul", joined.get(axis), a.get(1)));
		return AtenShape.reshape(g, AtenShape.expand(g, AtenShape.unsqueeze(g, x, axis + 1), apart), joined);
	}

	/** Zhang et al. 2018: channels of all groups in turn. */
	private static Object shuffleChannels(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final List<Object> shape = new ArrayList<>(AtenShape.known(a, 0).list());
		final List<Object> apart = new ArrayList<>(AtenShape.asked(g, x));
		apart.set(1, a.integer(1));
		apart.add(2, Extent.computed("Div", shape.get(1), a.integer(1)));
		final long[] order = LongStream.range(0, apart.size()).toArray();
		order[1] = 2;
		order[2] = 1;
		return AtenShape.reshape(g, AtenShape.permute(g, AtenShape.reshape(g, x, apart), order), shape);
	}
}
