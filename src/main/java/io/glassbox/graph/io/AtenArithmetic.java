package io.glassbox.graph.io;

import java.util.List;
import java.util.Map;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** Arithmetic between tensors and with numbers, element by element. */
final class AtenArithmetic {

	private AtenArithmetic() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("add", (a, g) -> g.binary("Add", operand(a, g, 0), scaled(a, g)));
		table.put("sub", (a, g) -> g.binary("Sub", operand(a, g, 0), scaled(a, g)));
		table.put("subtract", table.get("sub"));
		table.put("rsub", (a, g) -> {
			if (a.number("alpha", a.number(2, 1)) != 1) throw a.unsupported("with alpha");
			return g.binary("Sub", operand(a, g, 1), operand(a, g, 0));
		});
		table.put("mul", (a, g) -> g.binary("Mul", operand(a, g, 0), operand(a, g, 1)));
		table.put("multiply", table.get("mul"));
		table.put("div", AtenArithmetic::divide);
		table.put("divide", table.get("div"));
		table.put("true_divide", table.get("div"));
		table.put("floor_divide", (a, g) -> floorDivided(g, operand(a, g, 0), operand(a, g, 1)));
		table.put("remainder", (a, g) -> remainder(g, operand(a, g, 0), operand(a, g, 1)));
		table.put("fmod", (a, g) -> {
			final SymbolicTensor x = operand(a, g, 0);
			final SymbolicTensor y = operand(a, g, 1);
			return g.binary(Operator.of("Mod", "fmod", 1), x, y);
		});
		table.put("pow", (a, g) -> a.get(1) instanceof Number n && n.doubleValue() == 2 ? g.binary("Mul", operand(a, g, 0),
			operand(a, g, 0)) : g.binary("Pow", operand(a, g, 0), operand(a, g, 1)));
		table.put("square", (a, g) -> g.binary("Mul", a.tensor(0), a.tensor(0)));
		table.put("minimum", (a, g) -> g.binary("Min", operand(a, g, 0), operand(a, g, 1)));
		table.put("maximum", (a, g) -> g.binary("Max", operand(a, g, 0), operand(a, g, 1)));
		table.put("lerp", (a, g) -> g.binary("Add", a.tensor(0), g.binary("Mul", g.binary("Sub", a.tensor(1), a.tensor(0)),
			a.get(2) instanceof SymbolicTensor weight ? weight : GraphDraft.scalar(a.number(2, 0)))));
		table.put("addcmul", (a, g) -> g.binary("Add", a.tensor(0), factor(a, g, g.binary("Mul", a.tensor(1), a.tensor(
			2)))));
		table.put("addcdiv", (a, g) -> g.binary("Add", a.tensor(0), factor(a, g, g.binary("Div", a.tensor(1), a.tensor(
			2)))));
		table.put("neg", (a, g) -> g.elementwise(Operator.of("Neg"), a.tensor(0)));
		table.put("negative", table.get("neg"));
		table.put("abs", (a, g) -> g.elementwise(Operator.of("Abs"), a.tensor(0)));
		for (final String[] f : new String[][] { { "exp", "Exp" }, { "log", "Log" }, { "sqrt", "Sqrt" }, { "sin", "Sin" }, {
			"cos", "Cos" }, { "tan", "Tan" }, { "asin", "Asin" }, { "acos", "Acos" }, { "atan", "Atan" }, { "sinh", "Sinh" }, {
				"cosh", "Cosh" }, { "floor", "Floor" }, { "ceil", "Ceil" }, { "round", "Round" }, { "sign", "Sign" }, {
					"reciprocal", "Reciprocal" }, { "erf", "Erf" }, { "isnan", "IsNaN" }, { "isinf", "IsInf" } })
			table.put(f[0], (a, g) -> g.elementwise(Operator.of(f[1]), floating(g, a.tensor(0), f[0])));
		table.put("rsqrt", (a, g) -> g.elementwise(Operator.of("Reciprocal"), g.elementwise(Operator.of("Sqrt"), a.tensor(
			0))));
		table.put("trunc", (a, g) -> truncated(g, a.tensor(0)));
		table.put("log1p", (a, g) -> g.elementwise(Operator.of("Log"), g.binary("Add", a.tensor(0), GraphDraft.scalar(1))));
		table.put("expm1", (a, g) -> g.binary("Sub", g.elementwise(Operator.of("Exp"), a.tensor(0)), GraphDraft.scalar(1)));
		table.put("log2", (a, g) -> logarithm(a, g, 2));
		table.put("log10", (a, g) -> logarithm(a, g, 10));
		table.put("exp2", (a, g) -> g.binary("Pow", GraphDraft.scalar(2), a.tensor(0)));
		table.put("frac", (a, g) -> g.binary("Sub", a.tensor(0), truncated(g, a.tensor(0))));
	}

	private static SymbolicTensor logarithm(final Arguments a, final GraphDraft g, final double base) {
		return g.binary("Mul", g.elementwise(Operator.of("Log"), a.tensor(0)), GraphDraft.scalar(1 / Math.log(base)));
	}

	/** Functions that make floats of whole numbers; rounding and signs keep the kind. */
	private static SymbolicTensor floating(final GraphDraft g, final SymbolicTensor x, final String function) {
		return List.of("floor", "ceil", "round", "sign").contains(function) ? x : g.cast(x, Kind.FLOAT);
	}

	// -- operands --

	private static SymbolicTensor scaled(final Arguments a, final GraphDraft g) {
		final SymbolicTensor other = operand(a, g, 1);
		final double alpha = a.number("alpha", a.number(2, 1));
		return alpha == 1 ? other : g.binary("Mul", other, number(g, alpha, other.kind()));
	}

	private static SymbolicTensor factor(final Arguments a, final GraphDraft g, final SymbolicTensor x) {
		final double value = a.number("value", a.number(3, 1));
		return value == 1 ? x : g.binary("Mul", x, GraphDraft.scalar(value));
	}

	/**
	 * The first or second operand; a number becomes a tensor without axes. Both are of the kind that PyTorch promotes them
	 * to: floats if one of them is, else whole numbers.
	 */
	static SymbolicTensor operand(final Arguments a, final GraphDraft g, final int index) {
		final Kind kind = isFloat(a.get(0)) || isFloat(a.get(1)) ? Kind.FLOAT : Kind.INTEGER;
		return a.get(index) instanceof SymbolicTensor t ? g.cast(t, kind) : number(g, a.get(index), kind);
	}

	private static boolean isFloat(final Object v) {
		return v instanceof Double || v instanceof SymbolicTensor t && t.isFloat();
	}

	/** A number as a tensor without axes. */
	static SymbolicTensor number(final GraphDraft g, final Object number, final Kind kind) {
		if (number instanceof SymbolicTensor t) return g.cast(t, kind);
		if (number instanceof Extent e) return g.cast(g.number(e), kind);
		if (number instanceof Boolean b) return number(g, b ? 1L : 0L, kind);
		if (!(number instanceof Number n)) throw new UnsupportedConstruct(
			"arithmetic with a value that is no number or known only at run time");
		return switch (kind) {
			case FLOAT -> GraphDraft.scalar(n.doubleValue());
			default -> SymbolicTensor.constant(Tensor.ofLongs(new long[] { n.longValue() }), kind);
		};
	}

	// -- division --

	private static Object divide(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = operand(a, g, 0);
		final SymbolicTensor y = operand(a, g, 1);
		final Object rounding = a.named().get("rounding_mode") != null ? a.named().get("rounding_mode") : a.get(2);
		if (rounding == null) return g.binary("Div", g.cast(x, Kind.FLOAT), g.cast(y, Kind.FLOAT));
		if (rounding.equals("floor")) return floorDivided(g, x, y);
		if (!rounding.equals("trunc")) throw a.unsupported("rounded by " + rounding);
		return x.isFloat() ? truncated(g, g.binary("Div", x, y)) : g.binary("Div", x, y);
	}

	/** ONNX rounds quotients of whole numbers towards zero, PyTorch down. */
	private static SymbolicTensor floorDivided(final GraphDraft g, final SymbolicTensor x, final SymbolicTensor y) {
		if (x.isFloat()) return g.elementwise(Operator.of("Floor"), g.binary("Div", x, y));
		return g.binary("Div", g.binary("Sub", x, g.binary("Mod", x, y)), y);
	}

	private static SymbolicTensor remainder(final GraphDraft g, final SymbolicTensor x, final SymbolicTensor y) {
		return x.isFloat() ? g.binary("Sub", x, g.binary("Mul", floorDivided(g, x, y), y)) : g.binary("Mod", x, y);
	}

	private static SymbolicTensor truncated(final GraphDraft g, final SymbolicTensor x) {
		return g.binary("Mul", g.elementwise(Operator.of("Sign"), x), g.elementwise(Operator.of("Floor"), g.elementwise(
			Operator.of("Abs"), x)));
	}
}
