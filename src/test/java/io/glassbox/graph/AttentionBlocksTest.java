package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;

import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.Npy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a network with attention written in six ways, and two softmaxes that are none; see export_layers.py. */
class AttentionBlocksTest {

	private static final Path LAYERS = Path.of("src/test/resources/layers");

	@ParameterizedTest
	@ValueSource(strings = { "attention.onnx", "attention.traced.pt", "attention.scripted.pt" })
	void everyWayOfWritingIsFoundAndNothingElse(final String file) {
		try (Model model = ModelFile.open(LAYERS.resolve(file), Device.cpu())) {
			assumeTrue(model.graph().isPresent(), () -> "Skipped: " + model.opaqueBecause().orElse(""));
			final Tensor input = Npy.read(LAYERS.resolve("attention.input.npy"));
			final List<AttentionBlocks.Block> blocks = AttentionBlocks.of(model.network());
			assertEquals(List.of("nonlocal_", "mha", "timm.0", "timm.1", "masked", "einsum"), blocks.stream().map(
				AttentionBlocks.Block::layer).toList());
			final Map<String, int[]> shapes = model.shapes(List.of(input));
			assertEquals(List.of(1, 2, 3, 3, 4, 6), blocks.stream().map(b -> b.heads(shapes)).toList());
			for (final AttentionBlocks.Block b : blocks)
				checkWeights(b, model, input, shapes);
		}
	}

	/** The weights of each place sum to one; weights and value have the places in common. */
	private static void checkWeights(final AttentionBlocks.Block b, final Model model, final Tensor input,
		final Map<String, int[]> shapes)
	{
		final Tensor weights = model.activations(List.of(input), List.of(b.weights())).get(b.weights());
		final int keys = weights.size(-1);
		for (int row = 0; row < weights.length() / keys; row++) {
			double sum = 0;
			for (int k = 0; k < keys; k++)
				sum += weights.floats()[row * keys + k];
			assertEquals(1, sum, 1e-5, b.layer());
		}
		final int[] value = shapes.get(b.value());
		assertEquals(keys, value[value.length - 2], b.layer());
		final int[] query = shapes.get(b.query());
		assertEquals(weights.size(-2), query[query.length - 2], b.layer());
	}

	@Test
	void scaleMaskAndFactorsAreTold() {
		final Network n = Network.builder().input("x", 1, 3, 4).constant("s", Tensor.scalar(0.5f)).constant("m", Tensor.of(
			new float[9], 3, 3)).constant("w", Tensor.zeros(4, 4)).node("k", "a.k", Operator.of("MatMul"), "x", "w").node("kt",
				"a", Operator.of("Transpose", "perm", new long[] { 0, 2, 1 }), "k").node("p", "a", Operator.of("MatMul"), "x",
					"kt").node("d", "a", Operator.of("Mul"), "p", "s").node("sum", "a", Operator.of("Add"), "m", "d").node("soft",
						"a.softmax", Operator.of("Softmax", "axis", -1), "sum").node("o", "a", Operator.of("MatMul"), "soft", "k").layer(
							"a", "o").output("o").build();
		assertEquals(List.of(new AttentionBlocks.Block("a", "x", "kt", "k", "sum", "soft", "o")), AttentionBlocks.of(n));
	}

	@Test
	void aFileWithoutLayerNamesGivesTheSoftmaxItsName() {
		final Network n = Network.builder().input("x", 1, 3, 3).node("p", "", Operator.of("MatMul"), "x", "x").node("soft", "",
			Operator.of("Softmax", "axis", -1), "p").node("o", "", Operator.of("MatMul"), "soft", "x").output("o").build();
		assertEquals("soft", AttentionBlocks.of(n).get(0).layer());
	}

	/** Squeezed excitation and gates weigh channels: nothing looks at other places. */
	@Test
	void aSoftmaxOverScoresIsNoAttention() {
		final Network n = Network.builder().input("x", 1, 4).constant("w", Tensor.zeros(4, 4)).node("p", "", Operator.of(
			"MatMul"), "x", "w").node("soft", "", Operator.of("Softmax", "axis", -1), "p").node("o", "", Operator.of("Mul"),
				"soft", "x").output("o").build();
		assertTrue(AttentionBlocks.of(n).isEmpty());
	}
}
