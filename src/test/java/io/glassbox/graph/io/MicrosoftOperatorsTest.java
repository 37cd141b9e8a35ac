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
import java.util.stream.Stream;

import io.glassbox.graph.AttentionBlocks;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.UnsupportedNetworkException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime's own operators, written out in the standard's, compute what ONNX Runtime computes. */
class MicrosoftOperatorsTest {

	/** float32, sums of tens of products. */
	private static final double TOLERANCE = 1e-5;

	@TempDir
	Path folder;

	/** One operator, x and whatever constants to y. */
	record Case(String name, Handmade file, int[] shape) {

		@Override
		public String toString() {
			return name;
		}
	}

	private static Case of(final String type, final int[] shape, final List<Object> constants, final List<String> in,
		final Object... attributes)
	{
		final int[] any = shape.clone();
		any[0] = -1;
		final Handmade file = new Handmade(17, any);
		for (int i = 0; i < constants.size(); i += 2)
			file.random((String) constants.get(i), (int[]) constants.get(i + 1));
		final String name = type + Arrays.deepToString(attributes) + in;
		return new Case(name, file.microsoft(type, in, List.of("y"), attributes), shape);
	}

	private static int[] s(final int... shape) {
		return shape;
	}

	private static List<String> in(final String... names) {
		return List.of(names);
	}

