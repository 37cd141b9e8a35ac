package io.glassbox.graph.io;

import java.util.Arrays;
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
		simple(table, "erf", "Erf");
		simple(table, "exp", "Exp");
		simple(table, "log", "Log");
		simple(table, "sqrt", "Sqrt");
		simple(table, "abs", "Abs");
		simple(table, "neg", "Neg");
		simple(table, "floor", "Floor");
		simple(table, "ceil", "Ceil");
		simple(table, "reciprocal", "Reciprocal");
		table.put("hardsigmoid", (a, g) -> g.elementwise(Operator.of("HardSigmoid", "alpha", 1f / 6, "beta", 0.5f), a
			.tensor(0)));
		table.put("leaky_relu", (a, g) -> g.elementwise(Operator.of("LeakyRelu", "alpha", a.number(1, 0.01)), a.tensor(
			0)));
		table.put("elu", (a, g) -> {
			if (a.number(2, 1) != 1 || a.number(3, 1) != 1) throw a.unsupported("with scale");
			return g.elementwise(Operator.of("Elu", "alpha", a.number(1, 1)), a.tensor(0));
		});
		table.put("celu", (a, g) -> {
			final SymbolicTensor alpha = GraphDraft.scalar(a.number(1, 1));
			return g.binary("Mul", g.elementwise(Operator.of("Elu"), g.binary("Div", a.tensor(0), alpha)), alpha);
		});
		table.put("prelu", AtenActivation::prelu);
		table.put("softplus", AtenActivation::softplus);
		table.put("silu", (a, g) -> g.binary("Mul", a.tensor(0), g.elementwise(Operator.of("Sigmoid"), a.tensor(0))));
		table.put("mish", (a, g) -> g.binary("Mul", a.tensor(0), g.elementwise(Operator.of("Tanh"), g.elementwise(Operator
			.of("Softplus"), a.tensor(0)))));
		table.put("gelu", AtenActivation::gelu);
		table.put("relu6", (a, g) -> clip(g, a.tensor(0), 0.0, 6.0));
		table.put("hardtanh", (a, g) -> clip(g, a.tensor(0), a.number(1, -1), a.number(2, 1)));
		table.put("clamp", (a, g) -> clip(g, a.tensor(0), a.get(1) == null ? null : (Double) a.number(1, 0), a.get(
			2) == null ? null : (Double) a.number(2, 0)));
		table.put("clamp_min", (a, g) -> clip(g, a.tensor(0), a.number(1, 0), null));
		table.put("clamp_max", (a, g) -> clip(g, a.tensor(0), null, a.number(1, 0)));
		table.put("softmax", (a, g) -> g.elementwise(Operator.of("Softmax", "axis", a.integer(1)), a.tensor(0)));
		table.put("log_softmax", (a, g) -> g.elementwise(Operator.of("LogSoftmax", "axis", a.integer(1)), a.tensor(0)));
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
		final SymbolicTensor x = a.tensor(0);
		final Object approximate = a.get(1) != null ? a.get(1) : a.named().get("approximate");
		final SymbolicTensor sigma;
		if ("tanh".equals(approximate)) {
			final SymbolicTensor cube = g.binary("Mul", g.binary("Mul", g.binary("Mul", x, x), x), GraphDraft.scalar(
				0.044715));
			sigma = g.elementwise(Operator.of("Tanh"), g.binary("Mul", g.binary("Add", x, cube), GraphDraft.scalar(Math.sqrt(2 /
				Math.PI))));
		}
		else sigma = g.elementwise(Operator.of("Erf"), g.binary("Mul", x, GraphDraft.scalar(Math.sqrt(0.5))));
		return g.binary("Mul", g.binary("Mul", x, g.binary("Add", sigma, GraphDraft.scalar(1))), GraphDraft.scalar(0.5));
	}
}
