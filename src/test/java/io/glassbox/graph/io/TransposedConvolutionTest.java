package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shapes told of transposed convolutions, and what they compute, are ONNX Runtime's; a batch that is open is told so. */
class TransposedConvolutionTest {

	/** float32, sums of tens of products. */
	private static final double TOLERANCE = 1e-5;

	@TempDir
	Path folder;

	@ParameterizedTest
	@CsvSource({ "strides 2", "strides 3 pads 1", "strides 2 pads 1 output_padding 1", "strides 1 pads 0 dilations 2",
		"strides 3 pads 2 output_padding 2 dilations 2", "strides 2 auto_pad SAME_UPPER", "strides 2 auto_pad SAME_LOWER",
		"strides 3 auto_pad VALID", "strides 2 auto_pad VALID output_padding 1", "strides 2 output_shape 10",
		"strides 2 output_shape 11 auto_pad SAME_UPPER", "strides 2 output_shape 11 auto_pad SAME_LOWER",
		"strides 3 output_shape 14 dilations 2", "strides 2 group 2", "strides 2 group 2 output_padding 1 dilations 3 pads 1",
		"strides 1 auto_pad SAME_UPPER dilations 2", "strides 3 auto_pad SAME_LOWER group 2" })
	void shapesAndValuesAreThoseOfOnnxRuntime(final String settings) throws IOException {
		for (int axes = 1; axes <= 3; axes++) {
			final Path file = network(axes, settings.split(" "));
			final Tensor x = noise(shape(axes, 2, 4, 5));
			final Tensor expected = byOnnxRuntime(file, x);
			final Network network = OnnxReader.read(file);
			final int[] told = shapes(network).of("y");
			final int[] batch = expected.shape();
			batch[0] = Shapes.BATCH;
			assertArrayEquals(batch, told, axes + "D " + settings);
			try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
				assertEquals(0, Errors.relative(torch.score(List.of(x)).get(0), expected), TOLERANCE, axes + "D " + settings);
			}
		}
	}

	/** Input channels 4, kernel 3 along every axis. */
	private Path network(final int axes, final String... settings) throws IOException {
		final Object[] attributes = new Object[settings.length];
		int group = 1;
		for (int i = 0; i < settings.length; i += 2) {
			attributes[i] = settings[i];
			attributes[i + 1] = switch (settings[i]) {
				case "auto_pad" -> settings[i + 1];
				case "group" -> group = Integer.parseInt(settings[i + 1]);
				default -> same(settings[i].equals("pads") ? 2 * axes : axes, Integer.parseInt(settings[i + 1]));
			};
		}
		final int[] weight = shape(axes, 4, 6 / group, 3);
		return new Handmade(17, shape(axes, -1, 4, 5)).random("w", weight).random("b", 6).node("ConvTranspose", "up", List.of(
			"x", "w", "b"), List.of("y"), attributes).in(folder);
	}

	private static int[] same(final int count, final int value) {
		final int[] all = new int[count];
		Arrays.fill(all, value);
		return all;
	}

	private static int[] shape(final int axes, final int first, final int second, final int others) {
		final int[] shape = same(axes + 2, others);
		shape[0] = first;
		shape[1] = second;
		return shape;
	}

	private static Tensor noise(final int... shape) {
		final Random random = new Random(3);
		final float[] values = new float[Math.toIntExact(Tensor.count(shape))];
		for (int i = 0; i < values.length; i++)
			values[i] = (float) random.nextGaussian();
		return Tensor.of(values, shape);
	}

	private static Shapes shapes(final Network network) {
		final Shapes shapes = new Shapes(network.constants(), Map.of());
		final int[] x = network.inputs().get(0).shape().clone();
		x[0] = Shapes.BATCH;
		shapes.put("x", x);
		network.nodes().forEach(shapes::infer);
		return shapes;
	}

	private static Tensor byOnnxRuntime(final Path file, final Tensor x) throws IOException {
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(Files.readAllBytes(file), Device.cpu())) {
			return scorer.score(List.of(x)).get(0);
		}
	}

	/** As PyTorch exports group normalisation and F.interpolate: shapes are read off values of an open batch. */
	@Test
	void anOpenBatchIsToldBehindShapesThatAreReadOff() throws IOException {
		final Handmade file = new Handmade(17, 1, 4, 6, 6).with(Handmade.longs("groups", 0, 2, -1)).with(Handmade.longs(
			"from", 0)).with(Handmade.longs("to", 2)).with(Handmade.longs("size", 12, 12)).random("w", 4, 2, 3, 3).with(Handmade
				.floats("one", 1, 1)).with(Handmade.floats("zero", 0, 0)).node("Reshape", "", List.of("x", "groups"), List.of("g"))
			.node("InstanceNormalization", "", List.of("g", "one", "zero"), List.of("n")).node("Shape", "", List.of("x"), List
				.of("s")).node("Reshape", "", List.of("n", "s"), List.of("r")).node("ConvTranspose", "", List.of("r", "w"), List.of(
					"u"), "strides", new int[] { 2, 2 }).node("Shape", "", List.of("u"), List.of("t")).node("Slice", "", List.of("t",
						"from", "to"), List.of("head")).node("Concat", "", List.of("head", "size"), List.of("sizes"), "axis", 0).node(
							"Resize", "", List.of("u", "", "", "sizes"), List.of("y"), "mode", "nearest");
		final var model = file.build().toBuilder();
		model.getGraphBuilder().setOutput(0, Handmade.port("y", 1, 2, 12, 12));
		final Path path = Files.write(folder.resolve("open.onnx"), model.build().toByteArray());
		final Network network = OnnxReader.read(path);
		assertEquals("[x (? x 4 x 6 x 6)] [y (? x 2 x 12 x 12)]", network.inputs() + " " + network.outputs());
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			assertArrayEquals(new int[] { 3, 2, 12, 12 }, torch.score(List.of(noise(3, 4, 6, 6))).get(0).shape());
		}
	}
}
