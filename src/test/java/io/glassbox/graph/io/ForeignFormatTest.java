package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever opens a network of another format learns which it is, and how to make of it what can be opened. */
class ForeignFormatTest {

	@TempDir
	Path folder;

	private Path file(final String name, final String contents) throws IOException {
		return Files.writeString(folder.resolve(name), contents, StandardCharsets.ISO_8859_1);
	}

	private static void named(final Path file, final String format, final String advice) {
		final String message = assertThrows(GlassboxException.class, () -> ModelFile.open(file, Device.cpu())).getMessage();
		assertTrue(message.contains("The format of '" + file + "' is " + format) && message.contains(advice), message);
		assertTrue(message.endsWith("."), message);
	}

	@Test
	void filesAreNamedByHowTheyBegin() throws IOException {
		named(file("a.net", "\u001c\0\0\0TFL3"), "TensorFlow Lite", "--tflite");
		named(file("b.net", "\u0089HDF\r\n"), "Keras or HDF5", "from_keras");
		named(file("c.net", "\b\0\0\0ORTM"), "ONNX Runtime's own", ".onnx file that");
		named(file("d.net", "\u0080\u0002\u008a\n"), "PyTorch's before 1.6", "torch.jit.save");
		named(file("e.net", "\u0080\u0004\u0095\n"), "PyTorch's before 1.6", "torch.jit.save");
		named(file("f.net", "\u0010\0\0\0\0\0\0\0{\"w\": {}       }"), "safetensors", "load_state_dict");
		named(file("g.net", "ftrt\0\0\0\0"), "TensorRT", "built from");
		named(file("h.net", "7767517\n3 3\nInput data"), "ncnn", "made from");
		named(file("i.net", "\u00dd\u0085v\0\u0003\0\0\0"), "ncnn", "made from");
		named(file("j.net", "<?xml version=\"1.0\"?>\n<net name=\"Model0\" version=\"11\">"), "OpenVINO", "made from");
		named(file("k.net", "name: \"net\"\nlayer {\n  name: \"data\"\n"), "Caffe", "caffe2onnx");
		named(file("l.net", "{\"format\": \"graph-model\", \"modelTopology\": {}}"), "TensorFlow.js", "--tfjs");
		named(file("m.net", "MATLAB 7.3 MAT-file, Platform: GLNXA64"), "MATLAB", "exportONNXNetwork");
		named(file("n.net", "\u001c\0\0\0ET12"), "ExecuTorch", "made from");
	}

	/** Protobuf takes these for messages of ONNX that lack everything. */
	@ParameterizedTest
	@CsvSource({ "saved_model.pb, TensorFlow SavedModel, --saved-model", "frozen.pb, TensorFlow (a frozen graph), --graphdef",
		"net.caffemodel, Caffe, caffe2onnx", "net.mlmodel, Core ML, go back to", "net.engine, TensorRT, built from",
		"net.pdmodel, PaddlePaddle, paddle2onnx", "model.ckpt-9.data-00000-of-00001, TensorFlow (a checkpoint, --checkpoint" })
	void filesThatBeginLikeOnnxAreNamedByTheirNames(final String name, final String format, final String advice)
		throws IOException
	{
		named(file(name, "\n\u0003net"), format, advice);
		named(file(name, "\b\u0001\u0012\u0003net"), format, advice);
		named(file(name, "neither this nor that, and of no use as ONNX"), format, advice);
	}

	@Test
	void weightsOfNamelessFormatsAreKnownByTheirNeighbours() throws IOException {
		file("a.param", "7767517\n");
		named(file("a.bin", "\0\0\0\0numbers"), "ncnn", "made from");
		file("b.xml", "<?xml version=\"1.0\"?><net name=\"b\">");
		named(file("b.bin", "\0\0\0\0numbers"), "OpenVINO", "made from");
	}

	@Test
	void archivesAreNamedByWhatTheyHold() {
		named(new HandmadeScript().entry("metadata.json", "{}").entry("config.json", "{}").entry("model.weights.h5", "x").write(
			folder.resolve("net.keras")), "Keras (.keras)", "format='onnx'");
		named(new HandmadeScript().entry("net/saved_model.pb", "x").write(folder.resolve("net.zip")),
			"TensorFlow SavedModel", "--saved-model");
		named(new HandmadeScript().entry("net.mlpackage/Data/com.apple.CoreML/model.mlmodel", "x").write(folder.resolve(
			"net.zip")), "Core ML", "go back to");
		named(new HandmadeScript().entry("serialized_exported_program.json", "{}").entry("serialized_state_dict.pt", "x").write(
			folder.resolve("net.pt2")), "PyTorch's torch.export", "torch.export.load");
		named(new HandmadeScript().entry("net/archive_format", "pt2").entry("net/models/model.json", "{}").write(folder
			.resolve("net.pt2")), "PyTorch's torch.export", "torch.export.load");
	}

	@Test
	void foldersAreNamedByWhatTheyHold() throws IOException {
		file("saved_model.pb", "x");
		named(folder, "TensorFlow SavedModel", "--saved-model");
		final Path apple = folder.resolve("net.mlpackage");
		Files.createDirectories(apple.resolve("Data/com.apple.CoreML"));
		Files.writeString(apple.resolve("Data/com.apple.CoreML/model.mlmodel"), "x");
		named(apple, "Core ML", "go back to");
	}

	@Test
	void whatCanBeReadIsLeftAlone() throws IOException {
		Files.copy(ReferenceCases.of("gapcnn").onnx(), folder.resolve("odd.pb"));
		ModelFile.open(folder.resolve("odd.pb"), Device.cpu()).close();
		assertDoesNotThrow(() -> ForeignFormat.refuse(ReferenceCases.of("gapcnn").folder().resolve("model.pt")));
		assertDoesNotThrow(() -> ForeignFormat.refuse(new HandmadeScript().entry("saved_model.pb", "x").entry("net.onnx", "x")
			.write(folder.resolve("both.zip"))));
	}
}
