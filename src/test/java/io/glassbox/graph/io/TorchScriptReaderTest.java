package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.UnsupportedNetworkException;

/** How the code of a network becomes a graph, and what is said of files that are broken or cannot be read. */
class TorchScriptReaderTest {

	private static final Path SOUND = Path.of("src/test/resources/reference/gapcnn/model.pt");

	@TempDir
	Path folder;

	private Network read(final String forward) {
		return TorchScriptReader.read(HandmadeScript.withForward(forward).write(folder.resolve("net.pt")));
	}

	private static List<String> types(final Network network) {
		return network.nodes().stream().map(Node::op).map(op -> op.type()).toList();
	}

	// -- evaluation --

	@Test
	void allUnsupportedOperatorsAreNamedTogether() {
		final UnsupportedNetworkException e = assertThrows(UnsupportedNetworkException.class, () -> read("""
			a = torch.fft_fft(x)
			b = torch.relu(a)
			c = ops.torchvision.ps_roi_align(b)
			return torch.lgamma(c)
			"""));
		assertEquals("net.pt is not readable as a graph: aten::fft_fft, torchvision::ps_roi_align, aten::lgamma.", e.getMessage());
	}

	@Test
	void whatAFixedSizeSolvesIsNotReported() {
		final UnsupportedNetworkException e = assertThrows(UnsupportedNetworkException.class, () -> read("""
			a = torch.lgamma(x)
			return torch.relu((torch.adaptive_max_pool2d(x, [3, 3]))[0])
			"""));
		assertEquals("net.pt is not readable as a graph: aten::lgamma.", e.getMessage());
	}

	private Network read(final String forward, final Integer... size) {
		return TorchScriptReader.read(HandmadeScript.withForward(forward).write(folder.resolve("net.pt")), new Opening(List.of(
			size), true));
	}

	@Test
	void codeThatDecidesBySizeIsReadForTheSizeGiven() {
		final String forward = """
			if torch.gt(torch.size(x, 2), 40):
			  y = torch.relu(x)
			else:
			  y = torch.sigmoid(x)
			return y
			""";
		assertEquals(List.of("Relu"), types(read(forward, 64, 48)));
		assertEquals(List.of("Sigmoid"), types(read(forward, 32, 48)));
		assertEquals(List.of(-1, -1, 32, 48), Arrays.stream(read(forward, 32, 48).inputs().get(0).shape()).boxed().toList());
		assertEquals(List.of(-1, -1, 224, 224), Arrays.stream(read(forward).inputs().get(0).shape()).boxed().toList());
	}

	@Test
	void sizeIsOneThatTheCodeItselfAccepts() {
		final Network network = read("""
			if torch.gt(torch.size(x, 2), 300):
			  y = torch.relu(x)
			else:
			  ops.prim.RaiseException("too small", "builtins.ValueError")
			  y = x
			if torch.lt(torch.size(x, 3), 400):
			  z = torch.relu(y)
			else:
			  z = torch.tanh(y)
			return z
			""");
		assertEquals(List.of(-1, -1, 384, 384), Arrays.stream(network.inputs().get(0).shape()).boxed().toList());
	}

	@Test
	void transposedWeightsAreConstants() {
		final Network network = TorchScriptReader.read(HandmadeScript.withForward("""
			w = self.weight
			return torch.mm(torch.relu(torch.linear(x, w)), torch.t(torch.t(w)))
			""").entry("m/data.pkl", HandmadeScript.module("weight", matrix(2, 3))).entry("m/data/0", littleEndian(1, 2, 3, 4, 5,
			6)).write(folder.resolve("net.pt")));
		assertEquals(List.of("MatMul", "Relu", "MatMul"), types(network));
		assertEquals(Tensor.of(new float[] { 1, 4, 2, 5, 3, 6 }, 3, 2), network.constants().get(network.nodes().get(0).input(
			1)));
		assertEquals(Tensor.of(new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3), network.constants().get(network.nodes().get(2).input(
			1)));
	}

