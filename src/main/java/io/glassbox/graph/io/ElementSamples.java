package io.glassbox.graph.io;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Samples in what works element by element: they stay where they are. */
final class ElementSamples {

	/** Each element on its own. */
	private static final Set<String> POINTWISE = Set.of("Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Elu", "Selu",
		"Celu", "Softplus", "Softsign", "Erf", "Exp", "Log", "Sqrt", "Neg", "Abs", "HardSwish", "HardSigmoid", "Cast",
		"Reciprocal", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Identity", "Not", "ThresholdedRelu", "Mish", "Shrink",
		"IsNaN", "IsInf", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh");

	/** Elements that lie at the same place. */
	private static final Set<String> TOGETHER = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean",
		"Where", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor", "Mod", "PRelu");

	private ElementSamples() {}

	static void register(final Map<String, SampleRule> table) {
		for (final String type : POINTWISE)
			BatchOpening.unary(table, type, (s, x) -> x);
		for (final String type : TOGETHER)
			table.put(type, s -> together(s, s.node().inputs(), 0));
	}

	/**
	 * Operands broadcast against each other, all axes but the last {@code apart}: samples lie at the same place in all that
	 * have any, and there others have one element for all.
	 */
	static SampleLayout together(final SampleStep s, final List<String> operands, final int apart) {
		final int rank = operands.stream().mapToInt(v -> s.shape(v).length).max().orElse(0);
		SampleLayout made = null;
		for (final String v : operands) {
			final SampleLayout x = s.layout(v) == null ? null : s.layout(v).at(rank - s.shape(v).length + s.layout(v).axis());
			s.require(x == null || made == null || x.equals(made), "joins samples that lie at different places");
			if (x != null) made = x;
		}
		if (made == null) return null;
		final int behind = rank - made.axis();
		for (final String v : operands) {
			final int[] shape = s.shape(v);
			s.require(s.layout(v) != null || behind <= apart || behind > shape.length || shape[shape.length - behind] == 1,
				"joins samples to a fixed number of rows");
		}
		return made;
	}
}
