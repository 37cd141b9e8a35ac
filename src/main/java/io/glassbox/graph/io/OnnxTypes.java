package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;

import io.glassbox.graph.Element;

/** Element types by their ONNX numbers, reduced to the three that Glassbox keeps apart. */
final class OnnxTypes {

	static final int FLOAT = DataType.FLOAT.getNumber();
	static final int INT64 = DataType.INT64.getNumber();
	static final int BOOL = DataType.BOOL.getNumber();

	private OnnxTypes() {}

	/** The type that stands for elements of a network. */
	static int of(final Element element) {
		return switch (element) {
			case FLOAT -> FLOAT;
			case INTEGER -> INT64;
			case BOOLEAN -> BOOL;
		};
	}

	/** The type that stands for {@code type} in a network; {@code type} itself if there is none. */
	static int kept(final int type) {
		final DataType t = DataType.forNumber(type);
		return switch (t == null ? DataType.UNDEFINED : t) {
			case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> FLOAT;
			case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 -> INT64;
			default -> type;
		};
	}
}