	static Stream<Case> cases() {
		final List<Case> all = new ArrayList<>();
		final int[] image = s(2, 3, 5, 6);
		final int[] tokens = s(2, 5, 8);
		all.add(of("Gelu", image, List.of(), in("x")));
		all.add(of("FastGelu", image, List.of(), in("x")));
		all.add(of("FastGelu", tokens, List.of("b", s(8)), in("x", "b")));
		all.add(of("BiasGelu", tokens, List.of("b", s(8)), in("x", "b")));
		all.add(of("QuickGelu", image, List.of(), in("x"), "alpha", 1.702f));
		all.add(of("QuickGelu", image, List.of(), in("x"), "alpha", 1f));
		final List<Object> filter = List.of("w", s(4, 3, 3, 3), "b", s(4), "wide", s(16, 3, 3, 3), "z", s(2, 16, 5, 6));
		for (final Object[] activation : new Object[][] { { "Relu" }, { "Tanh" }, { "Sigmoid" }, { "LeakyRelu", 0.3f }, {
			"Clip", -0.2f, 0.5f }, { "HardSigmoid", 0.3f, 0.4f } })
		{
			final float[] p = new float[activation.length - 1];
			for (int i = 0; i < p.length; i++)
				p[i] = (Float) activation[1 + i];
			final Object[] named = p.length == 0 ? new Object[] { "activation", activation[0], "pads", s(1, 1, 1, 1) }
				: new Object[] { "activation", activation[0], "activation_params", p, "pads", s(1, 1, 1, 1) };
			all.add(of("FusedConv", image, filter, in("x", "w", "b"), named));
		}
		all.add(of("FusedConv", image, filter, in("x", "wide", "", "z"), "activation", "Relu", "pads", s(1, 1, 1, 1)));
		all.add(of("FusedConv", image, filter, in("x", "w"), "activation", "Relu", "auto_pad", "SAME_UPPER", "strides", s(2,
			2)));
		final List<Object> dense = List.of("w", s(4, 6), "c", s(4));
		all.add(of("FusedGemm", s(2, 6), dense, in("x", "w", "c"), "transB", 1, "activation", "Relu"));
		all.add(of("FusedGemm", s(2, 6), dense, in("x", "w", "c"), "transB", 1, "alpha", 0.5f, "beta", 2f, "activation",
			"LeakyRelu", "activation_alpha", 0.2f));
		all.add(of("FusedMatMul", s(2, 3, 4, 5), List.of("w", s(6, 5)), in("x", "w"), "transB", 1, "alpha", 0.25f));
		all.add(of("FusedMatMul", s(2, 3, 4, 5), List.of("w", s(1, 3, 4, 6)), in("x", "w"), "transA", 1));
		all.add(of("FusedMatMul", s(2, 3, 4, 5), List.of("w", s(7, 1, 3, 5)), in("x", "w"), "transB", 1, "transBatchB", 1));
		all.add(of("TransposeMatMul", s(2, 4, 5), List.of("w", s(4, 3)), in("x", "w"), "transA", 1, "alpha", 3f));
		final List<Object> norm = List.of("skip", s(1, 5, 8), "gamma", s(8), "beta", s(8), "bias", s(8));
		all.add(of("SkipLayerNormalization", s(1, 5, 8), norm, in("x", "skip", "gamma", "beta", "bias"), "epsilon", 1e-5f));
		all.add(of("SkipLayerNormalization", s(1, 5, 8), norm, in("x", "skip", "gamma"), "epsilon", 1e-5f));
		all.add(of("SkipSimplifiedLayerNormalization", s(1, 5, 8), norm, in("x", "skip", "gamma", "bias"), "epsilon", 1e-5f));
		final List<Object> packed = List.of("w", s(8, 24), "b", s(24), "bias", s(1, 2, 5, 5));
		all.add(of("Attention", tokens, packed, in("x", "w", "b"), "num_heads", 2));
		all.add(of("Attention", tokens, packed, in("x", "w", "b"), "num_heads", 4, "unidirectional", 1));
		all.add(of("Attention", tokens, packed, in("x", "w", "b", "", "", "bias"), "num_heads", 2, "scale", 0.7f));
		all.add(of("Attention", tokens, List.of("w", s(8, 20), "b", s(20)), in("x", "w", "b"), "num_heads", 2,
			"qkv_hidden_sizes", s(8, 8, 4)));
		final List<Object> apart = List.of("k", s(2, 7, 8), "v", s(2, 7, 12), "b", s(28), "k4", s(2, 2, 7, 4), "v4", s(2, 2, 7,
			4), "bias", s(1, 2, 5, 7));
		all.add(of("MultiHeadAttention", tokens, List.of(), in("x", "x", "x"), "num_heads", 2));
		all.add(of("MultiHeadAttention", tokens, apart, in("x", "k", "v"), "num_heads", 2));
		all.add(of("MultiHeadAttention", tokens, apart, in("x", "k", "v", "b"), "num_heads", 4, "scale", 0.3f));
		all.add(of("MultiHeadAttention", tokens, apart, in("x", "k", "v", "", "", "bias"), "num_heads", 2));
		all.add(of("MultiHeadAttention", tokens, apart, in("x", "k4", "v4"), "num_heads", 2));
		all.add(of("MultiHeadAttention", tokens, List.of(), in("x", "x", "x"), "num_heads", 2, "unidirectional", 1));
		all.add(masked("Attention", in("x", "w", "b", "mask"), List.of("w", s(8, 24), "b", s(24))));
		all.add(masked("MultiHeadAttention", in("x", "x", "x", "", "mask"), List.of()));
		for (final int interleaved : s(0, 1)) {
			all.add(rotary(s(2, 3, 5, 8), "interleaved", interleaved));
			all.add(rotary(s(2, 5, 24), "interleaved", interleaved, "num_heads", 3));
			all.add(rotary(s(2, 5, 24), "interleaved", interleaved));
			all.add(rotary(s(2, 5, 36), "interleaved", interleaved, "num_heads", 3, "rotary_embedding_dim", 8));
		}
		return all.stream();
	}

	/** Two samples, of which each may look at some of the places. */
	private static Case masked(final String type, final List<String> in, final List<Object> constants) {
		final Case c = of(type, s(2, 5, 8), constants, in, "num_heads", 2);
		final var mask = Handmade.longs("mask").clearDims().addDims(2).addDims(5).setDataType(6);
		for (final int m : s(1, 1, 1, 0, 0, 1, 0, 1, 1, 1))
			mask.addInt32Data(m);
		return new Case(c.name, c.file.with(mask), c.shape);
	}

	private static Case rotary(final int[] shape, final Object... attributes) {
		final Case c = of("RotaryEmbedding", shape, List.of("cos", s(9, 4), "sin", s(9, 4)), in("x", "at", "cos", "sin"),
			attributes);
		return new Case(c.name + Arrays.toString(shape), c.file.with(Handmade.longs("at", 0, 1, 2, 3, 4, 8, 6, 4, 2, 0)
			.clearDims().addDims(2).addDims(5)), shape);
	}

