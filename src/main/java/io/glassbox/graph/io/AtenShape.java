package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphDraft.Fixed;

/** What rearranges, cuts, joins and asks for shapes without computing with the elements. */
final class AtenShape {

	/** The sizes of a tensor whose number of axes is not known yet. */
	record Sizes(SymbolicTensor of, String value) {}

	private AtenShape() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		for (final String same : List.of("contiguous", "detach", "to", "type_as", "requires_grad_", "alias",
			"_to_copy", "cpu", "cuda"))
			table.put(same, (a, g) -> a.tensor(0).copy().viewOf(a.tensor(0)));
		table.put("clone", (a, g) -> a.tensor(0).copy());
		table.put("float", (a, g) -> a.tensor(0).copy());
		table.put("dim", (a, g) -> a.tensor(0).rank() < 0 ? Unknown.UNTIL_RUN : (Object) (long) a.tensor(0).rank());
		table.put("len", (a, g) -> size(a.tensor(0), 0));
		table.put("size", (a, g) -> a.has(1) ? size(a.tensor(0), (int) a.integer(1)) : sizes(a.tensor(0)));
		table.put("numel", (a, g) -> a.tensor(0).rank() < 0 ? Unknown.UNTIL_RUN : a.tensor(0).extents().list().stream()
			.reduce(1L, (x, y) -> Extent.computed("Mul", x, y)));
		table.put("flatten", AtenShape::flatten);
		table.put("view", (a, g) -> reshape(g, a.tensor(0), a.list(1)).viewOf(a.tensor(0)));
		table.put("reshape", table.get("view"));
		table.put("_unsafe_view", table.get("view"));
		table.put("unflatten", (a, g) -> {
			final List<Object> shape = known(a).list();
			final int axis = axis(a, 1, shape.size());
			shape.remove(axis);
			shape.addAll(axis, a.list(2));
			return reshape(g, a.tensor(0), shape).viewOf(a.tensor(0));
		});
		table.put("permute", (a, g) -> permute(a, g, a.integers(1)));
		table.put("transpose", AtenShape::transpose);
		table.put("t", (a, g) -> permute(a, g, 1, 0));
		table.put("squeeze", AtenShape::squeeze);
		table.put("unsqueeze", AtenShape::unsqueeze);
		table.put("expand", AtenShape::expand);
		table.put("cat", AtenShape::concat);
		table.put("concat", table.get("cat"));
		table.put("stack", AtenShape::stack);
		table.put("chunk", AtenShape::chunk);
		table.put("split", AtenShape::split);
		table.put("split_with_sizes", AtenShape::split);
		table.put("select", AtenShape::select);
		table.put("slice", AtenShape::slice);
		table.put("pad", (a, g) -> pad(a, g, a.string(2, "constant"), a.number(3, 0)));
		table.put("constant_pad_nd", (a, g) -> pad(a, g, "constant", a.number(2, 0)));
		for (int n = 1; n <= 3; n++) {
			table.put("reflection_pad" + n + "d", (a, g) -> pad(a, g, "reflect", 0));
			table.put("replication_pad" + n + "d", (a, g) -> pad(a, g, "replicate", 0));
		}
	}

	// -- asking --

	private static Object size(final SymbolicTensor x, final int axis) {
		return x.rank() < 0 ? Extent.of(x.value(), axis) : x.extents().get(axis);
	}

	private static Object sizes(final SymbolicTensor x) {
		return x.rank() < 0 ? new Sizes(x, x.value()) : x.extents().list();
	}

	/** The shape of a call's tensor. */
	private static Extents known(final Arguments a) {
		if (a.tensor(0).rank() < 0) throw a.unsupported("of a tensor whose number of axes is unknown");
		return a.tensor(0).extents();
	}

	private static int axis(final Arguments a, final int index, final int rank) {
		final int axis = (int) a.integer(index, 0);
		return axis < 0 ? axis + rank : axis;
	}

	// -- another shape --

	/** To a shape of Longs and Extents, where one may be -1 for the rest. */
	static SymbolicTensor reshape(final GraphDraft g, final SymbolicTensor x, final List<Object> shape) {
		final List<Object> wanted = new ArrayList<>(shape.stream().map(Extent::settled).toList());
		final Object[] sizes = wanted.stream().map(n -> Long.valueOf(-1).equals(n) ? rest(x, wanted) : n).toArray();
		final List<Object> operand = new ArrayList<>(wanted);
		for (int i = 0; i < operand.size(); i++)
			if (operand.get(i) instanceof Extent && i < x.rank() && operand.get(i).equals(x.extents().get(i))) operand.set(i,
				0L);
		if (!operand.contains(-1L) && operand.stream().filter(Extent.class::isInstance).count() == 1) operand.replaceAll(
			n -> n instanceof Extent ? (Object) (-1L) : n);
		return g.emit(Operator.of("Reshape"), x, g.numbers("shape", operand)).sized(Arrays.asList(sizes));
	}

	/** What -1 stands for, or null if only running tells: common extents cancel. */
	private static Object rest(final SymbolicTensor x, final List<Object> wanted) {
		if (x.rank() < 0) return null;
		final List<Object> left = x.extents().list();
		long divisor = 1;
		for (final Object n : wanted)
			if (!left.remove(n)) {
				if (!(n instanceof Long k)) return null;
				divisor *= k < 0 ? 1 : k;
			}
		if (left.stream().filter(Extent.class::isInstance).count() == 1 && divisor == 1 && left.size() == 1) return left.get(
			0);
		if (!left.stream().allMatch(Long.class::isInstance) || divisor == 0) return null;
		return left.stream().mapToLong(n -> (Long) n).reduce(1, (p, q) -> p * q) / divisor;
	}

	private static Object flatten(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final long start = a.integer(1, 0);
		final long end = a.integer(2, -1);
		if (start == 1 && (end == -1 || end == x.rank() - 1)) return g.emit(Operator.of("Flatten", "axis", 1), x).sized(
			Arrays.asList(x.rank() < 0 ? null : x.extents().get(0), product(x, 1, x.rank()))).viewOf(x);
		final int rank = known(a).rank();
		final int from = axis(a, 1, rank);
		final int to = end < 0 ? (int) end + rank : (int) end;
		final List<Object> shape = x.extents().list();
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
		final List<Object> sizes = known(a).list();
		final int rank = sizes.size();
		final long[] axes = (a.has(1) ? Arrays.stream(a.integers(1)).map(n -> n < 0 ? n + rank : n) : LongStream.range(0,
			rank)).filter(n -> Long.valueOf(1).equals(sizes.get((int) n))).toArray();
		if (a.has(1) && axes.length == 0 && !sizes.stream().allMatch(Long.class::isInstance)) throw a.unsupported(
			"of an axis whose extent is known only at run time");
		if (axes.length == 0) return a.tensor(0);
		for (int i = axes.length - 1; i >= 0; i--)
			sizes.remove((int) axes[i]);
		return g.emit(Operator.of("Squeeze"), a.tensor(0), GraphDraft.longs("axes", axes)).sized(sizes).viewOf(a.tensor(
			0));
	}

	private static Object unsqueeze(final Arguments a, final GraphDraft g) {
		if (a.tensor(0).rank() < 0) return g.postpone(a.operator(), a.tensor(0), -1);
		final List<Object> sizes = known(a).list();
		final int axis = axis(a, 1, sizes.size() + 1);
		sizes.add(axis, 1L);
		return g.emit(Operator.of("Unsqueeze"), a.tensor(0), GraphDraft.longs("axes", axis)).sized(sizes).viewOf(a.tensor(
			0));
	}

	/** An extent of -1 stays as it is. */
	private static Object expand(final Arguments a, final GraphDraft g) {
		final List<Object> sizes = a.list(1);
		final int added = sizes.size() - known(a).rank();
		final List<Object> shape = new ArrayList<>();
		final List<Object> operand = new ArrayList<>();
		for (int axis = 0; axis < sizes.size(); axis++) {
			final boolean kept = Long.valueOf(-1).equals(sizes.get(axis));
			shape.add(kept ? known(a).get(axis - added) : sizes.get(axis));
			operand.add(kept ? 1L : sizes.get(axis));
		}
		return g.emit(Operator.of("Expand"), a.tensor(0), g.numbers("shape", operand)).sized(shape).viewOf(a.tensor(0));
	}

	private static Object transpose(final Arguments a, final GraphDraft g) {
		final int rank = known(a).rank();
		final long[] order = LongStream.range(0, rank).toArray();
		final int first = axis(a, 1, rank);
		final int second = axis(a, 2, rank);
		order[first] = second;
		order[second] = first;
		return permute(a, g, order);
	}

	private static SymbolicTensor permute(final Arguments a, final GraphDraft g, final long... order) {
		final SymbolicTensor x = a.tensor(0);
		x.extents().learnRank(x.value(), order.length);
		final long[] perm = Arrays.stream(order).map(n -> n < 0 ? n + order.length : n).toArray();
		if (Arrays.equals(perm, new long[] { 1, 0 })) return g.transposed(x).viewOf(x);
		return g.emit(Operator.of("Transpose", "perm", perm), x).sized(Arrays.stream(perm).mapToObj(n -> x.extents().get(
			(int) n)).toList()).viewOf(x);
	}

	// -- joining and cutting --

	private static Object concat(final Arguments a, final GraphDraft g) {
		final List<SymbolicTensor> parts = a.list(0).stream().map(v -> (SymbolicTensor) v).toList();
		final long axis = a.integer(1, 0);
		final SymbolicTensor joined = g.emit(Operator.of("Concat", "axis", axis), parts.toArray());
		if (parts.stream().anyMatch(p -> p.rank() < 0)) return joined.shaped(Extents.derived(parts.stream().filter(p -> p
			.rank() < 0).findFirst().orElseThrow(), 0));
		final List<Object> sizes = parts.get(0).extents().list();
		final int at = (int) (axis < 0 ? axis + sizes.size() : axis);
		for (int i = 0; i < sizes.size(); i++)
			for (final SymbolicTensor part : parts)
				if (part.extents().get(i) instanceof Long n && i != at) sizes.set(i, n);
		sizes.set(at, parts.stream().map(p -> p.extents().get(at)).reduce(0L, (x, y) -> Extent.computed("Add", x, y)));
		return joined.sized(sizes);
	}

	private static Object stack(final Arguments a, final GraphDraft g) {
		final List<Object> parts = new ArrayList<>();
		for (final Object part : a.list(0))
			parts.add(unsqueeze(new Arguments(a.operator(), Arrays.asList(part, a.integer(1, 0)), Map.of()), g));
		final Arguments joined = new Arguments(a.operator(), Arrays.asList(parts, a.integer(1, 0)), Map.of());
		return concat(joined, g);
	}

	private static Object chunk(final Arguments a, final GraphDraft g) {
		final int axis = axis(a, 2, known(a).rank());
		if (!(known(a).get(axis) instanceof Long n)) throw a.unsupported("of an axis whose extent is known only at run time");
		final long size = (n + a.integer(1) - 1) / a.integer(1);
		return parts(a, g, axis, equalParts(n, size));
	}

	private static Object split(final Arguments a, final GraphDraft g) {
		final int axis = axis(a, 2, known(a).rank());
		if (!(a.get(1) instanceof Long size)) return parts(a, g, axis, a.integers(1));
		if (!(known(a).get(axis) instanceof Long n)) throw a.unsupported("of an axis whose extent is known only at run time");
		return parts(a, g, axis, equalParts(n, size));
	}

	private static long[] equalParts(final long n, final long size) {
		return LongStream.iterate(0, at -> at < n, at -> at + size).map(at -> Math.min(size, n - at)).toArray();
	}

	private static Object parts(final Arguments a, final GraphDraft g, final int axis, final long[] lengths) {
		final SymbolicTensor x = a.tensor(0);
		final List<SymbolicTensor> parts = g.emitSeveral(Operator.of("Split", "axis", axis), lengths.length, x, GraphDraft.longs(
			"split", lengths));
		for (int i = 0; i < lengths.length; i++) {
			final List<Object> sizes = x.extents().list();
			sizes.set(axis, lengths[i]);
			parts.get(i).sized(sizes).viewOf(x);
		}
		return new ArrayList<Object>(parts);
	}

	private static Object select(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		if (x.rank() < 0) return g.postpone(a.operator(), x, 1);
		final List<Object> sizes = known(a).list();
		final int axis = axis(a, 1, sizes.size());
		sizes.remove(axis);
		return g.emit(Operator.of("Gather", "axis", axis), x, new Fixed("index", Tensor.ofLongs(new long[] { a.integer(
			2) }))).sized(sizes).viewOf(x);
	}

	private static Object slice(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final long from = a.integer(2, 0);
		final long to = a.integer(3, Long.MAX_VALUE);
		final long step = a.integer(4, 1);
		if (from == 0 && to == Long.MAX_VALUE && step == 1) return x.copy().viewOf(x);
		if (x.rank() < 0) return g.postpone(a.operator(), x, 0);
		final List<Object> sizes = known(a).list();
		final int axis = axis(a, 1, sizes.size());
		final Object n = sizes.get(axis);
		sizes.set(axis, n instanceof Long k ? (Object) ((Math.max(0, bound(to, k) - bound(from, k)) + step - 1) / step)
			: null);
		return g.emit(Operator.of("Slice"), x, GraphDraft.longs("starts", from), GraphDraft.longs("ends", to), GraphDraft
			.longs("axes", axis), GraphDraft.longs("steps", step)).sized(sizes).viewOf(x);
	}

	private static long bound(final long index, final long n) {
		return Math.max(0, Math.min(n, index < 0 ? index + n : index));
	}

	/** PyTorch names the last axis first, and only the axes padded. */
	private static Object pad(final Arguments a, final GraphDraft g, final String mode, final double value) {
		final SymbolicTensor x = a.tensor(0);
		final long[] amounts = a.integers(1);
		if (Arrays.stream(amounts).allMatch(n -> n == 0)) return x;
		if (x.rank() < 0) return g.postpone(a.operator(), x, 0);
		final List<Object> sizes = known(a).list();
		final int rank = sizes.size();
		final long[] pads = new long[2 * rank];
		for (int i = 0; i < amounts.length; i += 2) {
			final int axis = rank - 1 - i / 2;
			pads[axis] = amounts[i];
			pads[axis + rank] = amounts[i + 1];
			sizes.set(axis, Extent.computed("Add", sizes.get(axis), amounts[i] + amounts[i + 1]));
		}
		final String onnx = switch (mode) {
			case "constant", "reflect" -> mode;
			case "replicate" -> "edge";
			default -> throw a.unsupported("in mode " + mode);
		};
		return g.emit(Operator.of("Pad", "mode", onnx), x, GraphDraft.longs("pads", pads), onnx.equals("constant")
			? new Fixed("value", Tensor.scalar((float) value)) : null).sized(sizes);
	}
}
