package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;

import io.glassbox.graph.Model;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.Opening;
import io.glassbox.model.Preprocessing;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerListTest {

	/** The network calls F.relu itself before its pooling, after two calls of its module relu; see export_layers.py. */
	@ParameterizedTest
	@ValueSource(strings = { "names.onnx", "names.traced.pt", "names.scripted.pt" })
	void theCamDefaultIsListedThoughNoModuleReturnsIt(final String file) {
		try (Model model = ModelFile.open(Path.of("src/test/resources/layers", file), Device.cpu(), Opening.DEFAULT)) {
			final List<LayerList.Layer> marked = LayerList.of(model, Preprocessing.DEFAULT, Optional.empty()).stream().filter(
				LayerList.Layer::isDefault).toList();
			assertEquals(List.of("relu_2"), marked.stream().map(LayerList.Layer::name).toList());
			assertEquals("Relu", marked.get(0).operator());
		}
	}
}
