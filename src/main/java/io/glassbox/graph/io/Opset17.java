package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;

import java.util.Arrays;
import java.util.List;

/**
 * What of Glassbox's vocabulary ONNX opset 17 cannot say: settings that came with later opsets and have no equivalent.
 * A network that has any is scored by libtorch, and cannot be saved as ONNX.
 */
final class Opset17 {

	private Opset17() {}

	/** @throws GlassboxException if the network cannot be said; all reasons are told */
	static void check(final Network network) {
		final List<String> reasons = network.nodes().stream().map(n -> reason(n).isEmpty() ? "" : n.op().type() + " " + reason(
			n) + " (" + n.label() + ")").filter(s -> !s.isEmpty()).distinct().toList();
		if (!reasons.isEmpty()) throw new GlassboxException("ONNX operator set 17 cannot say: " + String.join(", ", reasons) +
			".");
	}

	private static String reason(final Node n) {
		final Attributes a = n.op().attributes();
		return switch (n.op().type()) {
			case "AffineGrid", "BitwiseAnd", "BitwiseOr", "BitwiseXor" -> "at all";
			case "BitShift" -> "of numbers with a sign";
			case "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceLogSum",
				"ReduceLogSumExp", "ReduceSumSquare" -> n.input(1).isEmpty() ? "" : "along computed axes";
			case "Resize" -> resize(a);
			case "Pad" -> a.string("mode", "constant").equals("wrap") ? "with mode=wrap" : n.input(3).isEmpty() ? ""
				: "of computed axes";
			case "AveragePool", "LpPool" -> Arrays.stream(a.integers("dilations", 0, 1)).anyMatch(d -> d != 1)
				? "with dilations" : "";
			case "ScatterElements", "ScatterND" -> List.of("max", "min").contains(a.string("reduction", "none"))
				? "with reduction=" + a.string("reduction", "") : "";
			// said, but ONNX Runtime reads the positions in the larger shape, the standard in the smaller
			case "MaxUnpool" -> n.input(2).isEmpty() ? "" : "with an output shape";
			default -> "";
		};
	}

	private static String resize(final Attributes a) {
		if (a.integer("antialias", 0) != 0) return "with antialias";
		if (a.has("axes")) return "of some axes";
		if (a.has("keep_aspect_ratio_policy")) return "with keep_aspect_ratio_policy";
		return a.string("coordinate_transformation_mode", "").equals("half_pixel_symmetric") ? "with half_pixel_symmetric"
			: "";
	}
}
