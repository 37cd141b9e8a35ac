package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import com.google.gson.JsonParser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

/** The reference networks, traced and scripted: the graph has the author's layers and computes PyTorch's logits. */
class TorchScriptReferenceTest {

	private static final Path CASES = Path.of("src/test/resources/reference");

	/** Convolutions sum in another order than the PyTorch that made the cases; float32 has 24 bits. */
	private static final double TOLERANCE = 1e-4;

	static Stream<Path> files() {
		return Stream.of("cnn3d", "gapcnn", "minidensenet", "miniresnet", "vggish").flatMap(name -> Stream.of("model.pt",
			"model.scripted.pt").map(file -> CASES.resolve(name).resolve(file)));
	}

	@ParameterizedTest
	@MethodSource("files")
	void graphComputesTheLogitsOfPyTorch(final Path file) throws IOException {
		final Network network = TorchScriptReader.read(file);
		final Tensor expected = Npy.read(file.resolveSibling("logits.npy"));
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			final Tensor actual = executor.score(List.of(Npy.read(file.resolveSibling("input.npy")))).get(0);
			assertEquals(0, Errors.relative(actual, expected), TOLERANCE);
		}
	}

	@ParameterizedTest
	@MethodSource("files")
	void layersBearTheAuthorsNames(final Path file) throws IOException {
		final Network network = TorchScriptReader.read(file);
		final String layer = JsonParser.parseString(Files.readString(file.resolveSibling("case.json"))).getAsJsonObject()
			.getAsJsonObject("cam_layer").get("name").getAsString();
		assertTrue(network.layers().containsKey(layer), () -> "no layer " + layer + " among " + network.layers().keySet());
		assertTrue(network.constants().keySet().stream().anyMatch(c -> c.endsWith(".weight")));
	}

	@ParameterizedTest
	@MethodSource("files")
	void inputTellsItsChannelsAndLeavesTheBatchOpen(final Path file) {
		final int[] shape = TorchScriptReader.read(file).inputs().get(0).shape();
		assertEquals(-1, shape[0]);
		assertTrue(shape[1] > 0);
		assertEquals(-1, shape[2]);
	}
}
