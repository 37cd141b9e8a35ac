package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

/**
 * Networks whose numbers are not float32: narrow and wide floats are read as graphs and say so, quantised ones open as
 * black boxes and say why.
 */
class PrecisionsTest {

	private static final Path FOLDER = Path.of("src/test/resources/precisions");

	private static double error(final Tensor scores, final String name) {
		return Errors.relative(scores, Npy.read(FOLDER.resolve(name + ".output.npy")));
	}

	private static List<Tensor> input() {
		return List.of(Npy.read(FOLDER.resolve("input.npy")));
	}

	/** PyTorch rounds every layer of the bfloat16 network to eight bits, the others only once or not at all. */
	@ParameterizedTest
	@CsvSource({ "float16.onnx, float16, 1e-5", "float16.pt, float16, 1e-5", "float64.onnx, float64, 1e-5",
		"float64.pt, float64, 1e-5", "bfloat16.pt, bfloat16, 2e-2" })
	void otherFloatsAreReadAsAGraphThatSaysSo(final String file, final String type, final double tolerance) {
		try (Model model = ModelFile.open(FOLDER.resolve(file), Device.cpu())) {
			final Network network = model.network();
			assertEquals(1, network.notes().size());
			assertTrue(network.notes().get(0).startsWith("Its parameters are stored in " + type + "; "), network.notes().get(0));
			assertEquals(0, error(model.score(input()).get(0), type), tolerance);
			try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
				assertEquals(0, error(executor.score(input()).get(0), type), tolerance);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "quantised.onnx, quantised", "quantised_weights.pt, quantised_weights", "quantised_packed.pt, quantised_packed" })
	void aQuantisedNetworkScoresAndSaysThatItIsQuantised(final String file, final String answer) {
		try (Model model = ModelFile.open(FOLDER.resolve(file), Device.cpu())) {
			final String because = model.opaqueBecause().orElseThrow();
			assertTrue(because.contains("quantised"), because);
			assertTrue(because.contains("before"), because); // what to do: export it before it is quantised
			assertEquals(0, error(model.score(input()).get(0), answer), 1e-4);
			assertTrue(assertThrows(GlassboxException.class, model::network).getMessage().contains("quantised"));
		}
	}

	@Test
	void anOrdinaryNetworkHasNoNotes() {
		assertEquals(List.of(), OnnxReader.read(Path.of("src/test/resources/reference/gapcnn/model.onnx")).notes());
	}
}
