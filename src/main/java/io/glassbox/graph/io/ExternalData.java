package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.glassbox.graph.Tensor;

/**
 * The file of parameters beside an ONNX file that could not hold them: the way of the ONNX standard past the 2 GB that
 * one protobuf message takes.
 * <p>
 * The elements of all tensors stand one after another, little endian, each tensor at a multiple of a memory page so that
 * programs can map it; the ONNX file says for each where it begins and how long it is.
 * </p>
 */
final class ExternalData {

	private static final int PAGE = 4096;
	private static final int CHUNK = 1 << 20;

	private record Part(Tensor tensor, long offset) {}

	private final String name;
	private final List<Part> parts = new ArrayList<>();
	private long end;

	/** @param name of the file, in the folder of the ONNX file */
	ExternalData(final String name) {
		this.name = name;
	}

	/** The name of the file beside {@code model.onnx}: {@code model.onnx.data}. */
	static Path beside(final Path onnx) {
		return onnx.resolveSibling(onnx.getFileName() + ".data");
	}

	/** Takes a tensor in and tells the proto where its elements will be. */
	void add(final Tensor t, final TensorProto.Builder proto) {
		final long offset = (end + PAGE - 1) / PAGE * PAGE;
		parts.add(new Part(t, offset));
		end = offset + t.bytes();
		proto.setDataLocation(TensorProto.DataLocation.EXTERNAL).addExternalData(entry("location", name)).addExternalData(
			entry("offset", Long.toString(offset))).addExternalData(entry("length", Long.toString(t.bytes())));
	}

	private static StringStringEntryProto entry(final String key, final String value) {
		return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
	}

	void writeTo(final OutputStream out) throws IOException {
		long at = 0;
		for (final Part part : parts) {
			out.write(new byte[(int) (part.offset - at)]);
			elements(part.tensor, out);
			at = part.offset + part.tensor.bytes();
		}
	}

	/** Piece by piece, so that no second copy of a large tensor is made. */
	private static void elements(final Tensor t, final OutputStream out) throws IOException {
		final int size = t.isFloat() ? Float.BYTES : Long.BYTES;
		final ByteBuffer piece = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
		for (int from = 0; from < t.length(); from += CHUNK / size) {
			final int count = Math.min(CHUNK / size, t.length() - from);
			if (t.isFloat()) piece.asFloatBuffer().put(t.floats(), from, count);
			else piece.asLongBuffer().put(t.longs(), from, count);
			out.write(piece.array(), 0, count * size);
		}
	}
}
