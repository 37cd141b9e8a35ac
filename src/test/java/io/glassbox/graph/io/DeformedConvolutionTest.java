package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.UnsupportedNetworkException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code DeformConv} against loops that follow the papers. */
class DeformedConvolutionTest {

	private static final int SAMPLES = 2;
	private static final int CHANNELS = 4;
	private static final int FILTERS = 6;
	private static final int[] IMAGE = { 6, 7 };
	private static final int[] WINDOW = { 3, 2 };

	@TempDir
	Path folder;

	private static float[] random(final long seed, final double reach, final int count) {
		final Random random = new Random(seed);
		final float[] values = new float[count];
		for (int i = 0; i < count; i++)
			values[i] = (float) (reach * (2 * random.nextDouble() - 1));
		return values;
	}

	/** Between the pixels of one channel; outside of them is black. */
	private static double read(final float[] x, final int channel, final double row, final double column) {
		double sum = 0;
		for (int i = (int) Math.floor(row); i <= Math.floor(row) + 1; i++)
			for (int j = (int) Math.floor(column); j <= Math.floor(column) + 1; j++)
				if (i >= 0 && i < IMAGE[0] && j >= 0 && j < IMAGE[1]) sum += (1 - Math.abs(row - i)) * (1 - Math.abs(column - j)) *
					x[(channel * IMAGE[0] + i) * IMAGE[1] + j];
		return sum;
	}

	@ParameterizedTest
	@CsvSource({ "1, 1, 1 1, 1 1, 0 0 0 0, false", "2, 1, 2 1, 1 2, 1 0 1 2, true", "1, 2, 1 2, 2 1, 1 1 1 1, true",
		"2, 4, 1 1, 1 1, 1 1 1 1, false" })
	void windowsReadWhereTheirOffsetsSay(final int groups, final int parts, final String strides, final String dilations,
		final String pads, final boolean bent) throws IOException
	{
		final int[] s = ints(strides);
		final int[] d = ints(dilations);
		final int[] p = ints(pads);
		final int window = WINDOW[0] * WINDOW[1];
		final int[] out = new int[2];
		for (int i = 0; i < 2; i++)
			out[i] = (IMAGE[i] + p[i] + p[2 + i] - d[i] * (WINDOW[i] - 1) - 1) / s[i] + 1;
		final int places = out[0] * out[1];
		final float[] x = random(1, 1, SAMPLES * CHANNELS * IMAGE[0] * IMAGE[1]);
		final float[] w = random(2, 1, FILTERS * CHANNELS / groups * window);
		final float[] offset = random(3, 2.5, SAMPLES * parts * window * 2 * places);
		final float[] bias = random(4, 1, FILTERS);
		final float[] mask = random(5, 1, SAMPLES * parts * window * places);
		final float[] y = new float[SAMPLES * FILTERS * places];
		for (int i = 0; i < y.length; i++) {
			final int column = i % out[1];
			final int row = i / out[1] % out[0];
			final int filter = i / places % FILTERS;
			final int sample = i / (places * FILTERS);
			double sum = bent ? bias[filter] : 0;
			for (int c = 0; c < CHANNELS / groups; c++)
				for (int k = 0; k < window; k++) {
					final int channel = filter / (FILTERS / groups) * (CHANNELS / groups) + c;
					final int at = (sample * parts + channel / (CHANNELS / parts)) * window + k;
					final int place = row * out[1] + column;
					final double m = bent ? mask[at * places + place] : 1;
					sum += w[(filter * CHANNELS / groups + c) * window + k] * m * read(x, sample * CHANNELS + channel, row * s[0] -
						p[0] + k / WINDOW[1] * d[0] + offset[2 * at * places + place], column * s[1] - p[1] + k % WINDOW[1] * d[1] +
							offset[(2 * at + 1) * places + place]);
				}
			y[i] = (float) sum;
		}
		final List<String> in = new ArrayList<>(List.of("x", "w", "offset"));
		if (bent) in.addAll(List.of("bias", "mask"));
		final Handmade file = new Handmade(19, SAMPLES, CHANNELS, IMAGE[0], IMAGE[1]).with(Handmade.floats("w", w).clearDims()
			.addAllDims(List.of((long) FILTERS, (long) CHANNELS / groups, 3L, 2L))).with(Handmade.floats("offset", offset)
				.clearDims().addAllDims(List.of((long) SAMPLES, parts * window * 2L, (long) out[0], (long) out[1]))).with(Handmade
					.floats("bias", bias)).with(Handmade.floats("mask", mask).clearDims().addAllDims(List.of((long) SAMPLES, (long) parts *
						window, (long) out[0], (long) out[1]))).node("DeformConv", "", in, List.of("y"), "group", groups, "offset_group",
							parts, "strides", s, "dilations", d, "pads", p);
		final Tensor image = Tensor.of(x, SAMPLES, CHANNELS, IMAGE[0], IMAGE[1]);
		final Tensor expected = Tensor.of(y, SAMPLES, FILTERS, out[0], out[1]);
		final Network network = OnnxReader.read(file.in(folder));
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu());
				OnnxRuntimeScorer runtime = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu()))
		{
			assertEquals(0, Errors.relative(torch.score(List.of(image)).get(0), expected), 1e-5, "libtorch");
			assertEquals(0, Errors.relative(runtime.score(List.of(image)).get(0), expected), 1e-5, "ONNX Runtime");
		}
	}

	private static int[] ints(final String list) {
		return Arrays.stream(list.trim().split(" ")).mapToInt(Integer::parseInt).toArray();
	}

	@Test
	void imagesOfUnknownSizeAreRefused() {
		final Handmade file = new Handmade(19, 1, 4, -1, 7).random("w", 6, 4, 3, 2).random("offset", 1, 12, 4, 6).node(
			"DeformConv", "deform", List.of("x", "w", "offset"), List.of("y"));
		final String message = assertThrows(UnsupportedNetworkException.class, () -> OnnxReader.read(file.in(folder)))
			.getMessage();
		assertTrue(message.contains("DeformConv of values of unknown shape"), message);
	}

	/** The offsets of a small file may be computed, and as many as it likes. */
	@Test
	void noMorePlacesThanThereIsRoomForAreRead() {
		final Handmade file = new Handmade(19, 1, 4, 6, 7).random("w", 6, 4, 3, 2).with(Handmade.longs("much", 1, 12, 100_000,
			100_000)).node("ReduceMax", "", List.of("x"), List.of("most")).node("Expand", "", List.of("most", "much"), List.of(
				"offset")).node("DeformConv", "deform", List.of("x", "w", "offset"), List.of("y"));
		final String message = assertThrows(UnsupportedNetworkException.class, () -> OnnxReader.read(file.in(folder)))
			.getMessage();
		assertTrue(message.contains("places of the image"), message);
	}
}
