package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Branches, loops and functions become part of the network where their course is fixed. */
class ControlFlowTest {

	@TempDir
	Path folder;

	private Network read(final GraphProto.Builder graph, final FunctionProto... functions) throws IOException {
		final OperatorSetIdProto.Builder opset = OperatorSetIdProto.newBuilder().setVersion(17);
		final ModelProto model = ModelProto.newBuilder().setIrVersion(8).setGraph(graph).addOpsetImport(opset)
			.addAllFunctions(List.of(functions)).build();
		return OnnxReader.read(Files.write(folder.resolve("flow.onnx"), model.toByteArray()));
	}

	private static GraphProto.Builder graph() {
		return GraphProto.newBuilder().addInput(Handmade.port("x", 1, 2)).addOutput(Handmade.port("y"));
	}

	private static NodeProto.Builder node(final String type, final String out, final String... in) {
		return NodeProto.newBuilder().setOpType(type).addAllInput(List.of(in)).addOutput(out);
	}

	private static AttributeProto body(final String name, final GraphProto.Builder graph) {
		return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.GRAPH).setG(graph).build();
	}

	private static float[] run(final Network network, final float... x) {
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu())) {
			return scorer.score(List.of(Tensor.of(x, 1, x.length))).get(0).floats();
		}
	}

	/** Relu if the last extent is 2, else its negative. */
	private static GraphProto.Builder squeezeLike(final int wanted) {
		return graph().addInitializer(Handmade.longs("last", 1)).addInitializer(Handmade.longs("wanted", wanted)).addNode(node(
			"Shape", "shape", "x")).addNode(node("Gather", "extent", "shape", "last")).addNode(node("Equal", "same", "extent",
				"wanted")).addNode(node("If", "y", "same").addAttribute(body("then_branch", GraphProto.newBuilder().addNode(node(
					"Relu", "r", "x")).addOutput(Handmade.port("r")))).addAttribute(body("else_branch", GraphProto.newBuilder()
						.addNode(node("Neg", "r", "x")).addOutput(Handmade.port("r")))));
	}

	@Test
	void theBranchThatIsTakenIsPartOfTheNetwork() throws IOException {
		final Network taken = read(squeezeLike(2));
		assertTrue(taken.nodes().stream().noneMatch(n -> n.is("If", "Neg")), taken.nodes()::toString);
		assertEquals("y", taken.outputs().get(0).name());
		assertArrayEquals(new float[] { 0, 3 }, run(taken, -1, 3));
		assertArrayEquals(new float[] { 1, -3 }, run(read(squeezeLike(5)), -1, 3));
	}

	@Test
	void aBranchThatTheImageDecidesIsRefused() throws IOException {
		final GraphProto.Builder g = graph().addNode(node("ReduceMax", "max", "x")).addNode(node("Cast", "c", "max")
			.addAttribute(AttributeProto.newBuilder().setName("to").setType(AttributeProto.AttributeType.INT).setI(9))).addNode(
				node("If", "y", "c").addAttribute(body("then_branch", GraphProto.newBuilder().addNode(node("Relu", "r", "x"))
					.addOutput(Handmade.port("r")))));
		final String message = assertThrows(UnsupportedNetworkException.class, () -> read(g)).getMessage();
		assertTrue(message.contains("If") && message.contains("depends on the image"), message);
	}

	/** Three turns, each doubling what it is given and keeping it; then all that was kept, joined. */
	@Test
	void aLoopIsUnrolled() throws IOException {
		final GraphProto.Builder turn = GraphProto.newBuilder().addInput(Handmade.port("i")).addInput(Handmade.port("on"))
			.addInput(Handmade.port("v")).addInput(Handmade.port("kept")).addNode(node("Add", "w", "v", "v")).addNode(node(
				"SequenceInsert", "more", "kept", "w")).addNode(node("Identity", "still", "on")).addOutput(Handmade.port(
					"still")).addOutput(Handmade.port("w")).addOutput(Handmade.port("more"));
		final GraphProto.Builder g = graph().addInitializer(Handmade.longs("three", 3).clearDims()).addNode(node(
			"SequenceEmpty", "none")).addNode(NodeProto.newBuilder().setOpType("Loop").addAllInput(List.of("three", "", "x",
				"none")).addAllOutput(List.of("last", "all")).addAttribute(body("body", turn))).addNode(node("ConcatFromSequence",
					"y", "all").addAttribute(AttributeProto.newBuilder().setName("axis").setType(AttributeProto.AttributeType.INT)
						.setI(1)));
		assertArrayEquals(new float[] { 2, 6, 4, 12, 8, 24 }, run(read(g), 1, 3));
	}

	/** Running sums of the rows of x, doubled; x has three rows of two, and the sums begin at 10. */
	private static GraphProto.Builder runningSums(final AttributeProto... more) {
		final GraphProto.Builder turn = GraphProto.newBuilder().setName("turn").addInput(Handmade.port("sum")).addInput(Handmade.port("row"))
			.addNode(node("Add", "next", "sum", "row")).addNode(node("Add", "twice", "next", "next")).addOutput(Handmade.port(
				"next")).addOutput(Handmade.port("twice"));
		final NodeProto.Builder scan = NodeProto.newBuilder().setOpType("Scan").addAllInput(List.of("ten", "x")).addAllOutput(
			List.of("last", "all")).addAttribute(body("body", turn)).addAttribute(integers("scan_input_axes", 1)).addAttribute(
				integers("scan_output_axes", 1)).addAttribute(AttributeProto.newBuilder().setName("num_scan_inputs").setType(
					AttributeProto.AttributeType.INT).setI(1)).addAllAttribute(List.of(more));
		return GraphProto.newBuilder().setName("sums").addInput(Handmade.port("x", 1, 3, 2)).addOutput(Handmade.port("y")).addInitializer(
			Handmade.floats("ten", 10, 10).clearDims().addDims(1).addDims(2)).addInitializer(Handmade.longs("one", 1)).addNode(
				scan).addNode(node("Unsqueeze", "end", "last", "one")).addNode(node("Concat", "y", "all", "end").addAttribute(
					AttributeProto.newBuilder().setName("axis").setType(AttributeProto.AttributeType.INT).setI(1)));
	}

	private static AttributeProto integers(final String name, final long value) {
		return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS).addInts(value).build();
	}

	@Test
	void aScanIsUnrolled() throws IOException {
		final Tensor x = Tensor.of(new float[] { 1, 2, 3, 4, 5, 6 }, 1, 3, 2);
		scans(runningSums(), x, 22, 24, 28, 32, 38, 44, 19, 22);
		scans(runningSums(integers("scan_input_directions", 1)), x, 30, 32, 36, 40, 38, 44, 19, 22);
		scans(runningSums(integers("scan_output_directions", 1)), x, 38, 44, 28, 32, 22, 24, 19, 22);
	}

	private void scans(final GraphProto.Builder graph, final Tensor x, final float... expected) throws IOException {
		final Network network = read(graph);
		try (OnnxRuntimeScorer runtime = OnnxRuntimeScorer.open(folder.resolve("flow.onnx"), Device.cpu());
				OnnxRuntimeScorer unrolled = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu()))
		{
			assertArrayEquals(expected, runtime.score(List.of(x)).get(0).floats(), "the file itself");
			assertArrayEquals(expected, unrolled.score(List.of(x)).get(0).floats());
		}
	}

	@Test
	void aScanOverAsMuchAsTheImageHasIsRefused() {
		final GraphProto.Builder g = runningSums().setInput(0, Handmade.port("x", 1, -1, 2));
		final String message = assertThrows(UnsupportedNetworkException.class, () -> read(g)).getMessage();
		assertTrue(message.contains("Scan") && message.contains("as often as the image is large"), message);
	}

	@Test
	void aScanThatWouldNotEndIsRefused() {
		final GraphProto.Builder g = runningSums().setInput(0, Handmade.port("x", 1, 1_000_000_000, 2));
		final String message = assertThrows(UnsupportedNetworkException.class, () -> read(g)).getMessage();
		assertTrue(message.contains("more than 16000 operators once they are unrolled"), message);
	}

	/** twice(a) = a + a, called on its own result; leaky(a; slope) hands its attribute on. */
	@Test
	void functionsOfTheFileAreInlined() throws IOException {
		final FunctionProto twice = FunctionProto.newBuilder().setDomain("own").setName("twice").addInput("a").addOutput("b")
			.addNode(node("Identity", "same", "a")).addNode(node("Add", "b", "same", "a")).build();
		final FunctionProto leaky = FunctionProto.newBuilder().setDomain("own").setName("leaky").addInput("a").addOutput("b")
			.addAttribute("slope").addNode(node("LeakyRelu", "b", "a").addAttribute(AttributeProto.newBuilder().setName("alpha")
				.setType(AttributeProto.AttributeType.FLOAT).setRefAttrName("slope"))).build();
		final GraphProto.Builder g = graph().addNode(node("twice", "t", "x").setDomain("own")).addNode(node("twice", "u", "t")
			.setDomain("own")).addNode(node("leaky", "y", "u").setDomain("own").addAttribute(AttributeProto.newBuilder()
				.setName("slope").setType(AttributeProto.AttributeType.FLOAT).setF(0.5f)));
		final Network n = read(g, twice, leaky);
		assertEquals(List.of("Add", "Add", "LeakyRelu"), n.nodes().stream().map(v -> v.op().type()).toList());
		assertArrayEquals(new float[] { -2, 12 }, run(n, -1, 3));
	}

	/** PyTorch's exporter of 2.2 writes functions whose nodes are n0, n1, ...: those of two calls are not the same. */
	@Test
	void branchesInTwoCallsOfAFunctionAreApart() throws IOException {
		final FunctionProto f = FunctionProto.newBuilder().setDomain("own").setName("f").addInput("a").addOutput("b").addNode(
			NodeProto.newBuilder().setOpType("Constant").addOutput("yes").addAttribute(AttributeProto.newBuilder().setName("value")
				.setType(AttributeProto.AttributeType.TENSOR).setT(Handmade.longs("", 1).clearDims()))).addNode(node("If", "b", "yes")
					.setName("n0").addAttribute(body("then_branch", GraphProto.newBuilder().addNode(node("Add", "twice", "a", "a"))
						.addNode(node("Neg", "minus", "twice")).addOutput(Handmade.port("minus")))).addAttribute(body("else_branch",
							GraphProto.newBuilder().addNode(node("Neg", "minus", "a")).addOutput(Handmade.port("minus"))))).build();
		final Network n = read(graph().addNode(node("f", "t", "x").setDomain("own").setName("first")).addNode(node("f", "y", "t")
			.setDomain("own").setName("second")), f);
		assertArrayEquals(new float[] { -4, 12 }, run(n, -1, 3));
	}

	@Test
	void whatConstantsMakeIsComputedOnce() throws IOException {
		final Network n = read(graph().addInitializer(Handmade.floats("w", 1, 2)).addNode(node("Exp", "e", "w")).addNode(node(
			"Mul", "y", "x", "e")));
		assertEquals(List.of("Mul"), n.nodes().stream().map(v -> v.op().type()).toList());
		assertEquals(Math.E, n.constants().get("e").floats()[0], 1e-6);
	}

	@Test
	void aSmallFileCannotAskForMuchMemory() throws IOException {
		final Network n = read(graph().addInitializer(Handmade.longs("shape", 1 << 15, 1 << 15)).addNode(node(
			"ConstantOfShape", "zeros", "shape")).addNode(node("ReduceSum", "sum", "zeros")).addNode(node("Add", "y", "x",
				"sum")));
		assertTrue(n.constants().values().stream().mapToLong(Tensor::bytes).sum() < 1000);
	}
}
