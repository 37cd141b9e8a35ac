package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
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

	/** ONNX files among them that were written for one image, with that number in the shapes of windows and tokens. */
	@ParameterizedTest
	@MethodSource("files")
	void eachImageOfABatchGetsTheScoresItHasAlone(final Path file) {
		final Tensor image = Npy.read(file.resolveSibling("input.npy"));
		final List<Tensor> images = List.of(image, noise(image.shape(), 1), noise(image.shape(), 2));
		try (Model model = open(file, image); TorchExecutor executor = new TorchExecutor(model.graph().orElseThrow(), Device
			.cpu()))
		{
			for (final UnaryOperator<Tensor> engine : List.<UnaryOperator<Tensor>>of(x -> model.score(List.of(x)).get(0),
				x -> executor.score(List.of(x)).get(0)))
			{
				final Tensor scores = engine.apply(batch(images));
				assertEquals(images.size(), scores.size(0));
				for (int i = 0; i < images.size(); i++)
					assertEquals(0, Errors.relative(scores.sample(i), engine.apply(images.get(i))), TOLERANCE);
			}
		}
	}

	private static Tensor noise(final int[] shape, final long seed) {
		final Random random = new Random(seed);
		final float[] values = new float[Tensor.zeros(shape).length()];
		for (int i = 0; i < values.length; i++)
			values[i] = (float) random.nextGaussian();
		return Tensor.of(values, shape);
	}

	private static Tensor batch(final List<Tensor> images) {
		final int n = images.get(0).length();
		final float[] all = new float[images.size() * n];
		for (int i = 0; i < images.size(); i++)
			System.arraycopy(images.get(i).floats(), 0, all, i * n, n);
		final int[] shape = images.get(0).shape();
		shape[0] = images.size();
		return Tensor.of(all, shape);
	}
}
