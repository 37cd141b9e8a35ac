package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Networks exported by PyTorch, read, written and run. */
class OnnxReferenceTest {

	static final List<String> NAMES = List.of(ReferenceCases.NAMES);

	/** Two engines add in different order; float32 has seven digits. */
	private static final double TOLERANCE = 1e-4;

	@ParameterizedTest
	@FieldSource("NAMES")
	void onnxRuntimeGivesTheLogitsFromTheWrittenGraph(final String name) {
		final ReferenceCases c = ReferenceCases.of(name);
		final byte[] written = OnnxWriter.toBytes(OnnxReader.read(c.onnx()));
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(written, Device.cpu())) {
			assertTrue(ReferenceCases.error(c.logits(), scorer.score(List.of(c.input())).get(0)) < TOLERANCE);
		}
	}

	@ParameterizedTest
	@FieldSource("NAMES")
	void libtorchGivesTheLogitsFromTheGraph(final String name) {
		final ReferenceCases c = ReferenceCases.of(name);
		try (TorchExecutor executor = new TorchExecutor(OnnxReader.read(c.onnx()), Device.cpu())) {
			assertTrue(ReferenceCases.error(c.logits(), executor.score(List.of(c.input())).get(0)) < TOLERANCE);
		}
	}

	@ParameterizedTest
	@FieldSource("NAMES")
	void layersNameTheValuesTheCaseSays(final String name) throws IOException {
		final ReferenceCases c = ReferenceCases.of(name);
		final Network network = OnnxReader.read(c.onnx());
		c.json().getAsJsonObject("layer_tensors").asMap().forEach((layer, values) -> assertEquals(values.getAsJsonArray()
			.get(0).getAsString(), network.layer(layer), layer));
	}

	@ParameterizedTest
	@FieldSource("NAMES")
	void theCamLayerHasTheShapeTheCaseSays(final String name) throws IOException {
		final ReferenceCases c = ReferenceCases.of(name);
		final Network network = OnnxReader.read(c.onnx());
		final var layer = c.json().getAsJsonObject("cam_layer");
		final int[] shape = layer.getAsJsonArray("output_shape").asList().stream().mapToInt(e -> e.getAsInt()).toArray();
		final String value = network.layer(layer.get("name").getAsString());
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			assertArrayEquals(shape, executor.activations(List.of(c.input()), List.of(value)).get(value).shape());
		}
	}

	@ParameterizedTest
	@FieldSource("NAMES")
	void batchOfOneBecomesAnyBatch(final String name) {
		final ReferenceCases c = ReferenceCases.of(name);
		final Network network = OnnxReader.read(c.onnx());
		assertEquals(Port.ANY, network.inputs().get(0).shape()[0]);
		assertEquals(Port.ANY, network.outputs().get(0).shape()[0]);
		final Tensor three = repeated(c.input(), 3);
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(OnnxWriter.toBytes(network), Device.cpu())) {
			final Tensor scores = scorer.score(List.of(three)).get(0);
			assertEquals(3, scores.size(0));
			assertTrue(ReferenceCases.error(c.logits(), scores.sample(2)) < TOLERANCE);
		}
	}

	private static Tensor repeated(final Tensor sample, final int times) {
		final float[] data = new float[times * sample.length()];
		for (int i = 0; i < times; i++)
			System.arraycopy(sample.floats(), 0, data, i * sample.length(), sample.length());
		final int[] shape = sample.shape();
		shape[0] = times;
		return Tensor.of(data, shape);
	}

	@ParameterizedTest
	@FieldSource("NAMES")
	void whatIsWrittenIsReadBack(final String name, @TempDir final Path folder) {
		final Network network = OnnxReader.read(ReferenceCases.of(name).onnx());
		final Path file = folder.resolve("copy.onnx");
		OnnxWriter.write(network, file);
		final Network copy = OnnxReader.read(file);
		assertEquals(network.inputs(), copy.inputs());
		assertEquals(network.outputs(), copy.outputs());
		assertEquals(network.nodes(), copy.nodes());
		assertEquals(network.constants(), copy.constants());
		assertEquals(List.copyOf(network.layers().entrySet()), List.copyOf(copy.layers().entrySet()));
		assertEquals(List.of("copy.onnx"), Arrays.asList(folder.toFile().list()));
	}

	@Test
	void containersEndWhereTheirLastLayerEnds() {
		final Map<String, String> layers = OnnxReader.read(ReferenceCases.of("miniresnet").onnx()).layers();
		assertEquals("/layer3/layer3.0/relu2/Relu_output_0", layers.get("layer3.0"));
		assertEquals(layers.get("layer3.0.relu2"), layers.get("layer3"));
		assertTrue(List.copyOf(layers.keySet()).indexOf("layer3.0.relu2") < List.copyOf(layers.keySet()).indexOf("layer3"));
	}
}
