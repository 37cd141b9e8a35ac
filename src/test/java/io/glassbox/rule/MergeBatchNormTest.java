package io.glassbox.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import ai.djl.Device;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class MergeBatchNormTest {

	private static final int[] INPUT = { 2, 2, 5, 5 };

	private final Random random = new Random(5);

	private Tensor random(final int... shape) {
		final float[] v = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < v.length; i++)
			v[i] = random.nextFloat() + 0.1f;
		return Tensor.of(v, shape);
	}

	/** Convolution, normalisation, ReLU; then a linear layer with its weight either way round, normalisation. */
	private Network network(final boolean transposed, final boolean biased) {
		final Network.Builder b = Network.builder().input("x", Port.ANY, 2, 5, 5).constant("w", random(3, 2, 3, 3)).constant(
			"b", random(3)).constant("fw", transposed ? random(4, 27) : random(27, 4));
		for (final String bn : new String[] { "bn1.", "bn2." })
			for (final String p : new String[] { "gamma", "beta", "mean", "var" })
				b.constant(bn + p, random(bn.equals("bn1.") ? 3 : 4));
		final String[] conv = biased ? new String[] { "x", "w", "b" } : new String[] { "x", "w" };
		return b.node("conv", "conv", Operator.of("Conv"), conv).node("bn1", "bn1", Operator.of("BatchNormalization",
			"epsilon", 0.01), "conv", "bn1.gamma", "bn1.beta", "bn1.mean", "bn1.var").node("relu", "relu", Operator.of(
				"Relu"), "bn1").node("flat", "", Operator.of("Flatten"), "relu").node("fc", "fc", Operator.of("Gemm", "transB",
					transposed ? 1 : 0), "flat", "fw").node("bn2", "bn2", Operator.of("BatchNormalization"), "fc", "bn2.gamma",
						"bn2.beta", "bn2.mean", "bn2.var").layer("conv", "conv").layer("bn1", "bn1").layer("relu", "relu").layer(
							"fc", "fc").layer("bn2", "bn2").output("bn2").build();
	}

	@Test
	void theMergedNetworkComputesTheSame() {
		for (final boolean transposed : new boolean[] { true, false })
			for (final boolean biased : new boolean[] { true, false }) {
				final Network network = network(transposed, biased);
				final Network merged = new MergeBatchNorm().apply(network);
				assertTrue(merged.nodes().stream().noneMatch(n -> n.is("BatchNormalization")));
				final List<Tensor> x = List.of(random(INPUT));
				try (TorchExecutor a = new TorchExecutor(network, Device.cpu()); TorchExecutor b = new TorchExecutor(merged,
					Device.cpu()))
				{
					// Two float32 roundings of sums of up to 27 terms near 10.
					assertArrayEquals(a.score(x).get(0).floats(), b.score(x).get(0).floats(), 1e-3f);
				}
			}
	}

	@Test
	void theOriginalStaysAndTheLayerNameMeansTheNormalisedValue() {
		final Network network = network(true, true);
		final Network merged = new MergeBatchNorm().apply(network);
		assertEquals(6, network.nodes().size());
		assertEquals("bn1", merged.layer("bn1"));
		assertEquals("bn1", merged.layer("conv"));
		assertFalse(merged.constants().containsKey("bn1.gamma"), "folded parameters are gone");
	}

	@Test
	void aValueReadElsewhereIsNotFolded() {
		final Network shared = network(true, true).toBuilder().node("also", "", Operator.of("Relu"), "conv").output("also")
			.build();
		assertEquals(1, new MergeBatchNorm().apply(shared).nodes().stream().filter(n -> n.is("BatchNormalization"))
			.count());
	}
}
