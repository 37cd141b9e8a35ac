package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

/**
 * The hard architectures of {@code docs/coverage.md}, a few channels wide, made by {@code src/test/python/export_tiny.py}:
 * from every format they open as graphs that compute what PyTorch did, one image at a time and several.
 */
class TinyArchitecturesTest {

	private static final Path FOLDER = Path.of("src/test/resources/tiny");

	/** Random weights, float32, tens of layers. */
	private static final double TOLERANCE = 2e-5;

	static Stream<Path> files() {
		return files("model.onnx", "model.pt", "model.scripted.pt");
	}

	static Stream<Path> torchScriptFiles() {
		return files("model.pt", "model.scripted.pt");
	}

	private static Stream<Path> files(final String... formats) {
		try (Stream<Path> networks = Files.list(FOLDER)) {
			return networks.sorted().toList().stream().flatMap(n -> Arrays.stream(formats).map(n::resolve)).filter(Files::exists);
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	private static Model open(final Path file, final Tensor image) {
		return ModelFile.open(file, Device.cpu(), new Opening(Arrays.stream(image.shape()).skip(2).boxed().toList(), true));
	}

	@ParameterizedTest
	@MethodSource("files")
	void everyFormatComputesTheScoresOfPyTorch(final Path file) {
		final Tensor image = Npy.read(file.resolveSibling("input.npy"));
		final Tensor expected = Npy.read(file.resolveSibling("logits.npy"));
		try (Model model = open(file, image)) {
			assertTrue(model.graph().isPresent(), () -> model.opaqueBecause().orElse(""));
			assertEquals(0, Errors.relative(model.score(List.of(image)).get(0), expected), TOLERANCE, model.engine());
			try (TorchExecutor executor = new TorchExecutor(model.graph().get(), Device.cpu())) {
				assertEquals(0, Errors.relative(executor.score(List.of(image)).get(0), expected), TOLERANCE, "libtorch");
			}
		}
	}

	@ParameterizedTest
	@MethodSource("torchScriptFiles")
	void batchesOfAnySizeAreScored(final Path file) {
		final Tensor image = Npy.read(file.resolveSibling("input.npy"));
		final Tensor expected = Npy.read(file.resolveSibling("logits.npy"));
		final Tensor three = threeTimes(image);
		try (Model model = open(file, image); TorchExecutor executor = new TorchExecutor(model.graph().orElseThrow(), Device
			.cpu()))
		{
			for (final Tensor scores : List.of(model.score(List.of(three)).get(0), executor.score(List.of(three)).get(0))) {
				assertEquals(3, scores.size(0));
				assertEquals(0, Errors.relative(scores.sample(2), expected), TOLERANCE);
				assertArrayEquals(scores.sample(0).floats(), scores.sample(1).floats(), 1e-4f);
			}
		}
	}

	private static Tensor threeTimes(final Tensor image) {
		final int n = image.length();
		final float[] all = new float[3 * n];
		for (int i = 0; i < 3; i++)
			System.arraycopy(image.floats(), 0, all, i * n, n);
		final int[] shape = image.shape();
		shape[0] = 3;
		return Tensor.of(all, shape);
	}
}
