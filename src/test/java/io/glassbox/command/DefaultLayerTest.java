package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.glassbox.reference.ReferenceCase;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.FloatProcessor;

/** The layer a model's description names is the one that is looked at, also inside a method made of another. */
class DefaultLayerTest {

	@TempDir
	private Path folder;

	private Context context;

	@BeforeEach
	void start() throws IOException {
		context = new Context(CommandService.class, GlassboxService.class);
		Files.copy(new ReferenceCase("gapcnn").file("model.onnx"), folder.resolve("net.onnx"));
		Files.writeString(folder.resolve("net.glassbox.yaml"), "layer: relu2\n");
	}

	@AfterEach
	void stop() {
		context.dispose();
	}

	private String layer(final String method, final Map<String, ?> options) {
		final ImagePlus image = new ImagePlus("noise", new FloatProcessor(64, 64, new double[64 * 64]));
		image.getProcessor().noise(1);
		return context.service(GlassboxService.class).explain(image, folder.resolve("net.onnx").toString(), method, options)
			.attribution().facts().get("layer");
	}

	@Test
	void theDescriptionsLayerIsTakenUnlessAnotherIsChosen() {
		assertEquals("relu2", layer("grad-cam", Map.of()));
		assertEquals("relu3", layer("grad-cam", Map.of("layer", "relu3")));
	}

	@Test
	void smoothGradAroundAMethodTakesItToo() {
		assertEquals("relu2", layer("smoothgrad", Map.of("method", "grad-cam", "samples", "2")));
		assertEquals("relu2", layer("smoothgrad", Map.of("method", "grad-cam", "samples", "2", "settings", "relu=false; layer=auto")));
		assertEquals("relu3", layer("smoothgrad", Map.of("method", "grad-cam", "samples", "2", "settings", "layer=relu3")));
		assertEquals(null, layer("smoothgrad", Map.of("samples", "2")));
	}
}
