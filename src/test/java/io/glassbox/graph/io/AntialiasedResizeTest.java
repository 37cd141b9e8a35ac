package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Resizing that averages over what a smaller image leaves out, from ONNX and written as ONNX again. */
class AntialiasedResizeTest {

	/** float32, sums of tens of products. */
	private static final double TOLERANCE = 1e-5;

	@TempDir
	Path folder;

	static Stream<List<Object>> settings() {
		final List<List<Object>> all = new ArrayList<>();
		for (final String mode : List.of("linear", "cubic"))
			for (final String coordinates : List.of("half_pixel", "asymmetric", "align_corners"))
				for (final int excluded : new int[] { 0, 1 })
					all.add(List.of("mode", mode, "coordinate_transformation_mode", coordinates, "exclude_outside", excluded,
						"antialias", 1));
		return all.stream();
	}

	private static Tensor random(final int... shape) {
		final Random random = new Random(5);
		final float[] values = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < values.length; i++)
			values[i] = 2 * random.nextFloat() - 1;
		return Tensor.of(values, shape);
	}

	@ParameterizedTest
	@MethodSource("settings")
	void bothEnginesGiveWhatOnnxRuntimeMakesOfTheFile(final List<Object> setting) throws IOException {
		final List<Tensor> x = List.of(random(1, 2, 11, 9));
		final Object[] attributes = setting.toArray();
		final Handmade bySize = new Handmade(18, 1, 2, 11, 9).with(Handmade.longs("sizes", 1, 2, 4, 7)).node("Resize", "", List
			.of("x", "", "", "sizes"), List.of("y"), attributes);
		final Handmade byScale = new Handmade(18, 1, 2, 11, 9).with(Handmade.floats("scales", 1, 1, 0.3f, 1.7f)).node("Resize",
			"", List.of("x", "", "scales"), List.of("y"), attributes);
		for (final Handmade h : List.of(bySize, byScale)) {
			final Path file = h.in(folder);
			final Tensor expected;
			try (OnnxRuntimeScorer runtime = OnnxRuntimeScorer.open(file, Device.cpu())) {
				expected = runtime.score(x).get(0);
			}
			final Network network = OnnxReader.read(file);
			final String what = setting + (h == bySize ? " by size" : " by scale");
			try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
				assertEquals(0, Errors.relative(torch.score(x).get(0), expected), TOLERANCE, what + " libtorch");
			}
			try (OnnxRuntimeScorer written = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu())) {
				assertEquals(0, Errors.relative(written.score(x).get(0), expected), TOLERANCE, what + " written");
			}
		}
	}

	/** Samples are not mixed, nor their number fixed. */
	@Test
	void anyNumberOfImagesIsResized() throws IOException {
		final Network network = OnnxReader.read(new Handmade(18, 1, 2, 11, 9).with(Handmade.longs("sizes", 1, 2, 4, 7)).node(
			"Resize", "", List.of("x", "", "", "sizes"), List.of("y"), "mode", "linear", "antialias", 1).in(folder));
		final Tensor three = random(3, 2, 11, 9);
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu());
				OnnxRuntimeScorer written = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu()))
		{
			final Tensor alone = torch.score(List.of(three.sample(2))).get(0);
			assertEquals(0, Errors.relative(torch.score(List.of(three)).get(0).sample(2), alone), TOLERANCE);
			assertEquals(0, Errors.relative(written.score(List.of(three)).get(0).sample(2), alone), TOLERANCE);
		}
	}

	/** Nothing but ones comes of an image of ones, however small. */
	@Test
	void weightsSumToOne() throws IOException {
		final Network network = OnnxReader.read(new Handmade(18, -1, 1, 50, 3).with(Handmade.longs("sizes", 2, 3)).node(
			"Resize", "", List.of("x", "", "", "sizes"), List.of("y"), "mode", "cubic", "antialias", 1, "axes", new int[] { 2,
				3 }).in(folder));
		final float[] ones = new float[150];
		Arrays.fill(ones, 1);
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			final float[] y = torch.score(List.of(Tensor.of(ones, 1, 1, 50, 3))).get(0).floats();
			assertArrayEquals(new float[] { 1, 1, 1, 1, 1, 1 }, y, 1e-6f);
		}
	}
}
