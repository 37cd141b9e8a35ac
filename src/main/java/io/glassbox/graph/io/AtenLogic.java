package io.glassbox.graph.io;

import java.util.List;
import java.util.Map;

import io.glassbox.graph.Operator;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** Comparisons, truth values, and what chooses by them. */
final class AtenLogic {

	private AtenLogic() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		for (final String[] c : new String[][] { { "eq", "Equal" }, { "gt", "Greater" }, { "lt", "Less" }, { "ge",
			"GreaterOrEqual" }, { "le", "LessOrEqual" } })
			table.put(c[0], (a, g) -> compared(a, g, c[1]));
		table.put("greater", table.get("gt"));
		table.put("less", table.get("lt"));
		table.put("ne", (a, g) -> not(g, compared(a, g, "Equal")));
		table.put("not_equal", table.get("ne"));
		for (final String and : new String[] { "logical_and", "bitwise_and", "__and__" })
			table.put(and, (a, g) -> joined(a, g, "And"));
		for (final String or : new String[] { "logical_or", "bitwise_or", "__or__" })
			table.put(or, (a, g) -> joined(a, g, "Or"));
		table.put("logical_xor", (a, g) -> joined(a, g, "Xor"));
		for (final String no : new String[] { "logical_not", "bitwise_not", "__not__" })
			table.put(no, (a, g) -> not(g, g.cast(a.tensor(0), Kind.BOOLEAN)));
		for (final String number : List.of("item", "Float", "Int", "Bool", "FloatImplicit", "IntImplicit", "ScalarImplicit",
			"is_nonzero"))
			table.put(number, (a, g) -> element(a, number));
		table.put("equal", (a, g) -> Unknown.UNTIL_RUN);
		table.put("where", (a, g) -> {
			final Arguments values = a.from(1);
			return chosen(g, g.cast(a.tensor(0), Kind.BOOLEAN), AtenArithmetic.operand(values, g, 0), AtenArithmetic.operand(
				values, g, 1));
		});
		table.put("masked_fill", (a, g) -> {
			final SymbolicTensor x = a.tensor(0);
			return chosen(g, g.cast(a.tensor(1), Kind.BOOLEAN), AtenArithmetic.number(g, a.get(2), x.kind()), x);
		});
		table.put("heaviside", (a, g) -> {
			final SymbolicTensor zero = GraphDraft.scalar(0);
			return chosen(g, g.binary("Equal", a.tensor(0), zero), a.tensor(1), g.cast(g.binary("Greater", a.tensor(0), zero),
				Kind.FLOAT));
		});
	}

	/** The only element of a fixed tensor as a number. */
	private static Object element(final Arguments a, final String as) {
		final SymbolicTensor x = a.tensor(0);
		if (!x.isConstant() || x.constant().length() != 1) return Unknown.UNTIL_RUN;
		final Object number = x.isFloat() ? (Object) (double) x.constant().floats()[0] : x.constant().longs()[0];
		if (x.kind() == Kind.BOOLEAN && as.equals("item")) return number.equals(1L);
		return as.startsWith("Scalar") || as.equals("item") ? number : PythonOperators.apply(as.equals("is_nonzero") ? "Bool"
			: as, new Arguments(a.operator(), List.of(number), Map.of()));
	}

	static SymbolicTensor compared(final Arguments a, final GraphDraft g, final String type) {
		return g.binary(type, AtenArithmetic.operand(a, g, 0), AtenArithmetic.operand(a, g, 1));
	}

	private static SymbolicTensor joined(final Arguments a, final GraphDraft g, final String type) {
		for (int i = 0; i < 2; i++)
			if (a.get(i) instanceof SymbolicTensor t && t.kind() == Kind.INTEGER && !a.operator().contains("logical")) throw a
				.unsupported("of whole numbers, bit by bit");
		return g.binary(type, AtenArithmetic.number(g, a.get(0), Kind.BOOLEAN), AtenArithmetic.number(g, a.get(1),
			Kind.BOOLEAN));
	}

	static SymbolicTensor not(final GraphDraft g, final SymbolicTensor truth) {
		return g.elementwise(Operator.of("Not"), truth);
	}

	/** Elements of {@code then} where the condition holds, else of {@code otherwise}. */
	static SymbolicTensor chosen(final GraphDraft g, final SymbolicTensor condition, final SymbolicTensor then,
		final SymbolicTensor otherwise)
	{
		final SymbolicTensor result = g.emit(Operator.of("Where"), condition, then, otherwise);
		final Extents both = Extents.broadcast(then.extents(), otherwise.extents(), result.value());
		return result.shaped(Extents.broadcast(condition.extents(), both, result.value()));
	}
}
