package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gets the ONNX message out of a file, or says in one sentence why there is none in it. */
final class OnnxFile {

	private static final long LIMIT = Integer.MAX_VALUE - 8L;
	private static final String AGAIN = " Export or copy it again.";

	private OnnxFile() {}

	/** Whether an operator of this domain is one of the ONNX standard. */
	static boolean isStandard(final String domain) {
		return domain.isEmpty() || domain.equals("ai.onnx");
	}

	static OnnxMl.ModelProto parse(final Path file) {
		final byte[] bytes = bytes(file);
		if (bytes.length == 0) throw broken(file, "is empty");
		final OnnxMl.ModelProto model = message(file, bytes);
		if (!model.hasGraph()) throw broken(file, "holds no network");
		if (model.getGraph().getNodeCount() == 0) throw broken(file, "holds a network without any operator");
		if (model.getOpsetImportCount() == 0) throw broken(file, "does not tell its operator set, so it is cut short");
		return model;
	}

	private static byte[] bytes(final Path file) {
		if (Files.isDirectory(file)) throw new GlassboxException("'" + file +
			"' is a folder; choose the .onnx file inside it.");
		if (!Files.exists(file)) throw new GlassboxException("There is no file '" + file +
			"'; check the path of the model.");
		try {
			if (Files.size(file) > LIMIT) throw new GlassboxException("The file '" + file +
				"' is larger than 2 GB, more than an ONNX file can hold in one piece; export it with external data.");
			return Files.readAllBytes(file);
		}
		catch (final IOException e) {
			throw new GlassboxException("The file '" + file + "' cannot be read (" + e.getMessage() +
				"); check its permissions and the disk.", e);
		}
	}

	/** Tensor bytes are shared with the array, not copied. */
	private static OnnxMl.ModelProto message(final Path file, final byte[] bytes) {
		final CodedInputStream in = CodedInputStream.newInstance(bytes);
		in.enableAliasing(true);
		in.setSizeLimit(Integer.MAX_VALUE);
		try {
			return OnnxMl.ModelProto.parseFrom(in);
		}
		catch (final InvalidProtocolBufferException e) {
			throw broken(file, "is not an ONNX network, or is cut short or damaged");
		}
		catch (final IOException e) {
			throw new IllegalStateException("Reading from memory failed", e);
		}
	}

	private static GlassboxException broken(final Path file, final String what) {
		return new GlassboxException("The file '" + file + "' " + what + "." + AGAIN);
	}
}
