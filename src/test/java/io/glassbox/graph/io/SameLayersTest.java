package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The same layer has the same name in the ONNX and the TorchScript file of a network, and the same value. */
class SameLayersTest {

	static final List<String> NAMES = List.of(ReferenceCases.NAMES);

	@ParameterizedTest
	@FieldSource("NAMES")
	void layersOfTheSameNameHaveTheSameValue(final String name) {
		final ReferenceCases c = ReferenceCases.of(name);
		final Network onnx = OnnxReader.read(c.onnx());
		final Network torch = TorchScriptReader.read(c.folder().resolve("model.pt"));
		assertTrue(torch.layers().keySet().containsAll(onnx.layers().keySet()));
		final Map<String, Tensor> found = values(onnx, c.input());
		final Map<String, Tensor> expected = values(torch, c.input());
		onnx.layers().forEach((layer, value) -> {
			final Tensor same = expected.get(normalised(torch, torch.layers().get(layer), onnx.producer(value).orElseThrow()));
			assertTrue(ReferenceCases.error(same, found.get(value)) < 1e-4, layer);
		});
	}

	/** The exporter merges a batch normalisation into the convolution before it, which then bears its value. */
	private static String normalised(final Network torch, final String value, final Node inOnnx) {
		final List<Node> readers = torch.consumers(value);
		final boolean merged = inOnnx.is("Conv") && readers.size() == 1 && readers.get(0).is("BatchNormalization");
		return merged ? readers.get(0).output() : value;
	}

