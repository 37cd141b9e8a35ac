package io.glassbox.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many operands each operator cannot do without, as the
 * <a href="https://github.com/onnx/onnx/blob/main/docs/Operators.md">ONNX standard</a> tells for opset 17 and the
 * few later operators Glassbox has.
 * <p>
 * Whoever reads or computes a node may count on them; those after them may be left out, or named by an empty name.
 * </p>
 */
public final class OperandCounts {

	private static final Map<String, Integer> FEWEST = new HashMap<>();

	static {
		needs(2, "Add", "Sub", "Mul", "Div", "Mod", "Pow", "And", "Or", "Xor", "BitwiseAnd", "BitwiseOr", "BitwiseXor",
			"BitShift", "Equal", "Greater", "GreaterOrEqual", "Less",
			"LessOrEqual", "MatMul", "Gemm", "PRelu", "Conv", "ConvTranspose", "Reshape", "Expand", "Tile", "Unsqueeze",
			"Gather", "GatherElements", "GatherND", "Compress", "CumSum", "TopK", "GridSample", "AffineGrid", "MaxUnpool",
			"LayerNormalization", "ReverseSequence", "NonMaxSuppression", "Pad");
		needs(3, "Where", "Slice", "Range", "OneHot", "ScatterElements", "ScatterND", "InstanceNormalization",
			"GroupNormalization", "RoiAlign");
		needs(5, "BatchNormalization");
	}

	private OperandCounts() {}

	private static void needs(final int count, final String... types) {
		for (final String type : types)
			FEWEST.put(type, count);
	}

	/** None for operators that Glassbox cannot compute: nothing is known of them. */
	static int fewest(final String type) {
		return FEWEST.getOrDefault(type, Kernels.supports(type) ? 1 : 0);
	}

	/** @throws GlassboxException if an operand that the operator needs is left out, or nothing is made */
	public static void check(final Node node) {
		check(node, fewest(node.op().type()));
	}

	/** @throws GlassboxException if one of so many operands is left out, or nothing is made */
	public static void check(final Node node, final int fewest) {
		final List<String> in = node.inputs();
		for (int i = 0; i < fewest; i++)
			if (node.input(i).isEmpty()) throw new GlassboxException("The " + node.op().type() + " '" + node.label() +
				"' lacks its operand " + (i + 1) + ": it has " + in.stream().filter(v -> !v.isEmpty()).count() + " of the " +
				fewest + " it needs. The file is damaged, export it again.");
		if (node.outputs().isEmpty()) throw new GlassboxException("The " + node.op().type() + " '" + node.label() +
			"' makes nothing. The file is damaged, export it again.");
	}
}
