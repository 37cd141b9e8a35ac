package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large parameters are left in the file, and read from it as they are. */
class OnnxOutlineTest {

	private static final int N = OnnxOutline.LARGE / Float.BYTES;

	@TempDir
	Path folder;

	private static ModelProto outline(final byte[] bytes) throws IOException {
		return OnnxOutline.read(new ByteArrayInputStream(bytes), "m.onnx");
	}

	private static float[] numbers(final int n) {
		final Random random = new Random(n);
		final float[] numbers = new float[n];
		for (int i = 0; i < n; i++)
			numbers[i] = random.nextFloat();
		return numbers;
	}

	private static TensorProto raw(final String name, final float[] numbers) {
		final ByteBuffer b = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
		b.asFloatBuffer().put(numbers);
		return TensorProto.newBuilder().setName(name).setDataType(1).addDims(numbers.length).setRawData(ByteString.copyFrom(b
			.array())).build();
	}

	private static ModelProto model(final TensorProto... parameters) {
		final ModelProto.Builder m = new Handmade(13, -1, 2).node("Relu", "r", List.of("x"), List.of("y")).build().toBuilder();
		m.getGraphBuilder().addAllInitializer(List.of(parameters));
		return m.build();
	}

	@Test
	void onlyLargeParametersStayInTheFile() throws IOException {
		final ModelProto whole = model(raw("small", numbers(N - 1)), raw("large", numbers(N)), raw("tiny", numbers(2)));
		final ModelProto read = outline(whole.toByteArray());
		assertEquals(whole.getGraph().getInitializer(0), read.getGraph().getInitializer(0));
		assertEquals(whole.getGraph().getInitializer(2), read.getGraph().getInitializer(2));
		final TensorProto large = read.getGraph().getInitializer(1);
		assertEquals(0, large.getRawData().size());
		assertEquals("m.onnx", large.getExternalData(0).getValue());
		assertEquals(whole, read.toBuilder().setGraph(read.getGraph().toBuilder().setInitializer(1, whole.getGraph()
			.getInitializer(1))).build(), "all else is as it was");
	}

	@Test
	void theyAreReadFromTheirPlace() throws IOException {
		final Path file = Files.write(folder.resolve("m.onnx"), model(raw("a", numbers(N)), raw("b", numbers(3 * N + 1)))
			.toByteArray());
		final List<TensorProto> parameters = OnnxFile.parse(file).getGraph().getInitializerList();
		for (final TensorProto t : parameters)
			assertEquals(Tensor.of(numbers((int) t.getDims(0)), (int) t.getDims(0)), new OnnxTensors(file).read(t));
	}

	@Test
	void alsoThroughALinkToTheFile() throws IOException {
		final Path elsewhere = Files.createDirectory(folder.resolve("store"));
		final Path file = Files.write(elsewhere.resolve("blob"), model(raw("a", numbers(N))).toByteArray());
		final Path link = Files.createSymbolicLink(Files.createDirectory(folder.resolve("models")).resolve("m.onnx"), file);
		assertEquals(Tensor.of(numbers(N), N), new OnnxTensors(link).read(OnnxFile.parse(link).getGraph().getInitializer(0)));
	}

	@Test
	void aShapeThatAsksForOtherBytesIsRefused() throws IOException {
		final Path file = Files.write(folder.resolve("m.onnx"), model(raw("a", numbers(N)).toBuilder().setDims(0, N + 1)
			.build()).toByteArray());
		assertTrue(assertThrows(GlassboxException.class, () -> OnnxReader.read(file)).getMessage().contains(
			"where its shape needs"));
	}

	@Test
	void aFileCutWithinAParameterIsRefused() throws IOException {
		final byte[] whole = model(raw("a", numbers(4 * N))).toByteArray();
		for (int length = 100; length < whole.length; length += 9_973) {
			final Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, length));
			assertTrue(assertThrows(GlassboxException.class, () -> OnnxReader.read(cut)).getMessage().contains("cut short"));
		}
	}

	@Test
	void elementsToldTwiceAreTheLast() throws IOException {
		final byte[] small = raw("a", numbers(2)).toByteArray();
		final byte[] large = raw("a", numbers(N)).toBuilder().clearDims().build().toByteArray();
		final ByteBuffer both = ByteBuffer.allocate(small.length + large.length);
		final TensorProto lastLarge = TensorProto.parseFrom(both.put(small).put(large).array());
		assertEquals(4 * N, lastLarge.getRawData().size());
		assertEquals(0, only(both.array()).getRawData().size());
		assertArrayEquals(raw("a", numbers(2)).getRawData().toByteArray(), only(ByteBuffer.allocate(small.length +
			large.length).put(large).put(small).array()).getRawData().toByteArray());
	}

	/** The outline of a file whose one parameter is written with these bytes. */
	private static TensorProto only(final byte[] parameter) throws IOException {
		final ByteString.Output graph = ByteString.newOutput();
		final CodedOutputStream g = CodedOutputStream.newInstance(graph);
		g.writeByteArray(GraphProto.INITIALIZER_FIELD_NUMBER, parameter);
		g.flush();
		final ByteString.Output model = ByteString.newOutput();
		final CodedOutputStream m = CodedOutputStream.newInstance(model);
		m.writeBytes(ModelProto.GRAPH_FIELD_NUMBER, graph.toByteString());
		m.flush();
		return outline(model.toByteString().toByteArray()).getGraph().getInitializer(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "gapcnn", "miniunet", "minivit" })
	void nothingElseOfAFileIsLost(final String name) throws IOException {
		final byte[] bytes = Files.readAllBytes(ReferenceCases.of(name).onnx());
		final ModelProto whole = ModelProto.parseFrom(bytes);
		final ModelProto read = outline(bytes);
		final GraphProto.Builder graph = read.getGraph().toBuilder().clearInitializer();
		for (int i = 0; i < read.getGraph().getInitializerCount(); i++) {
			final TensorProto t = read.getGraph().getInitializer(i);
			final TensorProto w = whole.getGraph().getInitializer(i);
			graph.addInitializer(t.getExternalDataCount() == 0 ? t : t.toBuilder().clearExternalData().clearDataLocation()
				.setRawData(w.getRawData()).build());
		}
		assertEquals(whole, read.toBuilder().setGraph(graph).build());
	}
}
