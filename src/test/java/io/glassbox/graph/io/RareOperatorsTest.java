package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.UnsupportedNetworkException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operators of opset 18 that few networks for images have: bits, images cut to size, images out of windows. */
class RareOperatorsTest {

	private static final int UINT8 = 2;
	private static final int INT8 = 3;
	private static final int INT64 = 7;

	@TempDir
	Path folder;

	private static Tensor libtorch(final Network network, final Tensor x) {
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			return torch.score(List.of(x)).get(0);
		}
	}

	private static Tensor onnxRuntime(final Network network, final Tensor x) {
		try (OnnxRuntimeScorer runtime = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu())) {
			return runtime.score(List.of(x)).get(0);
		}
	}

	// -- bits --

	/** x as whole numbers of a type, and as floats again what one operator makes of it. */
	private Network bits(final int type, final UnaryOperator<Handmade> operator) throws IOException {
		final Handmade file = new Handmade(18, -1, 3).with(Handmade.longs("c", 6, 6, 1)).node("Cast", "", List.of("x"), List.of(
			"i"), "to", type);
		return OnnxReader.read(operator.apply(file).node("Cast", "", List.of("o"), List.of("y"), "to", 1).in(folder));
	}

	private static final Tensor NUMBERS = Tensor.of(new float[] { 5, 200, 3 }, 1, 3);

	@ParameterizedTest
	@CsvSource({ "BitwiseAnd, 4, 0, 1", "BitwiseOr, 7, 206, 3", "BitwiseXor, 3, 206, 2" })
	void bitsAreJoined(final String type, final float a, final float b, final float c) throws IOException {
		final Network network = bits(INT64, f -> f.node(type, "", List.of("i", "c"), List.of("o")));
		assertArrayEquals(new float[] { a, b, c }, libtorch(network, NUMBERS).floats());
		final Network broadcast = bits(INT64, f -> f.with(Handmade.longs("six", 6).clearDims()).node(type, "", List.of("i",
			"six"), List.of("o")));
		assertEquals(a, libtorch(broadcast, NUMBERS).floats()[0]);
	}

	@Test
	void bitsAreTurnedAndShiftedWithinTheirNumber() throws IOException {
		assertArrayEquals(new float[] { 250, 55, 252 }, libtorch(bits(UINT8, f -> f.node("BitwiseNot", "", List.of("i"), List
			.of("o"))), NUMBERS).floats());
		assertArrayEquals(new float[] { -6, -12, -4 }, libtorch(bits(INT8, f -> f.node("BitwiseNot", "", List.of("i"), List.of(
			"o"))), Tensor.of(new float[] { 5, 11, 3 }, 1, 3)).floats());
		assertArrayEquals(new float[] { 5 * 64 % 256, 200 * 64 % 256, 6 }, libtorch(bits(UINT8, f -> f.node("BitShift", "", List
			.of("i", "c"), List.of("o"), "direction", "LEFT")), NUMBERS).floats());
		assertArrayEquals(new float[] { 0, 3, 1 }, libtorch(bits(UINT8, f -> f.node("BitShift", "", List.of("i", "c"), List.of(
			"o"), "direction", "RIGHT")), NUMBERS).floats());
	}

	// -- images --

	@ParameterizedTest
	@CsvSource({ "1 1 4 4, 1 1 2 2, 5 6 9 10", "1 1 4 4, 1 1 1 3, 4 5 6", "1 1 2 1, 1 1 3 4, 0 1 0 0 0 2 0 0 0 0 0 0",
		"1 1 4 1, 1 1 2 3, 0 2 0 0 3 0", "1 1 2 2, 1 1 2 2, 1 2 3 4" })
	void imagesAreCutAndPaddedAroundTheirCentre(final String from, final String to, final String expected) throws IOException {
		final int[] shape = ints(from);
		final int[] wanted = ints(to);
		final float[] values = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < values.length; i++)
			values[i] = i + (values.length == 16 ? 0 : 1);
		final Tensor x = Tensor.of(values, shape);
		final Network whole = OnnxReader.read(new Handmade(18, shape).with(Handmade.longs("to", Arrays.stream(wanted).asLongStream()
			.toArray())).node("CenterCropPad", "", List.of("x", "to"), List.of("a")).node("Relu", "", List.of("a"), List.of("y"))
			.in(folder));
		final Network space = OnnxReader.read(new Handmade(18, -1, 1, shape[2], shape[3]).with(Handmade.longs("to", wanted[2],
			wanted[3])).node("CenterCropPad", "", List.of("x", "to"), List.of("a"), "axes", new int[] { -2, 3 }).node("Relu", "",
				List.of("a"), List.of("y")).in(folder));
		final float[] y = new float[ints(expected).length];
		for (int i = 0; i < y.length; i++)
			y[i] = ints(expected)[i];
		for (final Network n : List.of(whole, space)) {
			assertArrayEquals(y, libtorch(n, x).floats());
			assertArrayEquals(y, onnxRuntime(n, x).floats());
		}
	}

	private static int[] ints(final String list) {
		return Arrays.stream(list.trim().split(" ")).mapToInt(Integer::parseInt).toArray();
	}

	/** Two channels, windows of 2 x 3, against a loop that adds each element of each window where it lies. */
	@ParameterizedTest
	@CsvSource({ "1 1, 1 1, 0 0 0 0", "2 1, 1 1, 0 0 0 0", "2 3, 1 2, 1 0 2 1", "1 2, 2 1, 0 1 1 0" })
	void windowsAreSummedUpWhereTheyLie(final String strides, final String dilations, final String pads) throws IOException {
		final int[] image = { 7, 8 };
		final int[] block = { 2, 3 };
		final int[] s = ints(strides);
		final int[] d = ints(dilations);
		final int[] p = ints(pads);
		final int[] n = new int[2];
		for (int i = 0; i < 2; i++)
			n[i] = (image[i] + p[i] + p[2 + i] - d[i] * (block[i] - 1) - 1) / s[i] + 1;
		final int channels = 2;
		final int window = block[0] * block[1];
		final float[] x = new float[channels * window * n[0] * n[1]];
		final Random random = new Random(3);
		for (int i = 0; i < x.length; i++)
			x[i] = random.nextFloat();
		final float[] y = new float[channels * image[0] * image[1]];
		for (int i = 0; i < x.length; i++) {
			final int column = i % (n[1]);
			final int row = i / n[1] % n[0];
			final int within = i / (n[0] * n[1]) % window;
			final int channel = i / (n[0] * n[1] * window);
			final int top = row * s[0] - p[0] + within / block[1] * d[0];
			final int left = column * s[1] - p[1] + within % block[1] * d[1];
			if (top >= 0 && top < image[0] && left >= 0 && left < image[1]) y[(channel * image[0] + top) * image[1] + left] += x[i];
		}
		final Tensor input = Tensor.of(x, 1, channels * window, n[0] * n[1]);
		final Network network = OnnxReader.read(new Handmade(18, -1, channels * window, n[0] * n[1]).with(Handmade.longs("image",
			7, 8)).with(Handmade.longs("block", 2, 3)).node("Col2Im", "", List.of("x", "image", "block"), List.of("y"), "strides",
				s, "dilations", d, "pads", p).in(folder));
		final Tensor expected = Tensor.of(y, 1, channels, 7, 8);
		assertEquals(0, Errors.relative(libtorch(network, input), expected), 1e-6);
		assertEquals(0, Errors.relative(onnxRuntime(network, input), expected), 1e-6);
	}

	@Test
	void whatTheImageDecidesIsRefused() {
		final Handmade file = new Handmade(18, -1, 1, -1, 4).with(Handmade.longs("to", 2, 2)).node("CenterCropPad", "cut", List
			.of("x", "to"), List.of("y"), "axes", new int[] { 2, 3 });
		final String message = assertThrows(UnsupportedNetworkException.class, () -> OnnxReader.read(file.in(folder)))
			.getMessage();
		assertTrue(message.contains("CenterCropPad of an axis of unknown extent"), message);
	}
}
