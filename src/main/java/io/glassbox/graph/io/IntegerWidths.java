package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The integer types that the values of a file have, as far as the file tells.
 * <p>
 * All integers of a network are of 64 bits here; operators on single bits need to know how many there were.
 * </p>
 */
final class IntegerWidths {

	/** Give 64-bit integers whatever they are given. */
	private static final List<String> INDICES = List.of("Shape", "Size", "ArgMax", "ArgMin", "NonZero");

	private final Map<String, Integer> types = new HashMap<>();

	IntegerWidths(final GraphProto graph) {
		graph.getInitializerList().forEach(t -> types.put(t.getName(), t.getDataType()));
		graph.getInputList().forEach(this::told);
		graph.getValueInfoList().forEach(this::told);
		graph.getOutputList().forEach(this::told);
		graph.getNodeList().forEach(this::infer);
	}

	private void told(final ValueInfoProto value) {
		if (value.getType().hasTensorType()) types.put(value.getName(), value.getType().getTensorType().getElemType());
	}

	private void infer(final NodeProto n) {
		final Integer type = switch (n.getOpType()) {
			case "Cast" -> attribute(n, "to").map(a -> (int) a.getI()).orElse(null);
			case "Constant" -> attribute(n, "value").map(AttributeProto::getT).map(TensorProto::getDataType).orElse(null);
			default -> INDICES.contains(n.getOpType()) ? Integer.valueOf(OnnxTypes.INT64) : n.getInputCount() == 0 ? null : types
				.get(n.getInput(0));
		};
		if (type != null) n.getOutputList().forEach(out -> types.putIfAbsent(out, type));
	}

	private static Optional<AttributeProto> attribute(final NodeProto n, final String name) {
		return n.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
	}

	/** How many bits the elements of a value have if they are whole numbers without a sign, 0 if they have one, -1 if unknown. */
	int unsignedBits(final String value) {
		final DataType type = DataType.forNumber(types.getOrDefault(value, 0));
		return switch (type == null ? DataType.UNDEFINED : type) {
			case UINT8 -> 8;
			case UINT16 -> 16;
			case UINT32 -> 32;
			case UINT64 -> 64;
			case INT8, INT16, INT32, INT64 -> 0;
			default -> -1;
		};
	}
}
