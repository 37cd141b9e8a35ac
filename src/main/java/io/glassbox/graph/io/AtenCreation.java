package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphDraft.Fixed;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** What makes tensors out of nothing, fills them, or converts their elements. */
final class AtenCreation {

	/** Elements of a table that is made at once. */
	private static final int LARGEST = 1 << 22;

	private AtenCreation() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		for (final String zeros : List.of("zeros", "empty"))
			table.put(zeros, (a, g) -> filled(g, a.list(0), 0L, TorchTypes.kind(a.get(1, "dtype"), Kind.FLOAT)));
		table.put("ones", (a, g) -> filled(g, a.list(0), 1L, TorchTypes.kind(a.get(1, "dtype"), Kind.FLOAT)));
		table.put("full", (a, g) -> filled(g, a.list(0), a.get(1), TorchTypes.kind(a.get(2, "dtype"), kind(a.get(1)))));
		for (final String zeros : List.of("new_zeros", "new_empty"))
			table.put(zeros, (a, g) -> filled(g, a.list(1), 0L, TorchTypes.kind(a.get(2, "dtype"), a.tensor(0).kind())));
		table.put("new_ones", (a, g) -> filled(g, a.list(1), 1L, TorchTypes.kind(a.get(2, "dtype"), a.tensor(0).kind())));
		table.put("new_full", (a, g) -> filled(g, a.list(1), a.get(2), TorchTypes.kind(a.get(3, "dtype"), a.tensor(0)
			.kind())));
		for (final String zeros : List.of("zeros_like", "empty_like"))
			table.put(zeros, (a, g) -> like(g, a.tensor(0), 0L, TorchTypes.kind(a.get(1, "dtype"), a.tensor(0).kind())));
		table.put("ones_like", (a, g) -> like(g, a.tensor(0), 1L, TorchTypes.kind(a.get(1, "dtype"), a.tensor(0).kind())));
		table.put("full_like", (a, g) -> like(g, a.tensor(0), a.get(1), TorchTypes.kind(a.get(2, "dtype"), a.tensor(0)
			.kind())));
		table.put("fill", (a, g) -> like(g, a.tensor(0), a.get(1), a.tensor(0).kind()));
		table.put("zero", (a, g) -> like(g, a.tensor(0), 0L, a.tensor(0).kind()));
		table.put("copy", (a, g) -> like(g, a.tensor(0), a.get(1), a.tensor(0).kind()));
		table.put("arange", AtenCreation::arange);
		table.put("range", AtenCreation::arange);
		table.put("linspace", (a, g) -> linspace(a.number(0, 0), a.number(1, 0), (int) Math.min(LARGEST, a.integer(2))));
		table.put("eye", (a, g) -> eye(a));
		table.put("scalar_tensor", (a, g) -> AtenArithmetic.number(g, a.get(0), TorchTypes.kind(a.get(1, "dtype"),
			Kind.FLOAT)));
		for (final String name : List.of("tensor", "as_tensor"))
			table.put(name, (a, g) -> {
				final SymbolicTensor made = literal(g, a.get(0));
				return g.cast(made, TorchTypes.kind(a.get(1, "dtype"), made.kind()));
			});
		table.put("triu", (a, g) -> triangle(a, g, true));
		table.put("tril", (a, g) -> triangle(a, g, false));
		for (final String to : List.of("to", "_to_copy"))
			table.put(to, (a, g) -> converted(g, a.tensor(0), wanted(a)));
		table.put("type_as", (a, g) -> converted(g, a.tensor(0), a.tensor(1).kind()));
		table.put("type", (a, g) -> converted(g, a.tensor(0), TorchTypes.kind(a.get(1), a.tensor(0).kind())));
		for (final String name : List.of("float", "double", "half", "bfloat16"))
			table.put(name, (a, g) -> converted(g, a.tensor(0), Kind.FLOAT));
		for (final String name : List.of("int", "long", "short", "_cast_Long", "_cast_Int"))
			table.put(name, (a, g) -> converted(g, a.tensor(0), Kind.INTEGER));
		table.put("_cast_Float", table.get("float"));
		table.put("bool", (a, g) -> converted(g, a.tensor(0), Kind.BOOLEAN));
	}

	private static Kind kind(final Object value) {
		if (value instanceof SymbolicTensor t) return t.kind();
		return value instanceof Boolean ? Kind.BOOLEAN : value instanceof Double ? Kind.FLOAT : Kind.INTEGER;
	}

	// -- filling --

	/** @param value a number, or a tensor without axes */
	private static SymbolicTensor filled(final GraphDraft g, final List<Object> shape, final Object value,
		final Kind kind)
	{
		final SymbolicTensor element = AtenArithmetic.number(g, value, kind);
		return shape.isEmpty() ? element.copy() : g.emit(Operator.of("Expand"), element, g.numbers("shape", shape)).sized(
			shape);
	}

	/** A tensor of the shape of another. */
	private static SymbolicTensor like(final GraphDraft g, final SymbolicTensor x, final Object value, final Kind kind) {
		final SymbolicTensor element = AtenArithmetic.number(g, value, kind);
		if (x.rank() >= 0 && element.rank() == x.rank() && element.extents().list().equals(x.extents().list())) return element
			.copy();
		final SymbolicTensor filled = x.rank() == 0 ? AtenShape.reshape(g, element, List.of()) : g.emit(Operator.of("Expand"),
			element, x.rank() < 0 ? g.emit(Operator.of("Shape"), x) : g.numbers("shape", AtenShape.asked(g, x)));
		return filled.shaped(x.extents());
	}

	// -- tables --

	private static Object arange(final Arguments a, final GraphDraft g) {
		final List<Object> bounds = a.positional().stream().limit(3).map(Extent::settled).filter(v -> v instanceof Number ||
			v instanceof Extent).map(Object.class::cast).toList();
		final Object from = bounds.size() < 2 ? (Object) 0L : bounds.get(0);
		final Object to = bounds.get(bounds.size() < 2 ? 0 : 1);
		final Object step = bounds.size() < 3 ? (Object) 1L : bounds.get(2);
		final boolean real = List.of(from, to, step).stream().anyMatch(Double.class::isInstance);
		final Kind kind = TorchTypes.kind(a.named().get("dtype"), real ? Kind.FLOAT : Kind.INTEGER);
		if (from instanceof Number p && to instanceof Number q && step instanceof Number s) {
			final double count = Math.ceil((q.doubleValue() - p.doubleValue()) / s.doubleValue());
			if (!(count <= LARGEST)) throw a.unsupported("of more than " + LARGEST + " elements");
			final int n = (int) Math.max(0, count);
			if (!real) {
				final long[] whole = new long[n];
				Arrays.setAll(whole, i -> p.longValue() + i * s.longValue());
				return g.cast(SymbolicTensor.constant(Tensor.ofLongs(whole, n), Kind.INTEGER), kind);
			}
			final float[] values = new float[n];
			for (int i = 0; i < n; i++)
				values[i] = (float) (p.doubleValue() + i * s.doubleValue());
			return g.cast(SymbolicTensor.constant(Tensor.of(values, n), Kind.FLOAT), kind);
		}
		final Kind counted = real ? Kind.FLOAT : Kind.INTEGER;
		final SymbolicTensor range = g.emit(Operator.of("Range"), AtenArithmetic.number(g, from, counted), AtenArithmetic
			.number(g, to, counted), AtenArithmetic.number(g, step, counted));
		final boolean plain = step.equals(1L) && !real;
		return g.cast(range.sized(Arrays.asList(plain ? Extent.computed("Sub", to, from) : null)), kind);
	}

	private static SymbolicTensor linspace(final double from, final double to, final int count) {
		final float[] values = new float[Math.max(0, count)];
		for (int i = 0; i < values.length; i++)
			values[i] = (float) (values.length == 1 ? from : from + i * (to - from) / (values.length - 1));
		return SymbolicTensor.constant(Tensor.of(values, values.length), Kind.FLOAT);
	}

	private static Object eye(final Arguments a) {
		final long rows = a.integer(0);
		final long columns = a.get(1) instanceof Long n ? n : rows;
		if (rows < 0 || columns < 0 || rows > LARGEST || columns > LARGEST || rows * columns > LARGEST) throw a.unsupported(
			"of more than " + LARGEST + " elements");
		final float[] values = new float[(int) (rows * columns)];
		for (int i = 0; i < Math.min(rows, columns); i++)
			values[i * (int) columns + i] = 1;
		return SymbolicTensor.constant(Tensor.of(values, (int) rows, (int) columns), Kind.FLOAT);
	}

	/** A number, or lists of them in one another. */
	private static SymbolicTensor literal(final GraphDraft g, final Object value) {
		if (value instanceof ScriptTuple t) return literal(g, t.values());
		if (!(value instanceof List<?> list)) return AtenArithmetic.number(g, value, kind(value));
		if (list.isEmpty()) return SymbolicTensor.constant(Tensor.zeros(0), Kind.FLOAT);
		final List<SymbolicTensor> rows = new ArrayList<>();
		list.forEach(v -> rows.add(literal(g, v)));
		return AtenJoining.stack(g, rows, 0);
	}

	private static Object triangle(final Arguments a, final GraphDraft g, final boolean upper) {
		final SymbolicTensor x = g.cast(a.tensor(0), a.tensor(0).kind() == Kind.BOOLEAN ? Kind.INTEGER : a.tensor(0).kind());
		final SymbolicTensor cut = g.elementwise(Operator.of("Trilu", "upper", upper), x, new Fixed("k", Tensor.ofLongs(
			new long[] { a.integer(1, 0) })));
		return g.cast(cut, a.tensor(0).kind());
	}

	// -- kinds --

	/** {@code to(x, dtype)}, {@code to(x, device, dtype)}, {@code to(x, other)}, or by keyword. */
	private static Kind wanted(final Arguments a) {
		for (int i = 1; i < Math.min(3, a.count()); i++)
			if (a.get(i) instanceof SymbolicTensor other) return other.kind();
			else if (a.get(i) instanceof Long type) return TorchTypes.kind(type.longValue());
		return TorchTypes.kind(a.named().get("dtype"), a.tensor(0).kind());
	}

	private static SymbolicTensor converted(final GraphDraft g, final SymbolicTensor x, final Kind kind) {
		return x.kind() == kind ? x.copy().viewOf(x, SymbolicTensor.ALL) : g.cast(x, kind);
	}
}
