package io.glassbox.graph.io;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;

import java.util.HashMap;
import java.util.Map;

/**
 * Element types of the values of a network, which itself tells floats from integers only: ONNX wants them
 * declared for the ports, and booleans apart from integers.
 */
final class ValueTypes {

	private final Map<String, Integer> types = new HashMap<>();

	ValueTypes(final Network network) {
		network.constants().forEach((name, t) -> types.put(name, type(t)));
		for (final Node n : network.nodes()) {
			booleanOperands(n);
			if (n.is("Gather") && !types.containsKey(n.input(1))) types.put(n.input(1), OnnxTypes.INT64);
			for (int i = 0; i < n.outputs().size(); i++)
				types.put(n.outputs().get(i), made(n, i));
		}
	}

	/** The ONNX number of a value's element type. */
	int of(final String value) {
		return types.getOrDefault(value, OnnxTypes.FLOAT);
	}

	private static int type(final Tensor t) {
		return t.isFloat() ? OnnxTypes.FLOAT : OnnxTypes.INT64;
	}

	/** Constants that are read as conditions are booleans. */
	private void booleanOperands(final Node n) {
		if (n.is("Where", "Not", "And", "Or", "Xor") && of(n.input(0)) == OnnxTypes.INT64) types.put(n.input(0),
			OnnxTypes.BOOL);
		if (n.is("And", "Or", "Xor") && of(n.input(1)) == OnnxTypes.INT64) types.put(n.input(1), OnnxTypes.BOOL);
	}

	private int made(final Node n, final int output) {
		return switch (n.op().type()) {
			case "Shape", "Size", "ArgMax", "ArgMin", "NonZero" -> OnnxTypes.INT64;
			case "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Not", "And", "Or", "Xor" -> OnnxTypes.BOOL;
			case "Cast" -> OnnxTypes.kept((int) n.op().attributes().integer("to", OnnxTypes.FLOAT));
			case "ConstantOfShape" -> n.op().attributes().tensor("value") == null ? OnnxTypes.FLOAT : type(n.op().attributes()
				.tensor("value"));
			case "TopK", "MaxPool" -> output == 1 ? OnnxTypes.INT64 : of(n.input(0));
			case "Where" -> of(n.input(1));
			default -> of(n.input(0));
		};
	}
}
