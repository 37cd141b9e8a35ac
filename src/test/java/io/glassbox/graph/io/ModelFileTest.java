package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {

	private static final ReferenceCases CASE = ReferenceCases.of("gapcnn");

	@TempDir
	Path folder;

	@Test
	void aFileThatIsAGraphScoresAndDifferentiates() {
		try (Model model = ModelFile.open(CASE.onnx(), Device.cpu())) {
			assertTrue(model.opaqueBecause().isEmpty());
			final String layer = model.network().layer("relu3");
			final Tensor scored = model.score(List.of(CASE.input())).get(0);
			assertTrue(ReferenceCases.error(CASE.logits(), scored) < 1e-4);
			assertTrue(model.engine().startsWith("ONNX Runtime"), model.engine());
			final Gradients g = model.differentiate(List.of(CASE.input()), List.of(layer), outputs -> outputs);
			assertTrue(ReferenceCases.error(scored, g.outputs().get(0)) < 1e-4);
			final long weights = model.network().bytes();
			assertTrue(model.bytes() > 3 * weights && model.bytes() < 6 * weights, "on the heap, to score, and cut in two: " +
				model.bytes() + " of " + weights);
		}
	}

	@Test
	void theContentsTellTheFormatNotTheName() throws IOException {
		final Path file = folder.resolve("network.bin");
		Files.copy(CASE.onnx(), file, StandardCopyOption.REPLACE_EXISTING);
		try (Model model = ModelFile.open(file, Device.cpu())) {
			assertTrue(model.graph().isPresent());
		}
	}

	@Test
	void aFileWithUnknownOperatorsScoresAndSaysWhatItCannot() throws IOException {
		final Path file = new Handmade(13, 1, 3).node("Det", "det", List.of("m"), List.of("e")).node("Mul", "", List.of("x",
			"e"), List.of("y")).with(Handmade.floats("m", 1, 0, 0, 1).clearDims().addDims(2).addDims(2)).in(folder);
		try (Model model = ModelFile.open(file, Device.cpu())) {
			final Tensor x = Tensor.of(new float[] { 1, 2, 3 }, 1, 3);
			assertEquals(List.of(x), model.score(List.of(x)));
			assertEquals("x (1 x 3)", model.inputs().get(0).toString());
			for (final String message : List.of(assertThrows(GlassboxException.class, model::network).getMessage(),
				assertThrows(GlassboxException.class, () -> model.differentiate(List.of(x), List.of("x"), o -> o)).getMessage(),
				assertThrows(GlassboxException.class, () -> model.activations(List.of(x), List.of("e"))).getMessage()))
				assertTrue(message.contains("Det (det)"), message);
		}
	}

	@Test
	void aFileNobodyCanRunSaysWhyTwice() throws IOException {
		final Path file = new Handmade(13, 1, 3).xy("NoSuchOperator").in(folder);
		final String message = assertThrows(GlassboxException.class, () -> ModelFile.open(file, Device.cpu())).getMessage();
		assertTrue(message.contains("does not know: NoSuchOperator") && message.contains("ONNX Runtime cannot run"), message);
	}

	@Test
	void libtorchScoresWhatOnnxRuntimeRefuses() {
		final Network around = Network.builder().input("x", 1, 4).constant("pads", Tensor.ofLongs(new long[] { 0, 1, 0, 0 }, 4))
			.node("y", "", Operator.of("Pad", "mode", "wrap"), "x", "pads").output("y").build();
		assertEquals("libtorch", scoredBy(around, 4, 1, 2, 3, 4));
	}

	@Test
	void onnxRuntimeScoresMixedOperandsToo() {
		final Network mixed = Network.builder().input("x", 1, 4).constant("two", Tensor.ofLongs(new long[] { 2 }, 1)).node("y",
			"", Operator.of("Mul"), "x", "two").output("y").build();
		assertEquals("ONNX", scoredBy(mixed, 2, 4, 6, 8));
	}

	/** The engine that gives these outputs for 1, 2, 3, 4. */
	private static String scoredBy(final Network network, final float... expected) {
		try (Model model = new GraphModel(network, Device.cpu())) {
			assertEquals(List.of(Tensor.of(expected, 1, expected.length)), model.score(List.of(Tensor.of(new float[] { 1, 2, 3,
				4 }, 1, 4))));
			return model.engine().split(" ")[0];
		}
	}

	@Test
	void aMissingFileIsNamed() {
		final Path none = folder.resolve("none.onnx");
		assertTrue(assertThrows(GlassboxException.class, () -> ModelFile.open(none, Device.cpu())).getMessage().contains(none
			.toString()));
	}

	@Test
	void aClosedModelStaysClosed() {
		final Model model = ModelFile.open(CASE.onnx(), Device.cpu());
		model.close();
		model.close();
		assertThrows(IllegalStateException.class, () -> model.score(List.of(CASE.input())));
	}
}