	private static Map<String, Tensor> values(final Network network, final Tensor input) {
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			return executor.activations(List.of(input), network.layers().values());
		}
	}

	@ParameterizedTest
	@FieldSource("NAMES")
	void aNetworkFromTorchScriptRunsOnOnnxRuntime(final String name) {
		final ReferenceCases c = ReferenceCases.of(name);
		final byte[] written = OnnxWriter.toBytes(TorchScriptReader.read(c.folder().resolve("model.pt")));
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(written, Device.cpu())) {
			assertEquals(1, scorer.inputs().size());
			assertTrue(ReferenceCases.error(c.logits(), scorer.score(List.of(c.input())).get(0)) < 1e-4);
		}
	}

	private static final Path LAYERS = Path.of("src/test/resources/layers");

	/**
	 * What one file does not tell another does not either: the exporter to ONNX merges normalisations and drops what does
	 * nothing, tracing drops what does nothing at all.
	 */
	@ParameterizedTest
	@CsvSource({ "onnx, traced.pt, 39, stem.3 layer1.0.bn1 layer1.1.bn1",
		"onnx, scripted.pt, 39, stem.2 stem.3 layer1.0.bn1 layer1.1.bn1", "traced.pt, scripted.pt, 42, stem.2" })
	void hardNamesAreTheSameFromEveryFile(final String first, final String second, final int same,
		final String onlySecond)
	{
		final Tensor input = Npy.read(LAYERS.resolve("names.input.npy"));
		final LayerAgreement found = LayerAgreement.of(LayerAgreement.Layers.of(LAYERS.resolve("names." + first), input),
			LayerAgreement.Layers.of(LAYERS.resolve("names." + second), input));
		assertEquals(List.of(), found.different());
		assertEquals(List.of(), found.onlyFirst());
		assertEquals(List.of(onlySecond.split(" ")), found.onlySecond());
		assertEquals(same, found.same().size());
	}

	@Test
	void modulesCalledAgainAreNumbered() {
		final Set<String> layers = OnnxReader.read(LAYERS.resolve("names.onnx")).layers().keySet();
		assertTrue(layers.containsAll(Set.of("relu_1", "conv_1", "shared", "shared_1", "shared.0_1", "layer1.1.relu_1",
			"heads.a", "stages.1.0", "residual", "pair")), layers.toString());
	}

	/** Names.forward calls F.relu and torch.cat itself, and adds; Residual.forward adds one. */
	@ParameterizedTest
	@CsvSource({ "onnx", "traced.pt", "scripted.pt" })
	void whatAModuleComputesItselfBearsItsPathAndTheOperator(final String file) {
		final Network network = read("names." + file);
		assertTrue(network.operators().keySet().containsAll(Set.of("concat", "add", "relu_2", "layer1.0.add",
			"layer1.1.add")), network.operators().toString());
		assertFalse(network.operators().containsKey("relu"));
	}

	@ParameterizedTest
	@CsvSource({ "names.traced.pt", "names.scripted.pt", "attention.traced.pt", "attention.scripted.pt" })
	void operatorsOfTheSameNameHaveTheSameValue(final String file) {
		final String name = file.substring(0, file.indexOf('.'));
		agree(LAYERS.resolve(name + ".onnx"), LAYERS.resolve(file), Npy.read(LAYERS.resolve(name + ".input.npy")));
	}

	/** Attention fused by the tracer, as products or in Einstein's notation; GELUs, windows rolled and padded. */
	@ParameterizedTest
	@CsvSource({ "vit, model.onnx, model.pt", "vit, model.onnx, model.scripted.pt", "swin_v1, model.onnx, model.pt",
		"swin_v1, model.onnx, model.scripted.pt", "swin_v2, model.pt, model.scripted.pt", "maxvit, model.onnx, model.pt",
		"maxvit, model.onnx, model.scripted.pt", "mvit, model.onnx, model.pt", "mvit, model.onnx, model.scripted.pt",
		"convnext, model.onnx, model.pt", "densenet, model.onnx, model.pt", "vnet, model.onnx, model.pt" })
	void operatorsOfTransformersHaveTheSameNamesAndValues(final String network, final String first, final String second) {
		final Path folder = Path.of("src/test/resources/tiny", network);
		agree(folder.resolve(first), folder.resolve(second), Npy.read(folder.resolve("input.npy")));
	}

	/** All but those of the module einsum, whose axes are turned by the exporter within and by us behind the product. */
	private static void agree(final Path first, final Path second, final Tensor input) {
		final Map<String, Tensor> expected = operators(open(first, input), input);
		final Map<String, Tensor> found = operators(open(second, input), input);
		expected.keySet().removeIf(operator -> operator.startsWith("einsum."));
		found.keySet().removeIf(operator -> operator.startsWith("einsum."));
		assertEquals(expected.keySet(), found.keySet());
		expected.forEach((operator, value) -> {
			assertArrayEquals(value.shape(), found.get(operator).shape(), operator);
			assertEquals(0, Errors.relative(found.get(operator), value), 1e-4, operator);
		});
	}

	private static Network open(final Path file, final Tensor input) {
		return file.toString().endsWith(".onnx") ? OnnxReader.read(file) : TorchScriptReader.read(file, new Opening(Arrays.stream(
			input.shape()).skip(2).boxed().toList(), true));
	}

	private static Map<String, Tensor> operators(final Network network, final Tensor input) {
		final Map<String, Tensor> values = new TreeMap<>();
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			final Map<String, Tensor> found = executor.activations(List.of(input), network.operators().values());
			network.operators().forEach((operator, value) -> values.put(operator, found.get(value)));
		}
		return values;
	}

	/** The names of the file, which macros may hold. */
	@Test
	void operatorsGoOnBeingFoundByTheirNamesInTheFile() {
		final Network network = read("names.onnx");
		assertEquals(network.layer("concat"), network.layer("/Concat_output_0"));
		assertEquals(network.layer("concat"), network.layer("/Concat"));
		assertEquals("concat", SpatialLayers.name(network, "/Concat_output_0"));
	}

	@ParameterizedTest
	@CsvSource({ "names.onnx", "names.scripted.pt", "attention.traced.pt", "attention.onnx" })
	void namesAreTheSameAfterWritingAndReading(final String file, @TempDir final Path folder) {
		final Network network = read(file);
		final Path written = folder.resolve("written.onnx");
		OnnxWriter.write(network, written);
		final Network again = OnnxReader.read(written);
		assertEquals(network.layers(), again.layers());
		assertEquals(network.operators(), again.operators());
	}

	private static Network read(final String file) {
		final Path path = LAYERS.resolve(file);
		return file.endsWith(".onnx") ? OnnxReader.read(path) : TorchScriptReader.read(path);
	}
}
