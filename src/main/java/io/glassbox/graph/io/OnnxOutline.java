package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;

import java.io.IOException;
import java.io.InputStream;

/**
 * An ONNX model on its way out of a file: everything but the elements of large parameters, which stay where they are until
 * {@link OnnxTensors} takes each to its place.
 * <p>
 * Protobuf itself would want the whole file in memory first, so that every parameter were there twice. Here a large
 * parameter is told like one of a file of external data, which happens to be the model's own.
 * </p>
 */
final class OnnxOutline {

	/** Fewer bytes than this are not worth opening the file again. */
	static final int LARGE = 1 << 16;

	private final CodedInputStream in;
	private final String file;

	private OnnxOutline(final InputStream in, final String file) {
		this.in = CodedInputStream.newInstance(in, LARGE);
		this.in.setSizeLimit(Integer.MAX_VALUE);
		this.file = file;
	}

	/**
	 * @param in the file from its beginning
	 * @param file its name, the place of the large parameters
	 * @throws InvalidProtocolBufferException if it is no such message, or ends too early
	 */
	static ModelProto read(final InputStream in, final String file) throws IOException {
		return new OnnxOutline(in, file).model();
	}

	private ModelProto model() throws IOException {
		final ByteString.Output rest = ByteString.newOutput();
		final CodedOutputStream out = CodedOutputStream.newInstance(rest);
		final GraphProto.Builder graph = GraphProto.newBuilder();
		boolean any = false;
		for (int tag = in.readTag(); tag != 0; tag = in.readTag())
			if (isBytes(tag, ModelProto.GRAPH_FIELD_NUMBER)) {
				within(() -> graph(graph));
				any = true;
			}
			else copy(tag, out);
		out.flush();
		final ModelProto.Builder model = ModelProto.newBuilder().mergeFrom(rest.toByteString());
		return any ? model.setGraph(graph).build() : model.build();
	}

	private void graph(final GraphProto.Builder graph) throws IOException {
		final ByteString.Output rest = ByteString.newOutput();
		final CodedOutputStream out = CodedOutputStream.newInstance(rest);
		for (int tag = in.readTag(); tag != 0; tag = in.readTag())
			if (isBytes(tag, GraphProto.INITIALIZER_FIELD_NUMBER)) within(() -> graph.addInitializer(tensor()));
			else copy(tag, out);
		out.flush();
		graph.mergeFrom(rest.toByteString());
	}

	private TensorProto tensor() throws IOException {
		final ByteString.Output rest = ByteString.newOutput();
		final CodedOutputStream out = CodedOutputStream.newInstance(rest);
		long offset = 0;
		int length = 0;
		for (int tag = in.readTag(); tag != 0; tag = in.readTag())
			if (isBytes(tag, TensorProto.RAW_DATA_FIELD_NUMBER)) {
				length = in.readRawVarint32();
				offset = in.getTotalBytesRead();
				if (length < LARGE) out.writeByteArray(TensorProto.RAW_DATA_FIELD_NUMBER, in.readRawBytes(length));
				else in.skipRawBytes(length);
			}
			else copy(tag, out);
		out.flush();
		final TensorProto t = TensorProto.parseFrom(rest.toByteString());
		if (length < LARGE || t.getDataLocation() == DataLocation.EXTERNAL) return t;
		return ExternalData.at(t.toBuilder().clearRawData().clearExternalData(), file, offset, length);
	}

	private interface Part {

		void read() throws IOException;
	}

	/** Reads a message inside the message, which must end where it says. */
	private void within(final Part part) throws IOException {
		final int limit = in.pushLimit(in.readRawVarint32());
		part.read();
		in.checkLastTagWas(0);
		in.popLimit(limit);
	}

	/** Whether the tag is this field's, with a length and as many bytes after it. */
	private static boolean isBytes(final int tag, final int field) {
		return WireFormat.getTagFieldNumber(tag) == field && WireFormat.getTagWireType(
			tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
	}

	/** Takes a field over as it is; a group, which ONNX has none of, is passed over. */
	private void copy(final int tag, final CodedOutputStream out) throws IOException {
		final int field = WireFormat.getTagFieldNumber(tag);
		switch (WireFormat.getTagWireType(tag)) {
			case WireFormat.WIRETYPE_VARINT -> out.writeUInt64(field, in.readUInt64());
			case WireFormat.WIRETYPE_FIXED64 -> out.writeFixed64(field, in.readFixed64());
			case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32(field, in.readFixed32());
			case WireFormat.WIRETYPE_LENGTH_DELIMITED -> out.writeBytes(field, in.readBytes());
			default -> in.skipField(tag);
		}
	}
}
