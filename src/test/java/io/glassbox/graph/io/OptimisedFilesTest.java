package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that ONNX Runtime's optimiser has written, as people keep them to start faster, open like those they come from. */
class OptimisedFilesTest {

	private static final Path RESOURCES = Path.of("src/test/resources");

	/** Random weights, float32, tens of layers. */
	private static final double TOLERANCE = 2e-5;

	@TempDir
	Path folder;

	/** Of networks with one input. */
	static Stream<Path> files() {
		return Stream.of("tiny", "reference").map(RESOURCES::resolve).flatMap(OptimisedFilesTest::networks).filter(
			f -> Files.exists(f) && Files.exists(f.resolveSibling("input.npy"))).sorted();
	}

	private static Stream<Path> networks(final Path parent) {
		try (Stream<Path> networks = Files.list(parent)) {
			return networks.map(n -> n.resolve("model.onnx")).toList().stream();
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	private Path optimised(final Path file, final OptLevel level) throws OrtException {
		final Path optimised = folder.resolve("optimised.onnx");
		try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
			options.setOptimizationLevel(level);
			options.setOptimizedModelFilePath(optimised.toString());
			OrtEnvironment.getEnvironment().createSession(file.toString(), options).close();
		}
		return optimised;
	}

	@ParameterizedTest
	@MethodSource("files")
	void bothEnginesGiveTheScoresOfPyTorch(final Path file) throws OrtException {
		final Tensor image = Npy.read(file.resolveSibling("input.npy"));
		final Tensor expected = Npy.read(file.resolveSibling("logits.npy"));
		final Network network = OnnxReader.read(optimised(file, OptLevel.EXTENDED_OPT));
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			assertEquals(0, Errors.relative(torch.score(List.of(image)).get(0), expected), TOLERANCE, "libtorch");
		}
		try (OnnxRuntimeScorer runtime = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu())) {
			assertEquals(0, Errors.relative(runtime.score(List.of(image)).get(0), expected), TOLERANCE, "ONNX Runtime");
		}
	}

	@Test
	void theOptimiserWroteOperatorsOfItsOwn() throws OrtException {
		final long fused = files().filter(f -> {
			try {
				return OnnxFile.parse(optimised(f, OptLevel.EXTENDED_OPT)).getGraph().getNodeList().stream().anyMatch(n -> n
					.getDomain().equals(MicrosoftOperators.DOMAIN));
			}
			catch (final OrtException e) {
				throw new IllegalStateException(e);
			}
		}).count();
		assertTrue(fused > 5, fused + " files");
	}

	/** Weights in blocks of as many channels as one kind of processor takes at once. */
	@Test
	void filesForOneKindOfProcessorSaySo() throws OrtException {
		final Path file = optimised(RESOURCES.resolve("reference/miniresnet/model.onnx"), OptLevel.ALL_OPT);
		final String message = Assertions.assertThrows(GlassboxException.class, () -> OnnxReader.read(file)).getMessage();
		assertTrue(message.contains("optimised for one kind of processor"), message);
	}
}
