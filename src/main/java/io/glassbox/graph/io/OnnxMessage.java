package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * An ONNX model on its way into a file: a protobuf message whose parameters go out piece by piece, straight from the
 * network's own arrays.
 * <p>
 * Protobuf itself would want every element copied into the message before the first byte is written, and once more to make
 * bytes of it.
 * </p>
 */
final class OnnxMessage {

	/** What protobuf can put into one message. */
	private static final long LIMIT = Integer.MAX_VALUE;

	/** A parameter: name, type and shape as a message, and the elements. */
	private record Parameter(TensorProto head, Tensor elements, int type) {

		long size() {
			return head.getSerializedSize() + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER) + prefixed(
				TensorBytes.count(elements, type));
		}

		void writeTo(final CodedOutputStream out, final OutputStream raw) throws IOException {
			begin(out, GraphProto.INITIALIZER_FIELD_NUMBER, size());
			head.writeTo(out);
			begin(out, TensorProto.RAW_DATA_FIELD_NUMBER, TensorBytes.count(elements, type));
			out.flush();
			TensorBytes.write(elements, type, raw);
		}
	}

	private final ModelProto model;
	private final GraphProto graph;
	private final List<Parameter> parameters = new ArrayList<>();

	/**
	 * @param model all but its graph
	 * @param graph all but the parameters that {@link #add} takes
	 */
	OnnxMessage(final ModelProto model, final GraphProto graph) {
		this.model = model;
		this.graph = graph;
	}

	/** @param head name, type and shape */
	void add(final TensorProto head, final Tensor elements) {
		parameters.add(new Parameter(head, elements, head.getDataType()));
	}

	private static long prefixed(final long length) {
		return CodedOutputStream.computeUInt64SizeNoTag(length) + length;
	}

	private static void begin(final CodedOutputStream out, final int field, final long length) throws IOException {
		out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
		out.writeUInt64NoTag(length);
	}

	private long graphSize() {
		return graph.getSerializedSize() + parameters.stream().mapToLong(p -> CodedOutputStream.computeTagSize(
			GraphProto.INITIALIZER_FIELD_NUMBER) + prefixed(p.size())).sum();
	}

	/** Bytes of the message. */
	long size() {
		return model.getSerializedSize() + CodedOutputStream.computeTagSize(ModelProto.GRAPH_FIELD_NUMBER) + prefixed(
			graphSize());
	}

	/** @throws GlassboxException if it exceeds the 2 GB of one message */
	void writeTo(final OutputStream raw) throws IOException {
		check();
		final CodedOutputStream out = CodedOutputStream.newInstance(raw);
		model.writeTo(out);
		begin(out, ModelProto.GRAPH_FIELD_NUMBER, graphSize());
		graph.writeTo(out);
		for (final Parameter p : parameters)
			p.writeTo(out, raw);
		out.flush();
	}

	private void check() {
		if (size() > LIMIT) throw new GlassboxException("The network takes " + size() / (1 << 20) +
			" MB; an ONNX file in one piece holds 2 GB at most.");
	}

	byte[] toBytes() {
		check();
		// of the right size from the beginning, so that nothing is copied
		final ExactBytes bytes = new ExactBytes(Math.toIntExact(size()));
		try {
			writeTo(bytes);
		}
		catch (final IOException e) {
			throw new IllegalStateException("Writing to memory failed", e);
		}
		return bytes.whole();
	}

	/** Gives its own array away. */
	private static final class ExactBytes extends ByteArrayOutputStream {

		private ExactBytes(final int size) {
			super(size);
		}

		private byte[] whole() {
			return count == buf.length ? buf : toByteArray();
		}
	}
}