	private static Tensor random(final int... shape) {
		final Random random = new Random(5);
		final float[] values = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < values.length; i++)
			values[i] = 2 * random.nextFloat() - 1;
		return Tensor.of(values, shape);
	}

	@ParameterizedTest
	@MethodSource("cases")
	void theGraphComputesWhatOnnxRuntimeMakesOfTheFile(final Case c) throws IOException {
		final Path file = c.file.in(folder);
		final List<Tensor> x = List.of(random(c.shape));
		final Tensor expected;
		try (OnnxRuntimeScorer runtime = OnnxRuntimeScorer.open(file, Device.cpu())) {
			expected = runtime.score(x).get(0);
		}
		final Network network = OnnxReader.read(file);
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			assertEquals(0, Errors.relative(torch.score(x).get(0), expected), TOLERANCE, "libtorch");
		}
		try (OnnxRuntimeScorer written = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu())) {
			assertEquals(0, Errors.relative(written.score(x).get(0), expected), TOLERANCE, "written again");
		}
	}

	/** Root mean square of 3 and 4 is 5 over the root of 2; ONNX Runtime has it in the standard's domain. */
	@Test
	void simplifiedLayerNormalisationDividesByTheRootMeanSquare() throws IOException {
		final Handmade file = new Handmade(17, -1, 2).with(Handmade.floats("scale", 1, 10)).node("SimplifiedLayerNormalization",
			"", List.of("x", "scale"), List.of("y"), "axis", -1, "epsilon", 0f);
		final float root = 5 / (float) Math.sqrt(2);
		try (TorchExecutor torch = new TorchExecutor(OnnxReader.read(file.in(folder)), Device.cpu())) {
			final Tensor y = torch.score(List.of(Tensor.of(new float[] { 3, 4 }, 1, 2))).get(0);
			assertEquals(0, Errors.relative(y, Tensor.of(new float[] { 3 / root, 40 / root }, 1, 2)), 1e-6);
		}
	}

	@Test
	void sumsBeforeNormalisationAreResultsToo() throws IOException {
		final Handmade file = new Handmade(17, -1, 5, 8).random("skip", 1, 5, 8).random("gamma", 8).microsoft(
			"SkipLayerNormalization", List.of("x", "skip", "gamma"), List.of("a", "", "", "sum")).node("Add", "", List.of("a",
				"sum"), List.of("y"));
		theGraphComputesWhatOnnxRuntimeMakesOfTheFile(new Case("sum", file, s(1, 5, 8)));
	}

	@Test
	void attentionIsFoundInBothOperators() throws IOException {
		final List<Case> attending = cases().filter(c -> c.name.contains("Attention")).toList();
		assertTrue(attending.size() > 8);
		for (final Case c : attending)
			assertEquals(c.name.contains("[x, k") ? 0 : 1, AttentionBlocks.of(OnnxReader.read(c.file.in(folder))).size(), c.name);
	}

	@Test
	void whatIsNotKnownIsNamed() throws IOException {
		refused("The network uses FusedConv, ", new Handmade(17, -1, 3, 5, 6).random("w", 4, 3, 3, 3).microsoft("FusedConv",
			List.of("x", "w"), List.of("y"), "activation", "Swish"), "com.microsoft.FusedConv with the activation 'Swish'");
		refused("lengths", new Handmade(17, -1, 5, 8).random("w", 8, 24).random("b", 24).with(Handmade.longs("mask", 3, 5))
			.microsoft("Attention", List.of("x", "w", "b", "mask"), List.of("y"), "num_heads", 2),
			"Attention with a mask that is no table of ones and zeros");
		refused("cache", new Handmade(17, -1, 5, 8).random("w", 8, 24).random("b", 24).microsoft("Attention", List.of("x", "w",
			"b"), List.of("y", "present"), "num_heads", 2), "Attention with a cache of keys");
		refused("heads", new Handmade(17, -1, 5, 8).microsoft("MultiHeadAttention", List.of("x", "x", "x"), List.of("y"),
			"num_heads", 0), "MultiHeadAttention with num_heads=0");
		refused("unknown", new Handmade(17, -1, 5, 8).microsoft("GatedRelativePositionBias", List.of("x"), List.of("y")),
			"operators that Glassbox does not know: com.microsoft.GatedRelativePositionBias (node 0)");
	}

	private void refused(final String what, final Handmade file, final String sentence) {
		final String message = assertThrows(UnsupportedNetworkException.class, () -> OnnxReader.read(file.in(folder)), what)
			.getMessage();
		assertTrue(message.contains(sentence), message);
	}
}
