package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.reference.ReferenceCase;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.plugin.Plugin;
import org.scijava.script.AdaptedScriptLanguage;
import org.scijava.script.ScriptLanguage;
import org.scijava.script.ScriptModule;
import org.scijava.script.ScriptService;

import ij.ImagePlus;
import ij.process.ByteProcessor;

/** A Groovy script gets the service by its short name, as in Fiji's script editor. */
class ScriptTest {

	private static final String SCRIPT = """
		#@ GlassboxService glassbox
		#@ ij.ImagePlus image
		#@ String model
		#@output String said
		#@output ij.ImagePlus heatmap

		e = glassbox.explain(image, model, "grad-cam", [target: "top", layer: "auto"])
		said = glassbox.predict(image, model).top().label() + " | " + glassbox.overlay(image, e) + " | " + glassbox.methods()
		heatmap = e.heatmap()
		""";

	/** Fiji brings its own; here the engine alone, made known to SciJava. */
	@Plugin(type = ScriptLanguage.class, name = "Groovy")
	public static class Groovy extends AdaptedScriptLanguage {

		public Groovy() {
			super("groovy");
		}
	}

	@Test
	void aScriptExplainsAnImage() throws Exception {
		final ImagePlus image = new ImagePlus("cells", new ByteProcessor(50, 40));
		try (Context context = new Context()) {
			final ScriptModule module = context.service(ScriptService.class).run("explain.groovy", SCRIPT, true, Map.of(
				"image", image, "model", new ReferenceCase("gapcnn").file("model.onnx").toString())).get();
			assertTrue(module.getOutput("said").toString().matches("class \\d \\| Grad-CAM: class \\d \\| \\[.*, cam, .*, grad-cam,.*"),
				module.getOutput("said").toString());
			assertEquals("Grad-CAM of cells", ((ImagePlus) module.getOutput("heatmap")).getTitle());
			assertEquals(1, image.getOverlay().size());
		}
	}
}
