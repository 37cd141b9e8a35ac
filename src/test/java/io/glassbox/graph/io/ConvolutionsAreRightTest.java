package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What libtorch's blocked convolution kernels got wrong; ONNX Runtime, which has its own, tells what is right. */
class ConvolutionsAreRightTest {

	private static final Path CASE = Path.of("src/test/resources/reference/vggish");
	private static final int TARGET = 3;

	/** float32, sums of at most 230 x 27 products in another order. */
	private static final double TOLERANCE = 1e-4;

	@ParameterizedTest
	@CsvSource({ "2, 30, 5", "2, 36, 16", "2, 36, 20", "2, 64, 5", "2, 100, 64", "2, 230, 20", "3, 30, 20", "3, 230, 16" })
	void forwardAndBackForAnyNumberOfChannels(final int space, final int channels, final int filters) {
		final Random random = new Random(5);
		final int[] image = new int[space + 2];
		Arrays.fill(image, 12);
		image[0] = 1;
		image[1] = channels;
		final int[] kernel = new int[space + 2];
		Arrays.fill(kernel, 3);
		kernel[0] = filters;
		kernel[1] = channels;
		final Tensor weights = noise(random, kernel);
		final Tensor x = noise(random, image);
		final Network forward = network("Conv", image, weights);
		final Tensor expected = byOnnxRuntime(forward, x);
		final Tensor seed = noise(random, expected.shape());
		final Tensor expectedBack = byOnnxRuntime(network("ConvTranspose", expected.shape(), weights), seed);
		try (TorchExecutor executor = new TorchExecutor(forward, Device.cpu())) {
			for (int i = 0; i < 3; i++) {
				assertEquals(0, Errors.relative(executor.score(List.of(x)).get(0), expected), TOLERANCE);
				assertEquals(0, Errors.relative(executor.differentiate(List.of(x), List.of("x"), y -> List.of(seed)).gradients()
					.get("x"), expectedBack), TOLERANCE);
			}
		}
	}

	private static Network network(final String type, final int[] input, final Tensor weights) {
		final long[] pads = new long[2 * (input.length - 2)];
		Arrays.fill(pads, 1);
		return Network.builder().input("x", input).constant("w", weights).node("y", "", Operator.of(type, "pads", pads), "x",
			"w").output("y").build();
	}

	private static Tensor byOnnxRuntime(final Network network, final Tensor x) {
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu())) {
			return scorer.score(List.of(x)).get(0);
		}
	}

	private static Tensor noise(final Random random, final int... shape) {
		final float[] values = new float[Math.toIntExact(Tensor.count(shape))];
		for (int i = 0; i < values.length; i++)
			values[i] = (float) random.nextGaussian();
		return Tensor.of(values, shape);
	}

	@Test
	void theInputGradientIsRightTimeAfterTime() {
		final Network network = TorchScriptReader.read(CASE.resolve("model.pt"));
		final List<Tensor> input = List.of(Npy.read(CASE.resolve("input.npy")));
		final List<String> values = List.of(network.inputs().get(0).name());
		final Tensor expected = Npy.read(CASE.resolve("expected/captum_saliency_signed.npy"));
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			final Tensor first = gradient(executor, input, values);
			assertEquals(0, Errors.relative(first, expected), TOLERANCE);
			for (int i = 0; i < 30; i++)
				assertEquals(first, gradient(executor, input, values));
		}
	}

	private static Tensor gradient(final TorchExecutor executor, final List<Tensor> input, final List<String> values) {
		return executor.differentiate(input, values, outputs -> {
			final float[] one = new float[outputs.get(0).length()];
			one[TARGET] = 1;
			return List.of(Tensor.of(one, outputs.get(0).shape()));
		}).gradients().get(values.get(0));
	}
}
