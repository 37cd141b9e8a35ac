package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;

import ai.onnx.proto.OnnxMl.TensorProto;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graphs written for one sample: those whose samples stay apart take several, the others one, as before. */
class BatchOpeningTest {

	@TempDir
	Path folder;

	private Network read(final Handmade file) throws IOException {
		return OnnxReader.read(file.in(folder));
	}

	private static Tensor run(final Network n, final Tensor x) {
		try (TorchExecutor executor = new TorchExecutor(n, Device.cpu());
				OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(OnnxWriter.toBytes(n), Device.cpu()))
		{
			final Tensor y = executor.score(List.of(x)).get(0);
			assertEquals(0, Errors.relative(scorer.score(List.of(x)).get(0), y), 1e-6);
			return y;
		}
	}

	/** Three samples at once, and each of them alone. */
	private static void assertOpen(final Network n) {
		final int[] shape = n.inputs().get(0).shape();
		assertEquals(-1, shape[0]);
		assertEquals(-1, n.outputs().get(0).shape() == null ? -1 : n.outputs().get(0).shape()[0]);
		shape[0] = 3;
		final float[] values = new float[Tensor.zeros(shape).length()];
		final Random random = new Random(5);
		for (int i = 0; i < values.length; i++)
			values[i] = random.nextFloat();
		final Tensor all = run(n, Tensor.of(values, shape));
		final int each = values.length / 3;
		shape[0] = 1;
		for (int i = 0; i < 3; i++)
			assertArrayEquals(run(n, Tensor.of(Arrays.copyOfRange(values, i * each, (i + 1) * each), shape)).floats(), all
				.sample(i).floats(), 1e-6f);
	}

	private static void assertFixed(final Network n) {
		assertEquals(1, n.inputs().get(0).shape()[0]);
	}

	@Test
	void windowsAreCutFromEachSample() throws IOException {
		assertOpen(read(new Handmade(17, 1, 4, 4, 2).with(Handmade.longs("apart", 1, 2, 2, 2, 2, 2)).with(Handmade.longs(
			"windows", 4, 4, 2)).with(Handmade.longs("back", 1, 2, 2, 2, 2, 2)).with(Handmade.longs("image", 1, 4, 4, 2)).node(
				"Reshape", "", List.of("x", "apart"), List.of("a")).node("Transpose", "", List.of("a"), List.of("b"), "perm",
					new int[] { 0, 1, 3, 2, 4, 5 }).node("Reshape", "", List.of("b", "windows"), List.of("c")).node("Softmax", "", List
						.of("c"), List.of("d"), "axis", 1).node("Reshape", "", List.of("d", "back"), List.of("e")).node("Transpose", "",
							List.of("e"), List.of("f"), "perm", new int[] { 0, 1, 3, 2, 4, 5 }).node("Reshape", "", List.of("f", "image"), List
								.of("y"))));
	}

	/** PyTorch's newer exporter says that 0 is no extent to copy, although no extent is 0. */
	@Test
	void aRowForEachSampleIsOpenWhereZeroIsNone() throws IOException {
		assertOpen(read(new Handmade(20, 1, 2, 3).with(Handmade.longs("row", 1, 6)).node("Reshape", "", List.of("x", "row"), List
			.of("y"), "allowzero", 1)));
	}

	/** The rows that were one are those of several samples then. */
	@Test
	void whatReckonsAlongTheRowsOfAllSamplesStaysAsItIs() throws IOException {
		assertFixed(read(new Handmade(13, 1, 2, 3).with(Handmade.longs("row", 1, 6)).node("Reshape", "", List.of("x", "row"), List
			.of("a")).node("Softmax", "", List.of("a"), List.of("y"), "axis", 0)));
	}

	@Test
	void aTokenIsGivenToEachSample() throws IOException {
		assertOpen(read(new Handmade(17, 1, 3, 2).with(Handmade.floats("token", 7, 8).clearDims().addDims(1).addDims(1).addDims(
			2)).node("Concat", "", List.of("token", "x"), List.of("y"), "axis", 1)));
	}

	/** As attention is exported that counts tokens along the first axis: rows of all samples' first tokens, then the second. */
	@Test
	void tokensBeforeSamplesAreRowsForAMatrix() throws IOException {
		assertOpen(read(new Handmade(17, 1, 3, 2).with(Handmade.longs("rows", 3, 2)).with(Handmade.longs("tokens", 3, 1, 4))
			.with(Handmade.floats("w", 1, 2, 3, 4, 5, 6, 7, 8).clearDims().addDims(2).addDims(4)).node("Transpose", "", List.of(
				"x"), List.of("a"), "perm", new int[] { 1, 0, 2 }).node("Reshape", "", List.of("a", "rows"), List.of("b")).node(
					"Gemm", "", List.of("b", "w"), List.of("c")).node("Reshape", "", List.of("c", "tokens"), List.of("d")).node(
						"Transpose", "", List.of("d"), List.of("y"), "perm", new int[] { 1, 0, 2 })));
	}

	@Test
	void sizesOfAllAxesLeaveTheBatchOpen() throws IOException {
		assertOpen(read(new Handmade(17, 1, 2, 3, 3).with(Handmade.longs("sizes", 1, 2, 6, 6)).node("Resize", "", List.of("x", "",
			"", "sizes"), List.of("y"), "mode", "nearest", "coordinate_transformation_mode", "asymmetric", "nearest_mode",
			"floor")));
	}

