package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import java.io.IOException;
import java.io.OutputStream;
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

	/**
	 * Takes a tensor in.
	 *
	 * @param head name, type and shape
	 * @return the same, and where its elements will be
	 */
	TensorProto add(final Tensor t, final TensorProto.Builder head) {
		final long offset = (end + PAGE - 1) / PAGE * PAGE;
		parts.add(new Part(t, offset));
		end = offset + t.bytes();
		return at(head, name, offset, t.bytes());
	}

	/** The same tensor, its elements kept in a file of this name from the byte {@code offset} on. */
	static TensorProto at(final TensorProto.Builder head, final String name, final long offset, final long length) {
		return head.setDataLocation(TensorProto.DataLocation.EXTERNAL).addExternalData(entry("location", name)).addExternalData(
			entry("offset", Long.toString(offset))).addExternalData(entry("length", Long.toString(length))).build();
	}

	private static StringStringEntryProto entry(final String key, final String value) {
		return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
	}

	void writeTo(final OutputStream out) throws IOException {
		long at = 0;
		for (final Part part : parts) {
			out.write(new byte[(int) (part.offset - at)]);
			TensorBytes.write(part.tensor, part.tensor.isFloat() ? OnnxTypes.FLOAT : OnnxTypes.INT64, out);
			at = part.offset + part.tensor.bytes();
		}
	}
}
