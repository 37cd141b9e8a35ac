package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

class GradientRepeatsTest {

	private static final Path CASE = Path.of("src/test/resources/reference/vggish");
	private static final int TARGET = 3;

	/** With the AVX-512 kernels of oneDNN three in four were wrong, no two alike. */
	@Test
	void theInputGradientIsRightTimeAfterTime() {
		final Network network = TorchScriptReader.read(CASE.resolve("model.pt"));
		final List<Tensor> input = List.of(Npy.read(CASE.resolve("input.npy")));
		final List<String> values = List.of(network.inputs().get(0).name());
		final Tensor expected = Npy.read(CASE.resolve("expected/captum_saliency_signed.npy"));
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			final Tensor first = gradient(executor, input, values);
			assertEquals(0, Errors.relative(first, expected), 1e-4);
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
