package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

/** A TorchScript file run as a black box agrees with the reference and with its own graph. */
class TorchScriptModelTest {

	private static final Path CASE = Path.of("src/test/resources/reference/miniresnet");
	private static final String BECAUSE = "it uses aten::foo.";

	/** float32, summed in another order. */
	private static final double TOLERANCE = 1e-4;

	private static TorchScriptModel open(final Path file) {
		return TorchScriptModel.open(file, Device.cpu(), BECAUSE);
	}

	@ParameterizedTest
	@MethodSource("io.glassbox.graph.io.TorchScriptReferenceTest#files")
	void scoresAsPyTorchDoes(final Path file) {
		try (TorchScriptModel model = open(file)) {
			final Tensor logits = model.score(List.of(Npy.read(file.resolveSibling("input.npy")))).get(0);
			assertEquals(0, Errors.relative(logits, Npy.read(file.resolveSibling("logits.npy"))), TOLERANCE);
		}
	}

	@ParameterizedTest
	@MethodSource("io.glassbox.graph.io.TorchScriptReferenceTest#files")
	void inputGradientIsThatOfTheGraph(final Path file) {
		final List<Tensor> input = List.of(Npy.read(file.resolveSibling("input.npy")));
		try (TorchScriptModel model = open(file);
				TorchExecutor graph = new TorchExecutor(TorchScriptReader.read(file), Device.cpu()))
		{
			final String name = model.inputs().get(0).name();
			final Gradients opaque = model.differentiate(input, List.of(name), TorchScriptModelTest::second);
			final Gradients open = graph.differentiate(input, List.of(name), TorchScriptModelTest::second);
			assertEquals(0, Errors.relative(opaque.gradients().get(name), open.gradients().get(name)), TOLERANCE);
		}
	}

	/** The second class. */
	private static List<Tensor> second(final List<Tensor> outputs) {
		final float[] one = new float[outputs.get(0).length()];
		one[1] = 1;
		return List.of(Tensor.of(one, outputs.get(0).shape()));
	}

	@Test
	void severalThreadsDifferentiateAtOnceAndKeepTheirGradientMode() {
		final List<Tensor> input = List.of(Npy.read(CASE.resolve("input.npy")));
		try (TorchScriptModel model = open(CASE.resolve("model.pt"))) {
			final String name = model.inputs().get(0).name();
			final Tensor expected = model.differentiate(input, List.of(name), TorchScriptModelTest::second).gradients().get(
				name);
			final List<CompletableFuture<Tensor>> all = IntStream.range(0, 8).mapToObj(i -> CompletableFuture.supplyAsync(
				() -> {
					final boolean before = JniUtils.isGradMode();
					final Tensor g = model.differentiate(input, List.of(name), TorchScriptModelTest::second).gradients().get(name);
					assertEquals(before, JniUtils.isGradMode());
					return g;
				})).toList();
			all.forEach(f -> assertEquals(0, Errors.relative(f.join(), expected), 1e-6));
		}
	}

	@Test
	void fileWithAnUnknownOperatorOpensAsABlackBox(@TempDir final Path folder) {
		final Path file = HandmadeScript.withForward("return torch.lgamma(x)").entry("m/version", "3\n").write(folder
			.resolve("net.pt"));
		try (Model model = ModelFile.open(file, Device.cpu())) {
			assertTrue(model.opaqueBecause().orElseThrow().contains("aten::lgamma"));
			assertEquals((float) Math.log(6), model.score(List.of(Tensor.scalar(4))).get(0).floats()[0], 1e-6);
		}
	}

	@Test
	void layersAreRefusedWithTheReason() {
		final List<Tensor> input = List.of(Npy.read(CASE.resolve("input.npy")));
		try (TorchScriptModel model = open(CASE.resolve("model.pt"))) {
			assertTrue(model.graph().isEmpty());
			final GlassboxException e = assertThrows(GlassboxException.class, () -> model.differentiate(input, List.of(
				"layer3"), TorchScriptModelTest::second));
			assertTrue(e.getMessage().contains(BECAUSE), e.getMessage());
			assertThrows(GlassboxException.class, () -> model.activations(input, List.of("layer3")));
		}
	}

	@Test
	void inputOfTheWrongShapeIsReportedInOneSentence() {
		try (TorchScriptModel model = open(CASE.resolve("model.pt"))) {
			final GlassboxException e = assertThrows(GlassboxException.class, () -> model.score(List.of(Tensor.zeros(1, 7, 32,
				32))));
			assertTrue(e.getMessage().contains("model.pt"), e.getMessage());
			assertEquals(1, e.getMessage().lines().count(), e.getMessage());
		}
	}
}
