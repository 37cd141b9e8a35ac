package io.glassbox.graph.io;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small networks with what PyTorch makes of them. */
record ReferenceCases(Path folder) {

	static final String[] NAMES = { "gapcnn", "vggish", "miniresnet", "minidensenet", "cnn3d" };

	static ReferenceCases of(final String name) {
		return new ReferenceCases(Path.of("src/test/resources/reference", name));
	}

	Path onnx() {
		return folder.resolve("model.onnx");
	}

	Tensor input() {
		return Npy.read(folder.resolve("input.npy"));
	}

	Tensor logits() {
		return Npy.read(folder.resolve("logits.npy"));
	}

	JsonObject json() throws IOException {
		return JsonParser.parseString(Files.readString(folder.resolve("case.json"))).getAsJsonObject();
	}

	/** Largest difference, relative to the largest value. */
	static double error(final Tensor expected, final Tensor found) {
		double difference = 0;
		double scale = 0;
		for (int i = 0; i < expected.length(); i++) {
			difference = Math.max(difference, Math.abs(expected.floats()[i] - found.floats()[i]));
			scale = Math.max(scale, Math.abs(expected.floats()[i]));
		}
		return found.length() == expected.length() ? difference / scale : Double.NaN;
	}
}
