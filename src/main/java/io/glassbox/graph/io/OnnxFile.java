package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl;

import com.google.protobuf.InvalidProtocolBufferException;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.io.InputStream;
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

	/** Large parameters stay in the file: {@link OnnxOutline}. */
	static OnnxMl.ModelProto parse(final Path file) {
		if (size(file) == 0) throw broken(file, "is empty");
		ForeignFormat.refuse(file);
		final OnnxMl.ModelProto model = message(file);
		if (!model.hasGraph()) {
			ForeignFormat.refuseByName(file);
			throw broken(file, "holds no network");
		}
		if (model.getGraph().getNodeCount() == 0) throw broken(file, "holds a network without any operator");
		if (model.getOpsetImportCount() == 0) throw broken(file, "does not tell its operator set, so it is cut short");
		return model;
	}

	private static long size(final Path file) {
		if (Files.isDirectory(file)) ForeignFormat.refuse(file);
		if (Files.isDirectory(file)) throw new GlassboxException("'" + file +
			"' is a folder; choose the .onnx file inside it.");
		if (!Files.exists(file)) throw new GlassboxException("There is no file '" + file +
			"'; check the path of the model.");
		try {
			final long size = Files.size(file);
			if (size > LIMIT) throw new GlassboxException("The file '" + file +
				"' is larger than 2 GB, more than an ONNX file can hold in one piece; export it with external data.");
			return size;
		}
		catch (final IOException e) {
			throw unreadable(file, e);
		}
	}

	private static OnnxMl.ModelProto message(final Path file) {
		try (InputStream in = Files.newInputStream(file)) {
			return OnnxOutline.read(in, file.getFileName().toString());
		}
		catch (final InvalidProtocolBufferException e) {
			ForeignFormat.refuseByName(file);
			throw broken(file, "is not an ONNX network, or is cut short or damaged");
		}
		catch (final IOException e) {
			throw unreadable(file, e);
		}
	}

	private static GlassboxException unreadable(final Path file, final IOException e) {
		return new GlassboxException("The file '" + file + "' cannot be read (" + e.getMessage() +
			"); check its permissions and the disk.", e);
	}

	private static GlassboxException broken(final Path file, final String what) {
		return new GlassboxException("The file '" + file + "' " + what + "." + AGAIN);
	}
}
