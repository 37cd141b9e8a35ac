package io.glassbox.graph.io;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphDraft.Fixed;

/** Activations: what changes each element by itself, softmax, and what does nothing when a network is not in training. */
final class AtenActivation {

	private AtenActivation() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		simple(table, "relu", "Relu");
		simple(table, "selu", "Selu");
		simple(table, "sigmoid", "Sigmoid");
		simple(table, "tanh", "Tanh");
		simple(table, "hardswish", "HardSwish");
		table.put("hardsigmoid", (a, g) -> g.elementwise(Operator.of("HardSigmoid", "alpha", 1f / 6, "beta", 0.5f), a
			.tensor(0)));
		table.put("leaky_relu", (a, g) -> g.elementwise(Operator.of("LeakyRelu", "alpha", a.number(1, 0.01)), a.tensor(
			0)));
		table.put("elu", AtenActivation::elu);
		table.put("celu", (a, g) -> {
			final SymbolicTensor alpha = GraphDraft.scalar(a.number(1, 1));
			return g.binary("Mul", g.elementwise(Operator.of("Elu"), g.binary("Div", a.tensor(0), alpha)), alpha);
		});
		table.put("prelu", AtenActivation::prelu);
		table.put("_prelu_kernel", table.get("prelu"));
		table.put("rrelu", (a, g) -> {
			if (a.truth(3, false)) throw a.unsupported("of a network traced in training mode; trace it after model.eval()");
			return g.elementwise(Operator.of("LeakyRelu", "alpha", (a.number(1, 1.0 / 8) + a.number(2, 1.0 / 3)) / 2), a.tensor(
				0));
		});
		table.put("threshold", (a, g) -> {
			final SymbolicTensor above = g.binary("Greater", a.tensor(0), GraphDraft.scalar(a.number(1, 0)));
			return AtenLogic.chosen(g, above, a.tensor(0), GraphDraft.scalar(a.number(2, 0)));
		});
		table.put("hardshrink", (a, g) -> {
			final SymbolicTensor large = g.binary("Greater", g.elementwise(Operator.of("Abs"), a.tensor(0)), GraphDraft.scalar(a
				.number(1, 0.5)));
			return AtenLogic.chosen(g, large, a.tensor(0), GraphDraft.scalar(0));
		});
		table.put("softshrink", (a, g) -> {
			final double lambda = a.number(1, 0.5);
			return g.binary("Sub", a.tensor(0), clip(g, a.tensor(0), -lambda, lambda));
		});
		table.put("tanhshrink", (a, g) -> g.binary("Sub", a.tensor(0), g.elementwise(Operator.of("Tanh"), a.tensor(0))));
		table.put("softsign", (a, g) -> g.elementwise(Operator.of("Softsign"), a.tensor(0)));
		table.put("log_sigmoid", (a, g) -> g.elementwise(Operator.of("Neg"), g.elementwise(Operator.of("Softplus"), g
			.elementwise(Operator.of("Neg"), a.tensor(0)))));
		table.put("logit", (a, g) -> {
			final SymbolicTensor x = a.has(1) ? clip(g, a.tensor(0), a.number(1, 0), 1 - a.number(1, 0)) : a.tensor(0);
			return g.elementwise(Operator.of("Log"), g.binary("Div", x, g.binary("Sub", GraphDraft.scalar(1), x)));
		});
		table.put("softmin", (a, g) -> g.elementwise(Operator.of("Softmax", "axis", a.integer(1)), g.elementwise(Operator.of(
			"Neg"), a.tensor(0))));
		table.put("glu", AtenActivation::glu);
		table.put("softplus", AtenActivation::softplus);
		table.put("silu", (a, g) -> g.binary("Mul", a.tensor(0), g.elementwise(Operator.of("Sigmoid"), a.tensor(0))));
		table.put("mish", (a, g) -> g.binary("Mul", a.tensor(0), g.elementwise(Operator.of("Tanh"), g.elementwise(Operator
			.of("Softplus"), a.tensor(0)))));
		table.put("gelu", AtenActivation::gelu);
		table.put("relu6", (a, g) -> clip(g, a.tensor(0), 0.0, 6.0));
		table.put("hardtanh", (a, g) -> clip(g, a.tensor(0), a.number(1, -1), a.number(2, 1)));
		table.put("clamp", (a, g) -> {
			final SymbolicTensor x = a.tensor(0);
			final Object min = a.get(1, "min");
			final Object max = a.get(2, "max");
			if (x.isFloat() && min instanceof Number low && max instanceof Number high) return clip(g, x, low.doubleValue(), high
				.doubleValue());
			return clamped(g, clamped(g, x, min, true), max, false);
		});
		table.put("clip", table.get("clamp"));
		table.put("clamp_min", (a, g) -> clamped(g, a.tensor(0), a.get(1), true));
		table.put("clamp_max", (a, g) -> clamped(g, a.tensor(0), a.get(1), false));
		for (final String prefix : new String[] { "", "_" }) {
			table.put(prefix + "softmax", (a, g) -> g.elementwise(Operator.of("Softmax", "axis", a.integer(1)), a.tensor(0)));
			table.put(prefix + "log_softmax", (a, g) -> g.elementwise(Operator.of("LogSoftmax", "axis", a.integer(1)), a.tensor(
				0)));
		}
		for (final String dropout : new String[] { "dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout" })
			table.put(dropout, (a, g) -> {
				if (a.truth(2, false) && a.number(1, 0) > 0) throw a.unsupported(
					"of a network traced in training mode; trace it after model.eval()");
				return a.tensor(0);
			});
	}

	private static void simple(final Map<String, AtenOperators.Translation> table, final String aten, final String onnx) {
		table.put(aten, (a, g) -> g.elementwise(Operator.of(onnx), a.tensor(0)));
	}

	/** @param min lower bound, or null for none; {@code max} likewise */
	private static SymbolicTensor clip(final GraphDraft g, final SymbolicTensor x, final Double min, final Double max) {
		return g.elementwise(Operator.of("Clip"), x, bound("min", min), bound("max", max));
	}

	/** @param bound a number, or a tensor of bounds, or null for none */
	private static SymbolicTensor clamped(final GraphDraft g, final SymbolicTensor x, final Object bound,
		final boolean below)
	{
		if (bound == null) return x;
		final boolean simple = bound instanceof Number && x.isFloat();
		final Double number = simple ? ((Number) bound).doubleValue() : null;
		if (simple) return clip(g, x, below ? number : null, below ? null : number);
		return g.binary(below ? "Max" : "Min", x, AtenArithmetic.number(g, bound, x.kind()));
	}

	private static Object elu(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final double alpha = a.number(1, 1);
		final double scale = a.number(2, 1);
		final double inner = a.number(3, 1);
		if (inner == 1 && scale == 1) return g.elementwise(Operator.of("Elu", "alpha", alpha), x);
		final SymbolicTensor below = g.elementwise(Operator.of("Elu", "alpha", alpha), g.binary("Mul", clip(g, x, null, 0.0),
			GraphDraft.scalar(inner)));
		return g.binary("Mul", g.binary("Add", g.elementwise(Operator.of("Relu"), x), below), GraphDraft.scalar(scale));
	}

	/** Dauphin et al. 2017: one half of the channels gates the other. */
	private static Object glu(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final int axis = (int) a.integer(1, -1);
		if (x.rank() < 0 || !(x.extents().get(axis) instanceof Long n)) throw a.unsupported(
			"of an axis whose extent is known only at run time");
		final List<SymbolicTensor> halves = AtenSlicing.parts(g, x, axis < 0 ? axis + x.rank() : axis, n / 2, n - n / 2);
		return g.binary("Mul", halves.get(0), g.elementwise(Operator.of("Sigmoid"), halves.get(1)));
	}

	private static Fixed bound(final String role, final Double bound) {
		return bound == null ? null : new Fixed(role, Tensor.scalar(bound.floatValue()));
	}

	/** ONNX aligns the slopes with the last axis, PyTorch with the channels. */
	private static Object prelu(final Arguments a, final GraphDraft g) {
		final SymbolicTensor x = a.tensor(0);
		final SymbolicTensor slope = a.tensor(1);
		if (slope.isConstant() && slope.constant().length() == 1) return g.elementwise(Operator.of("PRelu"), x, slope);
		if (!slope.isConstant() || x.rank() < 2) throw a.unsupported("of a tensor whose axes are unknown");
		final int[] shape = new int[x.rank() - 1];
		Arrays.fill(shape, 1);
		shape[0] = slope.constant().length();
		return g.elementwise(Operator.of("PRelu"), x, new Fixed("slope", slope.constant().reshape(shape)));
	}

	private static Object softplus(final Arguments a, final GraphDraft g) {
		final double beta = a.number(1, 1);
		if (beta == 1) return g.elementwise(Operator.of("Softplus"), a.tensor(0));
		final SymbolicTensor scaled = g.binary("Mul", a.tensor(0), GraphDraft.scalar(beta));
		return g.binary("Div", g.elementwise(Operator.of("Softplus"), scaled), GraphDraft.scalar(beta));
	}

	/** Hendrycks and Gimpel 2016: {@code x * Phi(x)}, exact or with their tanh approximation. */
	private static Object gelu(final Arguments a, final GraphDraft g) {
		return gelu(g, a.tensor(0), "tanh".equals(a.get(1, "approximate")));
	}

	/** Operator by operator as PyTorch exports it to ONNX, so that both files have the same values under the same names. */
	static SymbolicTensor gelu(final GraphDraft g, final SymbolicTensor x, final boolean tanh) {
		final SymbolicTensor sigma;
		if (tanh) {
			final SymbolicTensor cube = g.binary("Mul", x, g.binary("Mul", x, x));
			final SymbolicTensor sum = g.binary("Add", x, g.binary("Mul", cube, GraphDraft.scalar(0.044715)));
			sigma = g.elementwise(Operator.of("Tanh"), g.binary("Mul", sum, GraphDraft.scalar(Math.sqrt(2 / Math.PI))));
		}
		else sigma = g.elementwise(Operator.of("Erf"), g.binary("Div", x, GraphDraft.scalar(Math.sqrt(2))));
		return g.binary("Mul", g.binary("Mul", x, g.binary("Add", sigma, GraphDraft.scalar(1))), GraphDraft.scalar(0.5));
	}
}