	/** The pickle of a float tensor whose elements are in the file {@code data/0}, row by row. */
	private static byte[] matrix(final int rows, final int columns) {
		return HandmadeScript.bytes("ctorch._utils\n_rebuild_tensor_v2\n", "((", HandmadeScript.text("storage"),
			"ctorch\nFloatStorage\n", HandmadeScript.text("0"), HandmadeScript.text("cpu"), 'K', rows * columns, "tQK", 0, "(K",
			rows, 'K', columns, "t(K", columns, 'K', 1, "ttR");
	}

	private static byte[] littleEndian(final float... values) {
		final ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
		bytes.asFloatBuffer().put(values);
		return bytes.array();
	}

	@Test
	void networkSavedInTrainingModeIsReadForInference() {
		assertEquals(List.of("Relu"), types(read("""
			if self.training:
			  y = torch.lgamma(x)
			else:
			  y = torch.relu(torch.dropout(x, 0.5, self.training))
			return y
			""")));
	}

	@Test
	void tracedTrainingModeIsRefused() {
		final GlassboxException e = assertThrows(UnsupportedNetworkException.class, () -> read(
			"return torch.dropout(x, 0.5, True)"));
		assertTrue(e.getMessage().contains("training mode"), e.getMessage());
	}

	@Test
	void checksOfTheInputAreTakenToPass() {
		assertEquals(List.of("Relu"), types(read("""
			if torch.ne(torch.dim(x), 4):
			  ops.prim.RaiseException("expected 4D input", "builtins.ValueError")
			else:
			  pass
			return torch.relu(x)
			""")));
	}

	@Test
	void checkedExtentsAreKnownFromThenOn() {
		final Network network = read("""
			n, c, h, w, = torch.size(x)
			if torch.eq(h, 32):
			  pass
			else:
			  ops.prim.RaiseException("AssertionError: ")
			return torch.relu(x)
			""");
		assertEquals(List.of(-1, -1, 32, -1), Arrays.stream(network.inputs().get(0).shape()).boxed().toList());
	}

	@Test
	void decisionOnTheInputIsRefused() {
		final GlassboxException e = assertThrows(UnsupportedNetworkException.class, () -> read("""
			if torch.gt(torch.size(x, 0), 3):
			  y = torch.relu(x)
			else:
			  y = torch.sigmoid(x)
			return y
			"""));
		assertTrue(e.getMessage().contains("a decision that depends on"), e.getMessage());
	}

	@Test
	void loopsAreUnrolledAndListsJoined() {
		assertEquals(List.of("Relu", "Relu", "Relu", "Concat"), types(read("""
			all = annotate(List[Tensor], [])
			for i in range(3):
			  _0 = torch.append(all, torch.relu(x))
			return torch.cat(all, 1)
			""")));
	}

	@Test
	void changeInPlaceIsSeenByEveryVariable() {
		final Network network = read("""
			y = torch.sigmoid(x)
			z = y
			_0 = torch.relu_(y)
			return torch.tanh(z)
			""");
		assertEquals(List.of("Sigmoid", "Relu", "Tanh"), types(network));
		assertEquals(network.nodes().get(1).outputs(), network.nodes().get(2).inputs());
	}

	@Test
	void changeThroughAViewIsRefusedRatherThanMissed() {
		final GlassboxException e = assertThrows(UnsupportedNetworkException.class, () -> read("""
			y = torch.sigmoid(x)
			_0 = torch.relu_(torch.flatten(y, 1))
			return torch.tanh(y)
			"""));
		assertTrue(e.getMessage().contains("another view"), e.getMessage());
	}

	@Test
	void severalOutputsBearTheirKeys() {
		final Network network = read("return {\"out\": torch.relu(x), \"aux\": torch.tanh(x)}");
		assertEquals(List.of("out", "aux"), network.outputs().stream().map(p -> p.name()).toList());
	}

