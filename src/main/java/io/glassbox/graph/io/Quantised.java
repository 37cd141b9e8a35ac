package io.glassbox.graph.io;

import java.util.Collection;
import java.util.Set;

/**
 * Networks that compute with integers of a few bits: why they have no graph here, and what to do.
 * <p>
 * Rounding has no gradient, so that gradients, relevance and what is built on them are not defined for such a network. It
 * scores as a black box, which is all that methods need which look at the scores of altered images.
 * </p>
 */
final class Quantised {

	/** What quantised operators of ONNX, and of ONNX Runtime's own domain, are called by. */
	private static final Set<String> MARKS = Set.of("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear",
		"ConvInteger", "MatMulInteger", "MatMulNBits");

	private Quantised() {}

	/** @param type of an ONNX operator, with or without its domain */
	static boolean isQuantised(final String type) {
		final String name = type.substring(type.lastIndexOf('.') + 1);
		return MARKS.contains(name) || name.startsWith("QLinear") || name.matches("Q(Gemm|Attention|EmbedLayerNormalization)") ||
			name.endsWith("QuantizeMatMul") || name.startsWith("MatMulInteger");
	}

	/** @param parts what the file holds that only quantised networks do */
	static String because(final Collection<String> parts) {
		return because(String.join(", ", parts));
	}

	static String because(final String parts) {
		return "The network is quantised (" + parts + "), and what is rounded to a few bits has no gradient: it can be scored, " +
			"but not looked into. Use the file from before it was quantised.";
	}
}