	/** The smallest of an image is not the smallest of several images, and a score without the axis of samples is one. */
	@ParameterizedTest
	@CsvSource({ "ReduceMin, axes, 0", "ReduceMean, , 0", "ReduceMax, axes, -3", "ArgMax, axis, 0", "Squeeze, , 0",
		"Gather, axis, 0" })
	void whatReckonsAlongTheSamplesStaysAsItIs(final String type, final String attribute, final int axis)
		throws IOException
	{
		final Handmade file = new Handmade(12, 1, 3, 4);
		if (type.equals("Gather")) file.with(Handmade.longs("first", 0)).node(type, "", List.of("x", "first"), List.of("y"));
		else if (attribute == null) file.xy(type);
		else file.xy(type, attribute, attribute.equals("axes") ? new int[] { axis } : (Object) axis);
		assertFixed(read(file));
	}

	/** One row of one sample is a row for each of several. */
	@ParameterizedTest
	@ValueSource(strings = { "Flatten", "Softmax" })
	void whatReckonsOverAllOfOneSampleDoesSoOfEach(final String type) throws IOException {
		assertOpen(read(new Handmade(12, 1, 3, 4).xy(type, "axis", 0)));
	}

	/** A list before a matrix, and samples as the rows of a matrix behind another, are summed over. */
	@Test
	void aProductAlongTheSamplesStaysAsItIs() throws IOException {
		final Network row = read(new Handmade(17, 2).with(matrix("w", 2, 3)).node("MatMul", "", List.of("x", "w"), List.of("y")));
		assertArrayEquals(new int[] { 2 }, row.inputs().get(0).shape());
		assertArrayEquals(new int[] { 1, 2 }, read(new Handmade(17, 1, 2).with(matrix("w", 3, 1)).node("MatMul", "", List.of("w",
			"x"), List.of("y"))).inputs().get(0).shape());
	}

	private static TensorProto.Builder matrix(final String name, final int rows, final int columns) {
		final float[] values = new float[rows * columns];
		Arrays.fill(values, 0.5f);
		return Handmade.floats(name, values).clearDims().addDims(rows).addDims(columns);
	}

	@Test
	void aProductWithAListKeepsTheSamples() throws IOException {
		assertOpen(read(new Handmade(17, 1, 3, 2).with(Handmade.floats("v", 7, 8)).node("MatMul", "", List.of("x", "v"), List.of(
			"y"))));
	}

	/** Weights that a network takes as an input have no axis of samples. */
	@Test
	void weightsThatAreAnInputStayAsTheyAre() throws IOException {
		final Network n = read(new Handmade(17, 1, 2, 4, 4).input("w", 1, 2, 3, 3).node("Conv", "", List.of("x", "w"), List.of(
			"y")));
		assertArrayEquals(new int[] { 1, 2, 3, 3 }, n.inputs().get(1).shape());
	}

	@Test
	void whatReckonsWithinASampleLeavesTheBatchOpen() throws IOException {
		assertOpen(read(new Handmade(12, 1, 3, 4).node("ReduceMin", "", List.of("x"), List.of("least"), "axes", new int[] { 1,
			-1 }).node("Sub", "", List.of("x", "least"), List.of("y"))));
	}

	/** Damaged; the engine says so when it runs. */
	@Test
	void axesThatAreNoIntegersMayBeAnyAndStayAsTheyAre() throws IOException {
		assertFixed(read(new Handmade(18, 1, 3, 4).with(Handmade.floats("axes", 1)).node("ReduceMean", "", List.of("x", "axes"), List
			.of("y"))));
	}

	@Test
	void aParameterWithoutANameIsNobodys() throws IOException {
		assertOpen(read(new Handmade(17, 1, 3, 4).with(Handmade.floats("", 1, 2)).xy("Relu")));
	}

	@Test
	void whatMixesSamplesStaysAsItIs() throws IOException {
		final Handmade tokensOfAll = new Handmade(17, 1, 3, 2).with(Handmade.longs("s", 3, 2)).with(Handmade.longs("t", 1, 6)).node(
			"Reshape", "", List.of("x", "s"), List.of("a")).node("Softmax", "", List.of("a"), List.of("b"), "axis", 0).node(
				"Reshape", "", List.of("b", "t"), List.of("y"));
		assertFixed(read(tokensOfAll));
		final Handmade acrossSamples = new Handmade(17, 1, 3, 2).with(Handmade.longs("s", 6, 1)).with(Handmade.longs("t", 1, 6)).node(
			"Transpose", "", List.of("x"), List.of("a"), "perm", new int[] { 1, 2, 0 }).node("Reshape", "", List.of("a", "s"),
				List.of("b")).node("Softmax", "", List.of("b"), List.of("c"), "axis", 1).node("Reshape", "", List.of("c", "t"), List
					.of("y"));
		assertFixed(read(acrossSamples));
		assertFixed(read(new Handmade(17, 1, 3, 2).with(Handmade.longs("s", 3, 2)).node("Reshape", "", List.of("x", "s"), List
			.of("y"))));
		assertFixed(read(new Handmade(17, 1, 3, 2).with(Handmade.longs("s", 3, 2)).with(Handmade.floats("row", 1, 2).clearDims()
			.addDims(1).addDims(2)).node("Reshape", "", List.of("x", "s"), List.of("a")).node("Concat", "", List.of("a", "row"),
				List.of("b"), "axis", 0).node("Unsqueeze", "", List.of("b", "zero"), List.of("y")).with(Handmade.longs("zero",
					0))));
	}
}