	@Test
	void whatNobodyNeedsIsNotInTheGraph() {
		assertEquals(List.of("Relu"), types(read("""
			unused = torch.sigmoid(x)
			return torch.relu(x)
			""")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "while True:\n  pass\nreturn x", "return (self).forward(x, )",
		"for i in range(999999999999):\n  pass\nreturn x" })
	void codeThatNeverEndsIsRefused(final String forward) {
		assertThrows(GlassboxException.class, () -> read(forward));
	}

	// -- newer files --

	@Test
	void scaledDotProductAttentionIsMatMulsAroundASoftmax() {
		final Network network = read("""
			q = torch.view(x, [-1, 2, 5, 4])
			return torch.scaled_dot_product_attention(q, q, q, attn_mask=None, dropout_p=0., is_causal=True)
			""");
		assertEquals(List.of("Reshape", "Transpose", "MatMul", "Mul", "Where", "Softmax", "MatMul"), types(network));
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			final Tensor x = Tensor.of(new float[40], 1, 2, 5, 4);
			x.floats()[0] = 3;
			final Tensor y = executor.score(List.of(x)).get(0);
			assertEquals(3, y.floats()[0], 1e-6, "the first place sees itself alone");
			assertEquals(1.5, y.floats()[4], 1e-6, "the second, as unlike the first as itself, sees the mean of both");
		}
	}

	@Test
	void newerArchivesHoldMoreEntries() {
		final Path file = HandmadeScript.withForward("return torch.relu(x)").entry("m/byteorder", "little").entry("m/version",
			"3\n").entry("m/.data/serialization_id", "0123456789").entry("m/.format_version", "1").write(folder.resolve(
				"new.pt"));
		assertEquals(List.of("Relu"), types(TorchScriptReader.read(file)));
	}

	@Test
	void quantisedNetworksSaySo() {
		final byte[] storage = HandmadeScript.bytes("(", HandmadeScript.text("storage"), "ctorch\nQInt8Storage\n", HandmadeScript
			.text("0"), HandmadeScript.text("cpu"), 'K', 1, "tQ");
		final Path file = HandmadeScript.withForward("return x").entry("m/data.pkl", HandmadeScript.module("weight", storage))
			.write(folder.resolve("net.pt"));
		assertTrue(assertThrows(UnsupportedNetworkException.class, () -> TorchScriptReader.read(file)).getMessage().contains(
			"quantised"));
		final GlassboxException e = assertThrows(UnsupportedNetworkException.class, () -> read(
			"return ops.quantized.conv2d(x, self.packed, 1., 0)"));
		assertTrue(e.getMessage().contains("quantized::conv2d (the network is quantised)"), e.getMessage());
	}

	@Test
	void maskWrittenThroughSlicesIsAConstant() {
		final Network network = read("""
			mask = torch.zeros([4, 4], dtype=6)
			_0 = torch.slice(torch.slice(mask, 0, 0, -1), 1, 2, 9223372036854775807)
			_1 = torch.fill_(_0, 5)
			_2 = torch.copy_(torch.select(mask, 0, 3), torch.select(mask, 0, 0))
			return torch.add(x, mask)
			""");
		assertEquals(List.of("Add"), types(network));
		assertEquals(Tensor.of(new float[] { 0, 0, 5, 5, 0, 0, 5, 5, 0, 0, 5, 5, 0, 0, 5, 5 }, 4, 4), network.constants().get(
			network.nodes().get(0).input(1)));
	}

