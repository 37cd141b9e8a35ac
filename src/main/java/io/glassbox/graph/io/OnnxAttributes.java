package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.AttributeProto;

import io.glassbox.graph.Attributes;

import com.google.protobuf.ByteString;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Attributes of an ONNX node, as far as {@link Attributes} can hold them: a list of strings is one, with commas in between;
 * nested graphs are left out.
 */
final class OnnxAttributes {

	private OnnxAttributes() {}

	static Attributes read(final List<AttributeProto> list, final OnnxTensors tensors) {
		Attributes all = Attributes.NONE;
		for (final AttributeProto a : list) {
			final Object value = switch (a.getType()) {
				case FLOAT -> a.getF();
				case INT -> a.getI();
				case STRING -> a.getS().toStringUtf8();
				case TENSOR -> tensors.read(a.getT());
				case FLOATS -> floats(a);
				case INTS -> a.getIntsList().stream().mapToLong(Long::longValue).toArray();
				case STRINGS -> a.getStringsList().stream().map(ByteString::toStringUtf8).collect(Collectors.joining(","));
				default -> null;
			};
			if (value != null) all = all.with(a.getName(), value);
		}
		return all;
	}

	private static float[] floats(final AttributeProto a) {
		final float[] values = new float[a.getFloatsCount()];
		for (int i = 0; i < values.length; i++)
			values[i] = a.getFloats(i);
		return values;
	}
}
