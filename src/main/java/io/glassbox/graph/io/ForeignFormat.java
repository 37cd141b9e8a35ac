package io.glassbox.graph.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.glassbox.graph.GlassboxException;

/** Network files of other formats, told by how they begin, and what makes an ONNX file of each. */
enum ForeignFormat {

		TFLITE("TensorFlow Lite", 4, "TFL3", "python -m tf2onnx.convert --tflite FILE --output model.onnx --opset 17"),
		HDF5("Keras or HDF5", 0, "\u0089HDF", "tf2onnx.convert.from_keras(keras.models.load_model(FILE), output_path=" +
			"'model.onnx', opset=17) in Python"),
		ORT("ONNX Runtime's own (.ort)", 4, "ORTM", "use the .onnx file that it was made from"),
		PICKLE("PyTorch's before 1.6, or a pickle's", 0, "\u0080\u0002", "load it in Python, and save it with torch.jit.save or " +
			"torch.onnx.export");

	private static final int LONGEST = 8;

	private final String format;
	private final int at;
	private final String mark;
	private final String advice;

	ForeignFormat(final String format, final int at, final String mark, final String advice) {
		this.format = format;
		this.at = at;
		this.mark = mark;
		this.advice = advice;
	}

	/** @throws GlassboxException if the file is of one of these formats; the message says which, and what to do */
	static void refuse(final Path file) {
		final String start = start(file);
		for (final ForeignFormat f : values())
			if (start.startsWith(f.mark, f.at)) throw new GlassboxException("The format of '" + file + "' is " + f.format +
				", which Glassbox does not read. Make an ONNX or TorchScript file of it: " + f.advice + ".");
	}

	private static String start(final Path file) {
		try (InputStream in = Files.newInputStream(file)) {
			return new String(in.readNBytes(LONGEST), StandardCharsets.ISO_8859_1);
		}
		catch (final IOException e) {
			throw new GlassboxException("The file '" + file + "' cannot be read (" + e.getMessage() +
				"); check its permissions and the disk.", e);
		}
	}
}
