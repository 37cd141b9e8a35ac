package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import com.google.protobuf.ByteString;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no networks, and the many ways in which tensors are stored. */
class OnnxFileTest {

	@TempDir
	Path folder;

	private void refused(final Path file, final String why) {
		final String message = assertThrows(GlassboxException.class, () -> OnnxReader.read(file)).getMessage();
		assertTrue(message.contains(file.getFileName().toString()) && message.contains(why), message);
	}

	private Path file(final byte[] bytes) throws IOException {
		return Files.write(folder.resolve("broken.onnx"), bytes);
	}

	@Test
	void whatIsNoNetworkIsRefusedInOneSentence() throws IOException {
		refused(folder.resolve("none.onnx"), "no file");
		refused(folder, "folder");
		refused(file(new byte[0]), "empty");
		refused(file("just some text, not a network\n".repeat(9).getBytes(StandardCharsets.UTF_8)), "not an ONNX network");
		refused(file(ModelProto.newBuilder().setIrVersion(8).build().toByteArray()), "no network");
		refused(file(new Handmade(13, 1, 2).build().toByteArray()), "without any operator");
	}

	@Test
	void everyTruncationIsRefused() throws IOException {
		final byte[] whole = Files.readAllBytes(ReferenceCases.of("gapcnn").onnx());
		for (int length = 1; length < whole.length; length += 331) {
			final Path cut = file(Arrays.copyOf(whole, length));
			assertThrows(GlassboxException.class, () -> OnnxReader.read(cut), "cut to " + length);
		}
	}

	@Test
	void damageIsEitherRefusedOrHarmless() throws IOException {
		final byte[] whole = Files.readAllBytes(ReferenceCases.of("gapcnn").onnx());
		final Random random = new Random(7);
		for (int i = 0; i < 300; i++) {
			final byte[] damaged = whole.clone();
			damaged[random.nextInt(damaged.length)] ^= 1 << random.nextInt(8);
			try {
				OnnxReader.read(file(damaged));
			}
			catch (final GlassboxException e) {
				assertTrue(!e.getMessage().isBlank());
			}
		}
	}

	@Test
	void tensorOfAnotherSizeThanItsShapeIsRefused() throws IOException {
		final TensorProto.Builder t = Handmade.floats("w", 1, 2).setDims(0, 3);
		refused(file(add(t).build().toByteArray()), "2 elements where its shape needs 3");
	}

	@Test
	void anOperandThatIsMissingIsNamed() throws IOException {
		for (final String type : List.of("Add", "Div", "Gather", "Conv", "Where"))
			refused(new Handmade(13, 1, 2).with(Handmade.longs("w", 1, 2)).node(type, "lone", List.of("w"), List.of("y")), type +
				" 'lone' lacks its operand 2");
		refused(new Handmade(13, 1, 2).node("MatMul", "gap", List.of("", "x"), List.of("y")), "'gap' lacks its operand 1");
		refused(new Handmade(17, 1, 2).node("Relu", "none", List.of(), List.of("y")), "'none' lacks its operand 1");
	}

	private void refused(final Handmade network, final String why) throws IOException {
		final Path file = network.in(folder);
		final String message = assertThrows(GlassboxException.class, () -> OnnxReader.read(file)).getMessage();
		assertTrue(message.contains(why), message);
	}

	private static Handmade add(final TensorProto.Builder w) {
		return new Handmade(13, -1, 2).with(w).node("Add", "", List.of("x", "w"), List.of("y"));
	}

	private Tensor read(final TensorProto.Builder w) throws IOException {
		return OnnxReader.read(add(w).in(folder)).constants().get("w");
	}

	private static TensorProto.Builder raw(final int type, final ByteBuffer bytes) {
		return TensorProto.newBuilder().setName("w").setDataType(type).addDims(2).setRawData(ByteString.copyFrom(bytes
			.flip()));
	}

	private static ByteBuffer buffer() {
		return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
	}

