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

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a network as ONNX, opset 17, so that other programs can run it.
 * <p>
 * {@link OnnxReader} reads the same network back: nodes, parameters, ports and layer names. The
 * operators ONNX does not have are written as several that it has, see {@link OnnxEquivalents}; those come
 * back as what was written. A file that would exceed the 2 GB of one protobuf message keeps its parameters in a second
 * file, see {@link ExternalData}.
 * </p>
 */
public final class OnnxWriter {

	private static final int OPSET = 17;
	private static final int IR_VERSION = 8;

	/** What protobuf can put into one message, less some room for the graph itself. */
	private static final long LIMIT = Integer.MAX_VALUE - (1L << 24);

	/** Constants of fewer bytes stay in the file itself: shapes and the like, which checkers want to see. */
	private static final int SMALL = 1024;

	private OnnxWriter() {}

	/**
	 * The contents of an ONNX file.
	 *
	 * @throws GlassboxException if an operator cannot be said in ONNX, or the parameters exceed 2 GB
	 */
	public static byte[] toBytes(final Network network) {
		return message(network, null).toBytes();
	}

	/**
	 * Writes an ONNX file, and beside it {@code name.onnx.data} if the parameters exceed 2 GB.
	 *
	 * @return what was written, the ONNX file first
	 * @throws GlassboxException if the network cannot be said in ONNX or a file cannot be written
	 */
	public static List<Path> write(final Network network, final Path file) {
		return write(network, file, LIMIT);
	}

	/** @param limit bytes of parameters that the file itself may hold */
	static List<Path> write(final Network network, final Path file, final long limit) {
		if (network.bytes() <= limit) {
			SafeFile.write(file, message(network, null)::writeTo);
			return List.of(file);
		}
		final Path beside = ExternalData.beside(file);
		final ExternalData data = new ExternalData(beside.getFileName().toString());
		final OnnxMessage message = message(network, data);
		SafeFile.write(Map.of(beside, data::writeTo, file, message::writeTo));
		return List.of(file, beside);
	}

	/** @param data takes the elements of the larger constants; null for none */
	private static OnnxMessage message(final Network any, final ExternalData data) {
		final Network equivalent = OnnxEquivalents.of(any);
		Opset17.check(equivalent);
		final Network network = MixedElements.resolved(equivalent);
		final ValueTypes types = new ValueTypes(network);
		final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
		final Shapes shapes = shapes(network);
		network.inputs().forEach(p -> graph.addInput(port(p.name(), p.shape(), types)));
		network.outputs().forEach(p -> graph.addOutput(port(p.name(), isTold(p) ? p.shape() : shapes.of(p.name()), types)));
		network.nodes().forEach(n -> graph.addNode(node(n)));
		final Map<TensorProto, Tensor> inside = new LinkedHashMap<>();
		network.constants().forEach((name, t) -> {
			final TensorProto.Builder head = head(name, t, types.of(name));
			if (data != null && t.bytes() >= SMALL && types.of(name) != OnnxTypes.BOOL) graph.addInitializer(data.add(t, head));
			else inside.put(head.build(), t);
		});
		final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName(
			WrittenLayers.PRODUCER).addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
		WrittenLayers.write(network, model);
		final OnnxMessage message = new OnnxMessage(model.build(), graph.build());
		inside.forEach(message::add);
		return message;
	}

	private static NodeProto node(final Node n) {
		final NodeProto.Builder node = NodeProto.newBuilder().setName(n.id()).setOpType(n.op().type()).addAllInput(n
			.inputs()).addAllOutput(n.outputs()).setDocString(n.layer());
		n.op().attributes().asMap().forEach((name, value) -> node.addAttribute(attribute(name, value)));
		return node.build();
	}

	private static AttributeProto attribute(final String name, final Object value) {
		final AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
		if (value instanceof Long i) a.setType(AttributeProto.AttributeType.INT).setI(i);
		else if (value instanceof Float f) a.setType(AttributeProto.AttributeType.FLOAT).setF(f);
		else if (value instanceof String s) a.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
		else if (value instanceof Tensor t) a.setType(AttributeProto.AttributeType.TENSOR).setT(whole(t));
		else if (value instanceof long[] list) {
			a.setType(AttributeProto.AttributeType.INTS);
			for (final long i : list)
				a.addInts(i);
		}
		else {
			a.setType(AttributeProto.AttributeType.FLOATS);
			for (final float f : (float[]) value)
				a.addFloats(f);
		}
		return a.build();
	}

	private static TensorProto.Builder head(final String name, final Tensor t, final int type) {
		final TensorProto.Builder head = TensorProto.newBuilder().setName(name).setDataType(type);
		for (final int extent : t.shape())
			head.addDims(extent);
		return head;
	}

	/** A tensor within an attribute. */
	private static TensorProto whole(final Tensor t) {
		final int type = t.isFloat() ? OnnxTypes.FLOAT : OnnxTypes.INT64;
		final ByteString.Output bytes = ByteString.newOutput(Math.toIntExact(t.bytes()));
		try {
			TensorBytes.write(t, type, bytes);
		}
		catch (final IOException e) {
			throw new IllegalStateException("Writing to memory failed", e);
		}
		return head("", t, type).setRawData(bytes.toByteString()).build();
	}

	/** Whether the axes of a port are known; one without any holds no image, nor scores of one. */
	private static boolean isTold(final Port port) {
		return port.shape() != null && port.shape().length > 0;
	}

	private static Shapes shapes(final Network network) {
		final Shapes shapes = new Shapes(network.constants(), Map.of());
		network.inputs().stream().filter(OnnxWriter::isTold).forEach(p -> shapes.put(p.name(), p.shape()));
		network.nodes().forEach(shapes::infer);
		return shapes;
	}

	private static ValueInfoProto port(final String name, final int[] shape, final ValueTypes types) {
		final TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(types.of(name));
		if (shape != null && shape.length > 0) tensor.setShape(shape(name, shape));
		return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(tensor)).build();
	}

	private static TensorShapeProto shape(final String name, final int[] extents) {
		final TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
		for (int i = 0; i < extents.length; i++) {
			final TensorShapeProto.Dimension.Builder d = TensorShapeProto.Dimension.newBuilder();
			if (extents[i] >= 0) d.setDimValue(extents[i]);
			else d.setDimParam(i == 0 ? "batch" : name + "_" + i);
			shape.addDim(d);
		}
		return shape.build();
	}
}
