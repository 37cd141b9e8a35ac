package io.glassbox.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.Device;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.io.OnnxRuntimeScorer;
import io.glassbox.graph.io.OnnxWriter;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Merged networks are compared with the networks they come from, on both engines. */
class MergeBatchNormTest {

	private final Random random = new Random(5);
	private final Network.Builder b = Network.builder();

	private Tensor random(final int... shape) {
		final float[] v = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < v.length; i++)
			v[i] = (float) random.nextGaussian();
		return Tensor.of(v, shape);
	}

	private Tensor positive(final int... shape) {
		final float[] v = random(shape).floats();
		for (int i = 0; i < v.length; i++)
			v[i] = Math.abs(v[i]) + 0.1f;
		return Tensor.of(v, shape);
	}

	private MergeBatchNormTest constant(final String name, final int... shape) {
		b.constant(name, random(shape));
		return this;
	}

	private MergeBatchNormTest node(final String id, final Operator op, final String... operands) {
		b.node(id, id, op, operands).layer(id, id);
		return this;
	}

	/** A normalisation with parameters of its own. */
	private MergeBatchNormTest norm(final String id, final int channels, final String value) {
		parameters(id, channels);
		return norm(id, id, value);
	}

	private void parameters(final String id, final int channels) {
		constant(id + ".gamma", channels).constant(id + ".beta", channels).constant(id + ".mean", channels);
		b.constant(id + ".var", positive(channels));
	}

	private MergeBatchNormTest norm(final String id, final String parameters, final String value) {
		return node(id, Operator.of("BatchNormalization", "epsilon", 0.01), value, parameters + ".gamma", parameters + ".beta",
			parameters + ".mean", parameters + ".var");
	}

	private Network network(final int[] input, final String... outputs) {
		b.input("x", input);
		for (final String out : outputs)
			b.output(out);
		return b.build();
	}

	private static long norms(final Network network) {
		return network.nodes().stream().filter(n -> n.is("BatchNormalization")).count();
	}

	/** That so many normalisations are left, and that the scores are the same. */
	private void merges(final Network network, final int left) {
		final Network merged = new MergeBatchNorm().apply(network);
		assertEquals(left, norms(merged));
		final int[] shape = network.inputs().get(0).shape();
		shape[0] = 2;
		final List<Tensor> x = List.of(random(shape));
		try (TorchExecutor before = new TorchExecutor(network, Device.cpu()); TorchExecutor after = new TorchExecutor(merged,
			Device.cpu()); OnnxRuntimeScorer written = OnnxRuntimeScorer.of(OnnxWriter.toBytes(merged), Device.cpu()))
		{
			final List<Tensor> expected = before.score(x);
			final List<Tensor> byTorch = after.score(x);
			final List<Tensor> byOnnxRuntime = written.score(x);
			for (int i = 0; i < expected.size(); i++) {
				agree(expected.get(i), byTorch.get(i));
				agree(expected.get(i), byOnnxRuntime.get(i));
			}
		}
	}

	/** Within float32 rounding of sums of some tens of terms, relative to the largest. */
	private static void agree(final Tensor expected, final Tensor found) {
		assertArrayEquals(expected.shape(), found.shape());
		float largest = 0;
		for (final float v : expected.floats())
			largest = Math.max(largest, Math.abs(v));
		assertArrayEquals(expected.floats(), found.floats(), 1e-5f * largest);
	}

	private static int[] shape(final String extents) {
		return Arrays.stream(extents.split("x")).mapToInt(Integer::parseInt).toArray();
	}

	private static int[] input(final String extents) {
		final int[] rest = shape(extents);
		final int[] all = new int[rest.length + 1];
		all[0] = Port.ANY;
		System.arraycopy(rest, 0, all, 1, rest.length);
		return all;
	}

	// -- convolutions --

	@ParameterizedTest
	@CsvSource({ "Conv, 2x9, 3x2x3, 1", "Conv, 2x7x8, 3x2x3x2, 1", "Conv, 2x5x6x7, 4x2x3x2x1, 1", "Conv, 6x7x8, 4x3x3x3, 2",
		"Conv, 4x7x8, 4x1x3x3, 4", "Conv, 4x7x8, 8x1x3x3, 4", "ConvTranspose, 3x9, 3x2x3, 1",
		"ConvTranspose, 3x5x6, 3x2x3x2, 1", "ConvTranspose, 4x5x6, 4x3x2x2, 2", "ConvTranspose, 4x5x6, 4x1x3x3, 4",
		"ConvTranspose, 6x5x6, 6x2x3x3, 3", "ConvTranspose, 4x3x4x5, 4x3x2x2x2, 2" })
	void aConvolutionOfAnyKindTakesItIn(final String type, final String input, final String weight, final int groups) {
		final int[] w = shape(weight);
		final int channels = type.equals("Conv") ? w[0] : w[1] * groups;
		for (final boolean biased : new boolean[] { true, false }) {
			final MergeBatchNormTest t = new MergeBatchNormTest().constant("w", w).constant("b", channels);
			t.node("conv", Operator.of(type, "group", groups, "pads", pads(w.length - 2)), biased ? new String[] { "x", "w",
				"b" } : new String[] { "x", "w" }).norm("bn", channels, "conv");
			merges(t.network(input(input), "bn"), 0);
		}
	}

	private static long[] pads(final int axes) {
		final long[] pads = new long[2 * axes];
		Arrays.fill(pads, 1);
		return pads;
	}

	@Test
	void aNormalisationWithoutParametersToLearnIsMerged() {
		b.constant("w", random(3, 2, 3, 3)).constant("bn.gamma", Tensor.of(new float[] { 1, 1, 1 }, 3)).constant("bn.beta",
			Tensor.zeros(3)).constant("bn.mean", random(3)).constant("bn.var", positive(3));
		merges(node("conv", Operator.of("Conv"), "x", "w").norm("bn", "bn", "conv").network(input("2x5x5"), "bn"), 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "3x1x1", "1x3x1x1", "1x1x1", "1" })
	void aBiasThatAnAddPutsOnTopIsTakenIn(final String bias) {
		constant("w", 3, 2, 3, 3).constant("b", shape(bias));
		merges(node("conv", Operator.of("Conv"), "x", "w").node("add", Operator.of("Add"), "b", "conv").norm("bn", 3, "add")
			.network(input("2x5x5"), "bn"), 0);
	}

	@Test
	void anAddThatDiffersFromPlaceToPlaceIsNoBias() {
		constant("w", 3, 2, 3, 3).constant("b", 3, 3, 1);
		merges(node("conv", Operator.of("Conv"), "x", "w").node("add", Operator.of("Add"), "conv", "b").norm("bn", 3, "add")
			.network(input("2x5x5"), "bn"), 1);
	}

	@Test
	void severalInARowAreMerged() {
		constant("w", 3, 2, 3, 3);
		merges(node("conv", Operator.of("Conv"), "x", "w").norm("bn1", 3, "conv").norm("bn2", 3, "bn1").network(input("2x5x5"),
			"bn2"), 0);
	}

	// -- what is shared --

	@Test
	void parametersThatTwoConvolutionsShareAreMergedIntoEach() {
		constant("w1", 3, 2, 3, 3).constant("w2", 3, 2, 3, 3).parameters("bn", 3);
		merges(node("conv1", Operator.of("Conv"), "x", "w1").node("conv2", Operator.of("Conv"), "x", "w2").norm("bn1", "bn",
			"conv1").norm("bn2", "bn", "conv2").node("sum", Operator.of("Add"), "bn1", "bn2").network(input("2x5x5"), "sum"), 0);
	}

	@Test
	void aConvolutionUsedTwiceGetsWeightsForEachNormalisation() {
		constant("w", 2, 2, 3, 3).constant("b", 2);
		final Operator conv = Operator.of("Conv", "pads", new long[] { 1, 1, 1, 1 });
		final Network network = node("conv", conv, "x", "w", "b").norm("bn1", 2, "conv").node("conv:2", conv, "bn1", "w", "b")
			.norm("bn2", 2, "conv:2").node("conv:3", conv, "bn2", "w", "b").network(input("2x5x5"), "conv:3");
		final float[] weight = network.constants().get("w").floats().clone();
		merges(network, 0);
		assertArrayEquals(weight, network.constants().get("w").floats(), "the network lent stays as it is");
	}

	@Test
	void aValueReadElsewhereIsNotFolded() {
		constant("w", 3, 2, 3, 3);
		merges(node("conv", Operator.of("Conv"), "x", "w").norm("bn", 3, "conv").node("also", Operator.of("Relu"), "conv")
			.network(input("2x5x5"), "bn", "also"), 1);
	}

	@Test
	void aValueThatIsAnOutputIsNotFolded() {
		constant("w", 3, 2, 3, 3);
		merges(node("conv", Operator.of("Conv"), "x", "w").norm("bn", 3, "conv").network(input("2x5x5"), "bn", "conv"), 1);
	}

	@Test
	void aValueWhoseShapeIsAskedForIsFolded() {
		constant("w", 3, 2, 3, 3);
		merges(node("conv", Operator.of("Conv"), "x", "w").node("shape", Operator.of("Shape"), "conv").norm("bn", 3, "conv")
			.node("same", Operator.of("Reshape"), "bn", "shape").network(input("2x5x5"), "same"), 0);
	}

	@Test
	void oneOverTwoConvolutionsSideBySideStays() {
		constant("w1", 3, 2, 3, 3).constant("w2", 1, 2, 3, 3);
		merges(node("conv1", Operator.of("Conv"), "x", "w1").node("conv2", Operator.of("Conv"), "x", "w2").node("both",
			Operator.of("Concat", "axis", 1), "conv1", "conv2").norm("bn", 4, "both").network(input("2x5x5"), "bn"), 1);
	}

	// -- before a convolution --

	@ParameterizedTest
	@ValueSource(longs = { 0, 1 })
	void oneBeforeAConvolutionStays(final long padding) {
		constant("w", 3, 2, 3, 3);
		merges(norm("bn", 2, "x").node("conv", Operator.of("Conv", "pads", new long[] { padding, padding, padding, padding }),
			"bn", "w").network(input("2x5x5"), "conv"), 1);
	}

	@Test
	void oneBetweenTwoConvolutionsGoesIntoTheFirst() {
		constant("w1", 2, 2, 3, 3).constant("w2", 3, 2, 3, 3);
		final Operator padded = Operator.of("Conv", "pads", new long[] { 1, 1, 1, 1 });
		merges(node("conv1", padded, "x", "w1").norm("bn", 2, "conv1").node("conv2", padded, "bn", "w2").network(input("2x5x5"),
			"conv2"), 0);
	}

	// -- linear layers --

	@ParameterizedTest
	@CsvSource({ "1, 4", "0, 4", "1, 1x4", "0, 1", "1, none" })
	void aGemmTakesItIn(final int transposed, final String bias) {
		constant("w", transposed == 1 ? new int[] { 4, 6 } : new int[] { 6, 4 });
		if (!bias.equals("none")) constant("b", shape(bias));
		final String[] operands = bias.equals("none") ? new String[] { "x", "w" } : new String[] { "x", "w", "b" };
		merges(node("fc", Operator.of("Gemm", "transB", transposed), operands).norm("bn", 4, "fc").network(input("6"), "bn"), 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "4", "1x4", "1" })
	void aMatMulOfOneRowPerSampleTakesItIn(final String bias) {
		constant("w1", 6, 5).constant("w2", 5, 4);
		node("flat", Operator.of("Flatten"), "x").node("fc1", Operator.of("MatMul"), "flat", "w1").node("relu", Operator.of(
			"Relu"), "fc1").node("fc2", Operator.of("MatMul"), "relu", "w2");
		if (!bias.equals("none")) constant("b", shape(bias)).node("add", Operator.of("Add"), "fc2", "b");
		merges(norm("bn", 4, bias.equals("none") ? "fc2" : "add").network(input("2x3"), "bn"), 0);
	}

	/** The second axis holds the rows there, as many as the columns. */
	@Test
	void aMatMulOfSeveralRowsPerSampleStays() {
		constant("w", 6, 4).constant("b", 4);
		merges(node("fc", Operator.of("MatMul"), "x", "w").node("add", Operator.of("Add"), "fc", "b").norm("bn", 4, "add")
			.network(input("4x6"), "bn"), 1);
	}

	@Test
	void aGemmThatScalesStays() {
		constant("w", 6, 4);
		merges(node("fc", Operator.of("Gemm", "alpha", 0.5), "x", "w").norm("bn", 4, "fc").network(input("6"), "bn"), 1);
	}

	// -- what cannot be folded --

	@Test
	void weightsThatAreComputedStay() {
		constant("w", 3, 2, 3, 3);
		merges(node("tanh", Operator.of("Tanh"), "w").node("conv", Operator.of("Conv"), "x", "tanh").norm("bn", 3, "conv")
			.network(input("2x5x5"), "bn"), 1);
	}

	@Test
	void numbersBeyondWhatFloatsHoldStay() {
		b.constant("w", random(1, 2, 3, 3)).constant("bn.gamma", Tensor.of(new float[] { 0 }, 1)).constant("bn.beta", random(1))
			.constant("bn.mean", random(1)).constant("bn.var", Tensor.zeros(1));
		final Network network = node("conv", Operator.of("Conv"), "x", "w").node("bn", Operator.of("BatchNormalization",
			"epsilon", 0f), "conv", "bn.gamma", "bn.beta", "bn.mean", "bn.var").network(input("2x5x5"), "bn");
		assertSame(network, new MergeBatchNorm().apply(network), "0 / 0 is no factor");
	}

	// -- names --

	@Test
	void theOriginalStaysAndTheLayerNameMeansTheNormalisedValue() {
		constant("w", 3, 2, 3, 3);
		final Network network = node("conv", Operator.of("Conv"), "x", "w").norm("bn", 3, "conv").node("relu", Operator.of(
			"Relu"), "bn").network(input("2x5x5"), "relu");
		final Network merged = new MergeBatchNorm().apply(network);
		assertEquals(3, network.nodes().size());
		assertEquals("bn", merged.layer("bn"));
		assertEquals("bn", merged.layer("conv"));
		assertFalse(merged.constants().containsKey("bn.gamma"), "folded parameters are gone");
	}
}