	@Test
	void everyFloatingTypeBecomesFloats() throws IOException {
		final Tensor expected = Tensor.of(new float[] { 1.5f, -2 }, 2);
		assertEquals(expected, read(raw(1, buffer().putFloat(1.5f).putFloat(-2))));
		assertEquals(expected, read(raw(11, buffer().putDouble(1.5).putDouble(-2))));
		assertEquals(expected, read(raw(10, buffer().putShort((short) 0x3e00).putShort((short) 0xc000))));
		assertEquals(expected, read(raw(16, buffer().putShort((short) 0x3fc0).putShort((short) 0xc000))));
		assertEquals(expected, read(TensorProto.newBuilder().setName("w").setDataType(10).addDims(2).addInt32Data(0x3e00)
			.addInt32Data(0xc000)));
		assertEquals(expected, read(Handmade.floats("w", 1.5f, -2)));
	}

	@Test
	void halvesAreExactAtTheEndsOfTheirRange() {
		assertEquals(65504f, OnnxTensors.half((short) 0x7bff));
		assertEquals(0x1p-24f, OnnxTensors.half((short) 1));
		assertEquals(0x1p-14f, OnnxTensors.half((short) 0x400));
		assertEquals(Float.NEGATIVE_INFINITY, OnnxTensors.half((short) 0xfc00));
		assertTrue(Float.isNaN(OnnxTensors.half((short) 0x7e00)));
	}

	@Test
	void everyIntegerTypeBecomesLongs() throws IOException {
		final Tensor expected = Tensor.ofLongs(new long[] { 200, 3 }, 2);
		assertEquals(expected, read(raw(2, buffer().put((byte) 200).put((byte) 3))));
		assertEquals(expected, read(raw(5, buffer().putShort((short) 200).putShort((short) 3))));
		assertEquals(expected, read(raw(6, buffer().putInt(200).putInt(3))));
		assertEquals(expected, read(raw(7, buffer().putLong(200).putLong(3))));
		assertEquals(expected, read(Handmade.longs("w", 200, 3)));
	}

	private static TensorProto.Builder beside(final String location, final long offset, final long length) {
		return TensorProto.newBuilder().setName("w").setDataType(1).addDims(2).setDataLocation(
			TensorProto.DataLocation.EXTERNAL).addExternalData(entry("location", location)).addExternalData(entry("offset", "" +
				offset)).addExternalData(entry("length", "" + length));
	}

	private static StringStringEntryProto entry(final String key, final String value) {
		return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
	}

	@Test
	void parametersBesideTheFileAreRead() throws IOException {
		Files.write(folder.resolve("weights.bin"), buffer().putFloat(9).putFloat(1.5f).putFloat(-2).array());
		assertEquals(Tensor.of(new float[] { 1.5f, -2 }, 2), read(beside("weights.bin", 4, 8)));
		refused(add(beside("weights.bin", 12, 8)).in(folder), "beyond the end");
		refused(add(beside("missing.bin", 0, 8)).in(folder), "missing.bin");
	}

	@Test
	void parametersOutsideTheFolderAreRefused() throws IOException {
		final Path inner = Files.createDirectory(folder.resolve("inner"));
		final Path secret = Files.write(folder.resolve("secret.bin"), new byte[8]);
		for (final String path : new String[] { "../secret.bin", secret.toString(), "" })
			refused(add(beside(path, 0, 8)).in(inner), "outside the model's folder");
		Files.createSymbolicLink(inner.resolve("link.bin"), secret);
		refused(add(beside("link.bin", 0, 8)).in(inner), "outside the model's folder");
	}

	@Test
	void nodesGetUniqueNames() throws IOException {
		final Network n = OnnxReader.read(new Handmade(13, -1, 2).node("Relu", "same", List.of("x"), List.of("a")).node("Relu",
			"same", List.of("a"), List.of("y")).in(folder));
		assertEquals(List.of("same", "same_1"), n.nodes().stream().map(v -> v.id()).toList());
	}
}
