package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Operators with channels last compute what ONNX Runtime makes of the standard's operator between two Transposes. On CPUs it
 * has none for these itself, in 32 bits.
 */
class NhwcOperatorsTest {

	/** float32, sums of tens of products. */
	private static final double TOLERANCE = 1e-5;

	@TempDir
	Path folder;

	/** One operator of a domain, and the standard's with the same attributes and operands. */
	record Case(String domain, String type, String standard, int[] shape, List<String> in, Object... attributes) {

		@Override
		public String toString() {
			return domain + " " + type + Arrays.deepToString(attributes);
		}
	}

	private static Handmade constants(final int... shape) {
		final int[] any = shape.clone();
		any[0] = -1;
		return new Handmade(17, any).random("w", 6, 4, 3, 2).random("depthwise", 4, 1, 3, 3).random("up", 4, 3, 3, 3).random(
			"b", 6).random("line", 6, 4, 3).random("scale", 4).random("shift", 4).with(Handmade.floats("mean", 0.1f, 0.2f, -0.3f,
				0)).with(Handmade.floats("var", 1, 2, 0.5f, 3));
	}

	private static int[] s(final int... shape) {
		return shape;
	}

	static Stream<Case> cases() {
		final int[] image = s(2, 5, 6, 4);
		final String nhwc = NhwcOperators.DOMAIN;
		final List<String> one = List.of("x");
		return Stream.of(new Case(nhwc, "Conv", "Conv", image, List.of("x", "w", "b"), "pads", s(1, 0, 2, 1), "strides", s(2,
			1)), new Case(nhwc, "Conv", "Conv", image, List.of("x", "depthwise"), "group", 4, "auto_pad", "SAME_UPPER"), new Case(
				nhwc, "Conv", "Conv", s(2, 7, 4), List.of("x", "line", "b"), "dilations", s(2)), new Case(nhwc, "ConvTranspose",
					"ConvTranspose", image, List.of("x", "up"), "strides", s(2, 2), "output_padding", s(1, 1)), new Case(nhwc,
						"MaxPool", "MaxPool", image, one, "kernel_shape", s(2, 2), "strides", s(2, 2), "ceil_mode", 1), new Case(nhwc,
							"AveragePool", "AveragePool", image, one, "kernel_shape", s(3, 3), "pads", s(1, 1, 1, 1)), new Case(nhwc,
								"GlobalAveragePool", "GlobalAveragePool", image, one), new Case(nhwc, "GlobalMaxPool", "GlobalMaxPool", image,
									one), new Case(nhwc, "BatchNormalization", "BatchNormalization", image, List.of("x", "scale", "shift", "mean",
										"var")), new Case(nhwc, "InstanceNormalization", "InstanceNormalization", image, List.of("x", "scale",
											"shift")), new Case(nhwc, "LRN", "LRN", image, one, "size", 3), new Case(nhwc, "DepthToSpace", "DepthToSpace",
												image, one, "blocksize", 2), new Case(MicrosoftOperators.DOMAIN, "NhwcMaxPool", "MaxPool", image, one,
													"kernel_shape", s(3, 2)), new Case(MicrosoftOperators.DOMAIN, "NhwcFusedConv", "Conv", image, List.of("x",
														"w", "b"), "pads", s(1, 1, 1, 1)), new Case(MicrosoftOperators.DOMAIN, "NhwcConv", "Conv", image, List
															.of("x", "w", "b"), "strides", s(2, 2)));
	}

	private static Tensor noise(final int... shape) {
		final Random random = new Random(4);
		final float[] values = new float[Math.toIntExact(Tensor.count(shape))];
		for (int i = 0; i < values.length; i++)
			values[i] = (float) random.nextGaussian();
		return Tensor.of(values, shape);
	}

	private static int[] order(final int rank, final boolean toFirst) {
		final int[] perm = new int[rank];
		Arrays.setAll(perm, i -> i == 0 ? 0 : toFirst ? i == 1 ? rank - 1 : i - 1 : i == rank - 1 ? 1 : i + 1);
		return perm;
	}