	@Test
	void writingIntoPartOfATensorGivesTheWholeAnew() {
		final Network network = read("""
			y = torch.view(x, [-1, 2, 3])
			_0 = torch.mul_(torch.select(y, 1, 0), 2)
			return y
			""");
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			assertEquals(Tensor.of(new float[] { 2, 4, 6, 4, 5, 6 }, 1, 2, 3), executor.score(List.of(Tensor.of(new float[] { 1, 2,
				3, 4, 5, 6 }, 1, 6))).get(0));
		}
	}

	@Test
	void batchCancelsOutOfShapeArithmetic() {
		final Network network = read("""
			n = torch.size(x, 0)
			windows = torch.reshape(x, [-1, 4])
			samples = int(torch.div(torch.size(torch.reshape(torch.reshape(x, [n, 8]), [torch.mul(n, 2), 4]), 0), 2.))
			return torch.view(torch.relu(torch.reshape(x, [torch.mul(n, 2), 4])), [samples, 8])
			""");
		assertEquals(List.of("Reshape", "Relu", "Reshape"), types(network));
	}

	@Test
	void objectsOfTheFilesOwnClassesAreMadeAndCalled() {
		final Path file = HandmadeScript.withForward("""
			box = __torch__.Box.__new__(__torch__.Box)
			_0 = (box).__init__(3, )
			return (box).scaled(x, )
			""").entry("m/code/__torch__.py", """
			class Box:
			  size : int
			  def __init__(self: __torch__.Box,
			    size: int) -> NoneType:
			    self.size = size
			    return None
			  def scaled(self: __torch__.Box,
			    x: Tensor) -> Tensor:
			    return torch.mul(x, self.size)
			class Net(Module):
			  training : bool
			  def forward(self: __torch__.Net,
			    x: Tensor) -> Tensor:
			    box = __torch__.Box.__new__(__torch__.Box)
			    _0 = (box).__init__(3, )
			    return (box).scaled(x, )
			""").write(folder.resolve("classes.pt"));
		final Network network = TorchScriptReader.read(file);
		assertEquals(List.of("Mul"), types(network));
		assertEquals(3, network.constants().values().iterator().next().floats()[0]);
	}

	// -- broken files --

	private static String message(final Path file) {
		final GlassboxException e = assertThrows(GlassboxException.class, () -> TorchScriptReader.read(file));
		assertFalse(e instanceof UnsupportedNetworkException, e.getMessage());
		assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
		assertEquals(1, e.getMessage().lines().count());
		return e.getMessage();
	}

	@Test
	void missingFileIsNamed() {
		assertTrue(message(folder.resolve("nowhere.pt")).startsWith("There is no file"));
	}

	@Test
	void fileThatIsNoZipSaysWhatWasExpected() throws IOException {
		assertTrue(message(Files.writeString(folder.resolve("text.pt"), "hello")).contains("not a zip archive"));
		assertTrue(message(Files.write(folder.resolve("empty.pt"), new byte[0])).contains("empty"));
	}

	@Test
	void truncatedFileIsReported() throws IOException {
		final byte[] all = Files.readAllBytes(SOUND);
		assertTrue(message(Files.write(folder.resolve("half.pt"), Arrays.copyOf(all, all.length / 2))).contains("cut off"));
	}

	@Test
	void zipThatIsNoTorchScriptIsReported() {
		assertTrue(message(new HandmadeScript().entry("readme.txt", "hello").write(folder.resolve("other.pt"))).contains(
			"no TorchScript"));
		assertTrue(message(new HandmadeScript().entry("archive/data.pkl", HandmadeScript.module("training", 0x88)).write(
			folder.resolve("weights.pt"))).contains("torch.save"));
	}

	@Test
	void missingTensorIsNamed() {
		final byte[] tensor = HandmadeScript.bytes("ctorch._utils\n_rebuild_tensor_v2\n", "((", HandmadeScript.text("storage"),
			"ctorch\nFloatStorage\n", HandmadeScript.text("0"), HandmadeScript.text("cpu"), 'K', 1, "tQK", 0, "(K", 1, "t(K", 1,
			"ttR");
		final Path file = HandmadeScript.withForward("return x").entry("m/data.pkl", HandmadeScript.module("weight", tensor))
			.write(folder.resolve("net.pt"));
		assertTrue(message(file).contains("m/data/0"));
	}

	@Test
	void sourceThatIsNoPythonNamesTheLine() {
		final GlassboxException e = assertThrows(GlassboxException.class, () -> read("return x +* 3"));
		assertTrue(e.getMessage().contains("line 5"), e.getMessage());
	}
}
