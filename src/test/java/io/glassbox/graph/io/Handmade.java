package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import com.google.protobuf.ByteString;

import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Writes small ONNX files node by node, in any opset; the input is {@code x}, the output {@code y}. */
final class Handmade {

	private final long opset;
	private final GraphProto.Builder graph = GraphProto.newBuilder();

	/** @param shape of the input; a negative extent is a symbol */
	Handmade(final long opset, final int... shape) {
		this.opset = opset;
		graph.addInput(port("x", shape)).addOutput(port("y"));
	}

	static ValueInfoProto port(final String name, final int... shape) {
		final TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
		for (final int extent : shape)
			dims.addDim(extent < 0 ? TensorShapeProto.Dimension.newBuilder().setDimParam("N") : TensorShapeProto.Dimension
				.newBuilder().setDimValue(extent));
		final TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(1);
		if (shape.length > 0) type.setShape(dims);
		return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(type)).build();
	}

	/** One more input. */
	Handmade input(final String name, final int... shape) {
		graph.addInput(port(name, shape));
		return this;
	}

	/** @param attributes alternating names and values: Integer, Float, String, String[], int[], float[] or TensorProto */
	Handmade node(final String type, final String name, final List<String> in, final List<String> out,
		final Object... attributes)
	{
		return node("", type, name, in, out, attributes);
	}

	/** A node of ONNX Runtime's own, without a name. */
	Handmade microsoft(final String type, final List<String> in, final List<String> out, final Object... attributes) {
		return node(MicrosoftOperators.DOMAIN, type, "", in, out, attributes);
	}

	/** A node of any domain. */
	Handmade node(final String domain, final String type, final String name, final List<String> in,
		final List<String> out, final Object... attributes)
	{
		final NodeProto.Builder n = NodeProto.newBuilder().setDomain(domain).setOpType(type).setName(name).addAllInput(in)
			.addAllOutput(out);
		for (int i = 0; i < attributes.length; i += 2)
			n.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
		graph.addNode(n);
		return this;
	}

	/** A node from x to y. */
	Handmade xy(final String type, final Object... attributes) {
		return node(type, "", List.of("x"), List.of("y"), attributes);
	}

	private static AttributeProto attribute(final String name, final Object value) {
		final AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
		if (value instanceof Integer i) a.setType(AttributeProto.AttributeType.INT).setI(i);
		else if (value instanceof Float f) a.setType(AttributeProto.AttributeType.FLOAT).setF(f);
		else if (value instanceof String s) a.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
		else if (value instanceof TensorProto t) a.setType(AttributeProto.AttributeType.TENSOR).setT(t);
		else if (value instanceof String[] strings) {
			a.setType(AttributeProto.AttributeType.STRINGS);
			for (final String s : strings)
				a.addStrings(ByteString.copyFromUtf8(s));
		}
		else if (value instanceof float[] floats) {
			a.setType(AttributeProto.AttributeType.FLOATS);
			for (final float f : floats)
				a.addFloats(f);
		}
		else {
			a.setType(AttributeProto.AttributeType.INTS);
			for (final int i : (int[]) value)
				a.addInts(i);
		}
		return a.build();
	}

	Handmade with(final TensorProto.Builder tensor) {
		graph.addInitializer(tensor);
		return this;
	}

	static TensorProto.Builder longs(final String name, final long... values) {
		final TensorProto.Builder t = TensorProto.newBuilder().setName(name).setDataType(7).addDims(values.length);
		for (final long v : values)
			t.addInt64Data(v);
		return t;
	}

	static TensorProto.Builder floats(final String name, final float... values) {
		final TensorProto.Builder t = TensorProto.newBuilder().setName(name).setDataType(1).addDims(values.length);
		for (final float v : values)
			t.addFloatData(v);
		return t;
	}

	/** Random numbers between -1 and 1, of a seed that is the name's. */
	Handmade random(final String name, final int... shape) {
		final Random random = new Random(name.hashCode());
		final TensorProto.Builder t = TensorProto.newBuilder().setName(name).setDataType(1);
		for (final int extent : shape)
			t.addDims(extent);
		for (long i = Tensor.count(shape); i > 0; i--)
			t.addFloatData(2 * random.nextFloat() - 1);
		return with(t);
	}

	ModelProto build() {
		return ModelProto.newBuilder().setIrVersion(8).setGraph(graph).addOpsetImport(OperatorSetIdProto.newBuilder()
			.setVersion(opset)).addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(MicrosoftOperators.DOMAIN)
				.setVersion(1)).build();
	}

	Path in(final Path folder) throws IOException {
		return Files.write(folder.resolve("handmade.onnx"), build().toByteArray());
	}
}
