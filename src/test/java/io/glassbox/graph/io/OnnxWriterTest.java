package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operators that ONNX lacks are compared with libtorch's own; see {@link OnnxReferenceTest} for round trips. */
class OnnxWriterTest {

	private static Tensor noise(final int... shape) {
		final Random random = new Random(1);
		final float[] data = new float[(int) Tensor.count(shape)];
		for (int i = 0; i < data.length; i++)
			data[i] = (float) random.nextGaussian();
		return Tensor.of(data, shape);
	}

	private static Network.Builder network(final int[] shape, final Operator op, final String... more) {
		final String[] operands = new String[1 + more.length];
		operands[0] = "x";
		System.arraycopy(more, 0, operands, 1, more.length);
		return Network.builder().input("x", shape).node("y", "layer", op, operands).output("y");
	}

	private static void agrees(final Network network, final Tensor x) {
		try (OnnxRuntimeScorer written = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu());
				TorchExecutor direct = new TorchExecutor(network, Device.cpu()))
		{
			final Tensor expected = direct.score(List.of(x)).get(0);
			final Tensor found = written.score(List.of(x)).get(0);
			assertArrayEquals(expected.shape(), found.shape());
			assertArrayEquals(expected.floats(), found.floats(), 1e-5f);
		}
	}

	@ParameterizedTest
	@CsvSource({ "6,6,3,2", "7,5,3,2", "3,4,7,7", "6,6,1,1", "5,9,5,1" })
	void adaptivePoolingIsWrittenForAnyExtent(final int height, final int width, final int rows, final int columns) {
		final Operator pool = Operator.of("AdaptiveAveragePool", "output_size", new long[] { rows, columns });
		final Tensor x = noise(2, 3, height, width);
		agrees(network(new int[] { Port.ANY, 3, Port.ANY, Port.ANY }, pool).build(), x);
		agrees(network(new int[] { Port.ANY, 3, height, width }, pool).build(), x);
		agrees(network(null, pool).build(), x);
	}

	@Test
	void adaptivePoolingOfVolumesAndSignalsIsWritten() {
		agrees(network(null, Operator.of("AdaptiveAveragePool", "output_size", new long[] { 2, 3, 4 })).build(), noise(1, 2, 5,
			6, 7));
		agrees(network(null, Operator.of("AdaptiveAveragePool", "output_size", new long[] { 3 })).build(), noise(2, 2, 8));
	}

	@Test
	void groupNormalisationIsWritten() {
		agrees(network(null, Operator.of("GroupNormalization", "num_groups", 2), "s", "b").constant("s", noise(4)).constant(
			"b", noise(4)).build(), noise(2, 4, 3, 5));
	}

	@Test
	void mishIsWritten() {
		agrees(network(null, Operator.of("Mish")).build(), noise(2, 9));
	}

	@Test
	void everyKindOfAttributeAndConstantComesBack(@TempDir final Path folder) {
		final Network network = Network.builder().input("x", Port.ANY, 2).constant("i", Tensor.ofLongs(new long[] { 1, -1 },
			2)).constant("f", Tensor.scalar(0.5f)).node("a", "one.two", Operator.of("Odd", "i", 3, "f", 0.25f, "s", "text", "is",
				new long[] { 1, -2 }, "fs", new float[] { 1.5f }, "t", noise(2, 1), "none", new long[0]), "x", "", "i", "f")
			.layer("one.two", "a").layer("one", "a").output("a", Port.ANY, 2).build();
		final var file = folder.resolve("n.onnx");
		OnnxWriter.write(network, file);
		final var node = OnnxFile.parse(file).getGraph().getNode(0);
		assertEquals(network.nodes().get(0).op().attributes(), OnnxAttributes.read(node.getAttributeList(), new OnnxTensors(
			file)));
		assertEquals(List.of("x", "", "i", "f"), node.getInputList());
		assertEquals(network.constants().get("i"), new OnnxTensors(file).read(OnnxFile.parse(file).getGraph()
			.getInitializerList().stream().filter(t -> t.getName().equals("i")).findFirst().orElseThrow()));
	}

	@Test
	void theShapeOfAnOutputIsToldWhereItFollowsFromTheInput(@TempDir final Path folder) {
		final Path file = folder.resolve("n.onnx");
		OnnxWriter.write(network(new int[] { Port.ANY, 3, Port.ANY, 8 }, Operator.of("MaxPool", "kernel_shape", new long[] {
			2, 2 }, "strides", new long[] { 2, 2 })).build(), file);
		assertEquals("y (? x 3 x ? x 4)", OnnxReader.read(file).outputs().get(0).toString());
	}

	private static Network linear() {
		return network(new int[] { Port.ANY, 600 }, Operator.of("Gemm"), "w", "b").constant("w", noise(600, 700)).constant("b",
			noise(700)).build();
	}

	@Test
	void parametersBeyondTheLimitGoIntoAFileBesideIt(@TempDir final Path folder) throws Exception {
		final Network network = linear();
		final Path file = folder.resolve("n.onnx");
		final Path data = folder.resolve("n.onnx.data");
		assertEquals(List.of(file), OnnxWriter.write(network, file, network.bytes()));
		final long whole = Files.size(file);
		assertTrue(whole > network.bytes());
		assertEquals(List.of(file, data), OnnxWriter.write(network, file, network.bytes() - 1));
		assertTrue(Files.size(file) < 2000 && Files.size(data) >= network.bytes(), "two files");
		assertEquals(network.constants(), OnnxReader.read(file).constants());
		try (OnnxRuntimeScorer written = OnnxRuntimeScorer.open(file, Device.cpu()); OnnxRuntimeScorer one = OnnxRuntimeScorer
			.of(OnnxWriter.toBytes(network), Device.cpu()))
		{
			final List<Tensor> x = List.of(noise(2, 600));
			assertEquals(one.score(x), written.score(x));
		}
	}

	@Test
	void theTwoFilesArePutIntoPlaceTogether(@TempDir final Path folder) throws Exception {
		final Path data = Files.createDirectory(folder.resolve("n.onnx.data"));
		final Path file = Files.writeString(folder.resolve("n.onnx"), "old");
		final String message = assertThrows(GlassboxException.class, () -> OnnxWriter.write(linear(), file, 1000)).getMessage();
		assertEquals("Cannot write " + data + ": it is a folder; give the name of a file.", message);
		assertEquals("old", Files.readString(file));
		assertEquals(2, folder.toFile().list().length);
	}

	/** What goes out piece by piece is what protobuf would have written. */
	@Test
	void theBytesAreOneMessage() throws Exception {
		final Network network = linear();
		final byte[] bytes = OnnxWriter.toBytes(network);
		final ModelProto model = ModelProto.parseFrom(bytes);
		assertEquals(model.getSerializedSize(), bytes.length);
		assertEquals(List.of("w", "b"), model.getGraph().getInitializerList().stream().map(TensorProto::getName).toList());
		assertEquals(4 * 600 * 700, model.getGraph().getInitializer(0).getRawData().size());
	}

	@Test
	void failureToWriteNamesTheFileAndLeavesNothing(@TempDir final Path folder) throws Exception {
		final Network network = network(null, Operator.of("Relu")).build();
		final Path file = Files.createFile(folder.resolve("no folder")).resolve("n.onnx");
		assertTrue(assertThrows(GlassboxException.class, () -> OnnxWriter.write(network, file)).getMessage().contains(file
			.toString()));
		assertEquals(1, folder.toFile().list().length);
	}

	@Test
	void writingReplacesAnExistingFile(@TempDir final Path folder) throws Exception {
		final Path file = Files.writeString(folder.resolve("n.onnx"), "old");
		OnnxWriter.write(network(null, Operator.of("Relu")).build(), file);
		assertEquals("Relu", OnnxReader.read(file).nodes().get(0).op().type());
		assertEquals(1, folder.toFile().list().length);
	}
}