	private Tensor byOnnxRuntime(final Handmade file, final Tensor x) throws IOException {
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(Files.readAllBytes(file.in(folder)), Device.cpu())) {
			return scorer.score(List.of(x)).get(0);
		}
	}

	private Tensor byGraph(final Handmade file, final Tensor x) throws IOException {
		final Network network = OnnxReader.read(file.in(folder));
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			return torch.score(List.of(x)).get(0);
		}
	}

	@ParameterizedTest
	@MethodSource("cases")
	void theOperatorIsTheStandardsWithChannelsLast(final Case c) throws IOException {
		final Tensor x = noise(c.shape);
		final List<String> turned = new ArrayList<>(c.in);
		turned.set(0, "x1");
		final Tensor expected = byOnnxRuntime(constants(c.shape).node("Transpose", "", List.of("x"), List.of("x1"), "perm",
			order(c.shape.length, true)).node(c.standard, "", turned, List.of("y1"), c.attributes).node("Transpose", "", List.of(
				"y1"), List.of("y"), "perm", order(c.shape.length, false)), x);
		final Handmade file = constants(c.shape);
		final List<String> operands = new ArrayList<>(c.in);
		if (c.type.equals("NhwcConv")) {
			file.node("Transpose", "", List.of("w"), List.of("w1"), "perm", order(4, false));
			operands.set(1, "w1");
		}
		final Tensor found = byGraph(file.node(c.domain, c.type, "", operands, List.of("y"), c.attributes), x);
		assertEquals(0, Errors.relative(found, expected), TOLERANCE);
	}

	/** A residual block: two convolutions, the second with the sum and an activation in it. */
	@Test
	void nothingIsTurnedBetweenTwoOfThem() throws IOException {
		final Tensor x = noise(2, 5, 6, 4);
		final Handmade plain = new Handmade(17, -1, 5, 6, 4).random("v", 4, 4, 3, 3).node("Transpose", "", List.of("x"), List
			.of("x1"), "perm", s(0, 3, 1, 2)).node("Conv", "", List.of("x1", "v"), List.of("c"), "pads", s(1, 1, 1, 1)).node(
				"Conv", "", List.of("c", "v"), List.of("d"), "pads", s(1, 1, 1, 1)).node("Add", "", List.of("d", "x1"), List.of(
					"e")).node("LeakyRelu", "", List.of("e"), List.of("f"), "alpha", 0.3f).node("Transpose", "", List.of("f"), List
						.of("y"), "perm", s(0, 2, 3, 1));
		final Handmade file = new Handmade(17, -1, 5, 6, 4).random("v", 4, 4, 3, 3).node(NhwcOperators.DOMAIN, "Conv", "first",
			List.of("x", "v"), List.of("c"), "pads", s(1, 1, 1, 1)).node(MicrosoftOperators.DOMAIN, "NhwcFusedConv", "second",
				List.of("c", "v", "", "x"), List.of("y"), "pads", s(1, 1, 1, 1), "activation", "LeakyRelu", "activation_params",
				new float[] { 0.3f });
		assertEquals(0, Errors.relative(byGraph(file, x), byOnnxRuntime(plain, x)), TOLERANCE);
		final Network network = OnnxReader.read(file.in(folder));
		final long convolutions = network.nodes().stream().filter(n -> n.is("Conv")).filter(n -> network.producer(n.input(0))
			.filter(p -> p.is("Conv")).isPresent()).count();
		assertEquals(1, convolutions);
	}

	/** Three groups of two channels; ONNX's GroupNormalization is that of opset 21, ONNX Runtime has it as a function. */
	@Test
	void groupNormalisationMayHaveAnActivation() throws IOException {
		final Tensor x = noise(2, 5, 6, 4);
		final Handmade plain = new Handmade(21, -1, 5, 6, 4).random("g", 4).random("b", 4).node("Transpose", "", List.of("x"),
			List.of("x1"), "perm", s(0, 3, 1, 2)).node("GroupNormalization", "", List.of("x1", "g", "b"), List.of("n"),
				"num_groups", 2).node("Sigmoid", "", List.of("n"), List.of("s")).node("Mul", "", List.of("n", "s"), List.of("m"))
			.node("Transpose", "", List.of("m"), List.of("y"), "perm", s(0, 2, 3, 1));
		final Handmade file = new Handmade(17, -1, 5, 6, 4).random("g", 4).random("b", 4).microsoft("GroupNorm", List.of("x",
			"g", "b"), List.of("y"), "groups", 2, "activation", 1, "channels_last", 1);
		assertEquals(0, Errors.relative(byGraph(file, x), byOnnxRuntime(plain, x)), TOLERANCE);
	}

	@Test
	void whatIsNotKnownIsNamed() throws IOException {
		final Handmade file = new Handmade(17, -1, 5, 6, 4).with(Handmade.floats("scales", 1, 2, 2, 1)).node(NhwcOperators.DOMAIN,
			"Resize", "grow", List.of("x", "", "scales"), List.of("y"));
		final Path path = file.in(folder);
		final String message = assertThrows(UnsupportedNetworkException.class, () -> OnnxReader.read(path)).getMessage();
		assertTrue(message.contains("com.ms.internal.nhwc.Resize (grow)"), message);
	}
}
