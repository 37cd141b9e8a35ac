package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import ai.onnx.proto.OnnxMl.TensorProto;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small graph for each change between operator sets. */
class OpsetTranslationTest {

	@TempDir
	Path folder;

	private Network read(final Handmade file) throws IOException {
		return OnnxReader.read(file.in(folder));
	}

	private static Node only(final Network n) {
		assertEquals(1, n.nodes().size());
		return n.nodes().get(0);
	}

	private static long[] longs(final Network n, final int operand) {
		return n.constant(only(n).input(operand)).orElseThrow().longs();
	}

	private static Tensor run(final Network n, final Tensor x) {
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(OnnxWriter.toBytes(n), Device.cpu())) {
			return scorer.score(List.of(x)).get(0);
		}
	}

	@Test
	void axesBecomeAnOperand() throws IOException {
		for (final String type : new String[] { "Squeeze", "Unsqueeze", "ReduceSum" }) {
			final Network n = read(new Handmade(11, -1, 1, 1).xy(type, "axes", new int[] { 2 }));
			assertArrayEquals(new long[] { 2 }, longs(n, 1), type);
			assertTrue(!only(n).op().attributes().has("axes"));
		}
	}

	@Test
	void axesOfNewerReductionsBecomeAnAttribute() throws IOException {
		final Network n = read(new Handmade(18, -1, 3, 4).with(Handmade.longs("axes", 2)).node("ReduceMean", "", List.of("x",
			"axes"), List.of("y"), "keepdims", 0));
		assertEquals(Operator.of("ReduceMean", "axes", new long[] { 2 }, "keepdims", 0), only(n).op());
		assertEquals(List.of("x"), only(n).inputs());
	}

	@Test
	void boundsOfClipBecomeOperands() throws IOException {
		final Network n = read(new Handmade(7, -1, 3).xy("Clip", "min", 0f, "max", 6f));
		assertEquals(Tensor.scalar(6), n.constant(only(n).input(2)).orElseThrow());
		assertArrayEquals(new float[] { 0, 2, 6 }, run(n, Tensor.of(new float[] { -1, 2, 9 }, 1, 3)).floats());
		final Network upper = read(new Handmade(7, -1, 3).xy("Clip", "max", 6f));
		assertEquals("", only(upper).input(1));
		assertArrayEquals(new float[] { -1, 2, 6 }, run(upper, Tensor.of(new float[] { -1, 2, 9 }, 1, 3)).floats());
	}

	@Test
	void padsSlicesAndSplitsBecomeOperands() throws IOException {
		final Network pad = read(new Handmade(7, -1, 2).xy("Pad", "pads", new int[] { 0, 1, 0, 0 }, "value", 5f));
		assertArrayEquals(new float[] { 5, 1, 2 }, run(pad, Tensor.of(new float[] { 1, 2 }, 1, 2)).floats());
		final Network slice = read(new Handmade(9, -1, 4).xy("Slice", "starts", new int[] { 1 }, "ends", new int[] { 3 },
			"axes", new int[] { 1 }));
		assertArrayEquals(new float[] { 2, 3 }, run(slice, Tensor.of(new float[] { 1, 2, 3, 4 }, 1, 4)).floats());
		final Network split = read(new Handmade(11, -1, 3).node("Split", "", List.of("x"), List.of("y", "z"), "axis", 1,
			"split", new int[] { 1, 2 }));
		assertArrayEquals(new long[] { 1, 2 }, longs(split, 1));
	}

	@Test
	void splitKeepsTheNumberOfItsParts() throws IOException {
		for (final int opset : new int[] { 11, 13, 18 }) {
			final Handmade file = new Handmade(opset, -1, 6);
			final List<String> in = List.of("x");
			final Network n = read(opset < 18 ? file.node("Split", "", in, List.of("y", "z", ""), "axis", 1) : file.node("Split",
				"", in, List.of("y", "z"), "axis", 1, "num_outputs", 3));
			assertEquals(List.of("y", "z", "Split_0.part2"), only(n).outputs());
			assertArrayEquals(new float[] { 1, 2 }, run(n, Tensor.of(new float[] { 1, 2, 3, 4, 5, 6 }, 1, 6)).floats());
		}
	}

	@Test
	void padsOfSomeAxesBecomePadsOfAll() throws IOException {
		final Network n = read(new Handmade(18, -1, 2, 3).with(Handmade.longs("pads", 1, 2)).with(Handmade.longs("axes", -1))
			.node("Pad", "", List.of("x", "pads", "", "axes"), List.of("y")));
		assertArrayEquals(new long[] { 0, 0, 1, 0, 0, 2 }, longs(n, 1));
	}

	@Test
	void whatDoesNothingVanishesAndTheOutputKeepsItsName() throws IOException {
		final Network n = read(new Handmade(13, -1, 3).node("Dropout", "", List.of("x"), List.of("a", "")).node("Relu", "",
			List.of("a"), List.of("b")).node("Identity", "", List.of("b"), List.of("y")));
		assertEquals(List.of(new Node("Relu_1", "", Operator.of("Relu"), List.of("x"), List.of("y"))), n.nodes());
	}

	@Test
	void constantsBecomeConstantsOfTheNetwork() throws IOException {
		final Network n = read(new Handmade(13, -1, 2).node("Constant", "", List.of(), List.of("c"), "value", Handmade
			.floats("", 2, 3).build()).node("Mul", "", List.of("x", "c"), List.of("y")));
		assertEquals(Tensor.of(new float[] { 2, 3 }, 2), n.constants().get("c"));
		assertEquals("Mul", only(n).op().type());
	}

	@Test
	void trainingFormsOfBatchNormalisationLoseTheirExtras() throws IOException {
		final Handmade file = new Handmade(7, -1, 1, 2);
		for (final String p : new String[] { "s", "b", "m", "v" })
			file.with(Handmade.floats(p, 1));
		final Network n = read(file.node("BatchNormalization", "", List.of("x", "s", "b", "m", "v"), List.of("y", "m2", "v2"),
			"epsilon", 0.5f, "momentum", 0.9f, "spatial", 1));
		assertEquals(Operator.of("BatchNormalization", "epsilon", 0.5f), only(n).op());
		assertEquals(List.of("y"), only(n).outputs());
	}

	@Test
	void networksExportedInTrainingModeAreRefused() {
		final Handmade norm = new Handmade(14, -1, 1, 2);
		for (final String p : new String[] { "s", "b", "m", "v" })
			norm.with(Handmade.floats(p, 1));
		norm.node("BatchNormalization", "bn1", List.of("x", "s", "b", "m", "v"), List.of("y", "m2", "v2"), "training_mode",
			1);
		final Handmade dropout = new Handmade(13, -1, 3).with(Handmade.floats("half", 0.5f)).with(truth("on", true)).node(
			"Dropout", "drop", List.of("x", "half", "on"), List.of("y"));
		assertEquals("The BatchNormalization 'bn1' was exported in training mode; export with model.eval().", assertThrows(
			UnsupportedNetworkException.class, () -> read(norm)).getMessage());
		assertEquals("The Dropout 'drop' was exported in training mode; export with model.eval().", assertThrows(
			UnsupportedNetworkException.class, () -> read(dropout)).getMessage());
	}

	@Test
	void dropoutThatIsOffVanishes() throws IOException {
		final Network n = read(new Handmade(13, -1, 3).with(Handmade.floats("half", 0.5f)).with(truth("on", false)).node(
			"Dropout", "drop", List.of("x", "half", "on"), List.of("a")).node("Relu", "", List.of("a"), List.of("y")));
		assertEquals("Relu", only(n).op().type());
	}

	private static TensorProto.Builder truth(final String name, final boolean value) {
		return TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.BOOL_VALUE).addInt32Data(value ? 1
			: 0);
	}

	@Test
	void upsampleBecomesResize() throws IOException {
		for (final int opset : new int[] { 9, 10 }) {
			final Network n = read(new Handmade(opset, -1, 1, 1, 2).with(Handmade.floats("s", 1, 1, 1, 2)).node(opset == 9
				? "Upsample" : "Resize", "", List.of("x", "s"), List.of("y"), "mode", "nearest"));
			assertEquals("Resize", only(n).op().type());
			assertArrayEquals(new float[] { 3, 3, 7, 7 }, run(n, Tensor.of(new float[] { 3, 7 }, 1, 1, 1, 2)).floats());
		}
	}

	@Test
	void oldSoftmaxNormalisesAllAxesFromTheGivenOne() throws IOException {
		final Network n = read(new Handmade(11, -1, 2, 2).xy("Softmax", "axis", 1));
		assertArrayEquals(new float[] { 0.25f, 0.25f, 0.25f, 0.25f }, run(n, Tensor.zeros(1, 2, 2)).floats());
		final Network flat = read(new Handmade(11, -1, 2).xy("Softmax", "axis", 1));
		assertEquals(Operator.of("Softmax", "axis", -1), only(flat).op());
	}

	@Test
	void samePaddingBecomesNumbers() throws IOException {
		final int[] shape = { -1, 1, 5, 6 };
		final Network n = read(new Handmade(12, shape).xy("MaxPool", "auto_pad", "SAME_UPPER", "kernel_shape", new int[] { 3,
			3 }, "strides", new int[] { 2, 2 }));
		assertArrayEquals(new long[] { 1, 0, 1, 1 }, only(n).op().attributes().integers("pads", null));
		assertTrue(!only(n).op().attributes().has("auto_pad"));
		final Network lower = read(new Handmade(12, -1, 1, -1, -1).xy("MaxPool", "auto_pad", "SAME_LOWER", "kernel_shape",
			new int[] { 2, 2 }));
		assertArrayEquals(new long[] { 1, 1, 0, 0 }, only(lower).op().attributes().integers("pads", null));
	}

	@Test
	void transposedConvolutionsFindTheirPadsFromTheSizeWanted() throws IOException {
		final Tensor x = Tensor.of(new float[] { 1, 2, 3 }, 1, 1, 3);
		// in full 1 3 5 3, the element too many cut off where the standard says
		final Object[][] cases = { { "auto_pad", "SAME_UPPER", 1, 3, 5 }, { "auto_pad", "SAME_LOWER", 3, 5, 3 }, {
			"auto_pad", "VALID", 1, 3, 5, 3 } };
		for (final Object[] c : cases) {
			final Network n = read(transposed("t", c[0], c[1]));
			final float[] expected = new float[c.length - 2];
			for (int i = 0; i < expected.length; i++)
				expected[i] = (Integer) c[2 + i];
			try (TorchExecutor torch = new TorchExecutor(n, Device.cpu())) {
				assertArrayEquals(expected, torch.score(List.of(x)).get(0).floats(), c[1].toString());
			}
			assertArrayEquals(expected, run(n, x).floats(), c[1].toString());
		}
	}

	private static Handmade transposed(final String name, final Object... attributes) {
		return new Handmade(11, -1, 1, 3).with(Handmade.floats("w", 1, 1).clearDims().addDims(1).addDims(1).addDims(2)).node(
			"ConvTranspose", name, List.of("x", "w"), List.of("y"), attributes);
	}

	@Test
	void shapeArithmeticThatIsFixedIsWorkedOut() throws IOException {
		final Network n = read(new Handmade(13, -1, 6, 2).with(Handmade.longs("one", 1)).with(Handmade.longs("open", -1)).node(
			"Shape", "", List.of("x"), List.of("s")).node("Gather", "", List.of("s", "one"), List.of("g")).node("Concat", "",
				List.of("open", "g"), List.of("c"), "axis", 0).node("Reshape", "", List.of("x", "c"), List.of("y")));
		assertEquals(List.of("Shape", "Reshape"), n.nodes().stream().map(v -> v.op().type()).toList());
		assertArrayEquals(new long[] { -1, 6 }, n.constants().get("c").longs());
	}

	@Test
	void batchSizeThatIsComputedStaysComputed() throws IOException {
		final Network n = read(new Handmade(13, 1, 6, 2).with(Handmade.longs("zero", 0)).with(Handmade.longs("open", -1))
			.node("Shape", "", List.of("x"), List.of("s")).node("Gather", "", List.of("s", "zero"), List.of("g")).node("Concat",
				"", List.of("g", "open"), List.of("c"), "axis", 0).node("Reshape", "", List.of("x", "c"), List.of("y")));
		assertArrayEquals(new int[] { 2, 12 }, run(n, Tensor.zeros(2, 6, 2)).shape());
	}

	@Test
	void viewOfABatchOfOneKeepsAnyBatch() throws IOException {
		final Network n = read(new Handmade(13, 1, 6, 2).with(Handmade.longs("s", 1, -1)).node("Reshape", "", List.of("x",
			"s"), List.of("y")));
		assertArrayEquals(new int[] { 3, 12 }, run(n, Tensor.zeros(3, 6, 2)).shape());
	}

	@Test
	void reshapeThatMixesSamplesKeepsTheBatchFixed() throws IOException {
		final Network n = read(new Handmade(13, 1, 6, 2).with(Handmade.longs("s", 3, -1)).node("Reshape", "", List.of("x",
			"s"), List.of("y")));
		assertEquals(List.of(new Port("x", new int[] { 1, 6, 2 })), n.inputs());
	}

	/** Filters 1, 3 and 2, 6, each by its mean and variance, then scaled and shifted. */
	@Test
	void standardisedWeightsAreConstants() throws IOException {
		for (final int opset : new int[] { 12, 15 }) {
			final Handmade file = new Handmade(opset, -1, 2, 2).with(Handmade.floats("w", 1, 3, 2, 6).clearDims().addDims(1)
				.addDims(2).addDims(2)).with(Handmade.floats("s", 2, 3)).with(Handmade.floats("b", 0, 1)).with(Handmade.floats("m",
					0, 0)).with(Handmade.floats("v", 1, 1)).node("BatchNormalization", "", List.of("w", "s", "b", "m", "v"), opset < 14
						? List.of("f", "m2", "v2", "m3", "v3") : List.of("f"), opset < 14 ? new Object[] { "epsilon", 0f } : new Object[] {
							"epsilon", 0f, "training_mode", 1 }).node("Add", "", List.of("x", "f"), List.of("y"));
			assertArrayEquals(new float[] { -2, 2, -2, 4 }, run(read(file), Tensor.zeros(1, 2, 2)).floats(), 1e-6f);
			assertEquals("Add", only(read(file)).op().type());
		}
	}

	@Test
	void geluBecomesWhatItStandsFor() throws IOException {
		final float[] y = run(read(new Handmade(20, -1, 2).xy("Gelu")), Tensor.of(new float[] { 1, -2 }, 1, 2)).floats();
		assertArrayEquals(new float[] { 0.8413447f, -0.0455003f }, y, 1e-6f);
	}

	@Test
	void allUnknownOperatorsAreNamedAtOnce() {
		final Handmade file = new Handmade(13, -1, 3).node("Unique", "q", List.of("x"), List.of("a")).node("DFT", "l",
			List.of("a"), List.of("b")).node("NoSuch", "", List.of("b"), List.of("y"));
		final String message = assertThrows(UnsupportedNetworkException.class, () -> read(file)).getMessage();
		assertEquals("'handmade.onnx' holds operators that Glassbox does not know: " +
			"DFT (l), NoSuch (node 2), Unique (q).", message);
	}

	@Test
	void operatorSetsThatCannotBeAreRefused() {
		for (final int opset : new int[] { 0, 100_000 })
			assertThrows(UnsupportedNetworkException.class, () -> read(new Handmade(opset, -1, 3).xy("Relu")));
	}

	@Test
	void aFileThatTellsNoOperatorSetIsToldFromOneOfAnUnknownDomain() throws IOException {
		final var none = new Handmade(13, -1, 3).xy("Relu").build().toBuilder().removeOpsetImport(0);
		final Path file = Files.write(folder.resolve("none.onnx"), none.build().toByteArray());
		assertEquals("'none.onnx' does not tell which version of the ONNX operator set it uses; export it again.",
			assertThrows(UnsupportedNetworkException.class, () -> OnnxReader.read(file)).getMessage());
		none.getGraphBuilder().getNodeBuilder(0).setDomain("ai.onnx.ml").setOpType("Scaler");
		Files.write(file, none.build().toByteArray());
		assertEquals("'none.onnx' holds operators that Glassbox does not know: ai.onnx.ml.Scaler (node 0).", assertThrows(
			UnsupportedNetworkException.class, () -> OnnxReader.read(file)).getMessage());
	}

	/** Standards grow by operators more than they change them. */
	@Test
	void operatorSetsBeyondTheKnownOnesAreReadAsTheNewest() throws IOException {
		final Network n = read(new Handmade(OpsetTranslation.NEWEST + 2, -1, 3).with(Handmade.longs("axes", 1)).node(
			"ReduceMean", "", List.of("x", "axes"), List.of("y")));
		assertArrayEquals(new float[] { 2 }, run(n, Tensor.of(new float[] { 1, 2, 3 }, 1, 3)).floats());
		assertTrue(n.notes().get(0).contains("version " + (OpsetTranslation.NEWEST + 2)), n.notes().toString());
	}
}
