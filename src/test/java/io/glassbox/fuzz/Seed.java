package io.glassbox.fuzz;

import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A sound network file to start from, of those {@code src/test/python/make_fuzz_seeds.py} makes.
 *
 * @param file its name in the folder
 */
record Seed(String file) {

	static final Path FOLDER = Path.of("src/test/resources/fuzz");

	/** Three networks in both formats, and one that has newer operators than PyTorch writes. */
	static final List<Seed> ALL = List.of(new Seed("pixels.onnx"), new Seed("attends.onnx"), new Seed(
		"shapes.onnx"), new Seed("newer.onnx"), new Seed("pixels.pt"), new Seed("attends.pt"), new Seed("shapes.pt"));

	boolean isOnnx() {
		return file.endsWith(".onnx");
	}

	byte[] bytes() {
		try (InputStream in = Files.newInputStream(FOLDER.resolve(file))) {
			return in.readAllBytes();
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	/** One input that the sound network takes. */
	Tensor input() {
		return Npy.read(FOLDER.resolve(file.substring(0, file.indexOf('.')) + ".input.npy"));
	}
}
