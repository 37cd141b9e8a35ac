package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.ModelDescription;
import io.glassbox.reference.ReferenceCase;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.module.Module;

/** Importing a model: what the person corrects is checked, saved and believed; nothing written by hand is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelImportTest {

	@TempDir
	private Path folder;

	private Context context;
	private GlassboxService glassbox;
	private Path model;
	private Path yaml;

	@BeforeAll
	void start() {
		context = new Context(CommandService.class, GlassboxService.class);
		glassbox = context.service(GlassboxService.class);
	}

	@AfterAll
	void stop() {
		context.dispose();
	}

	@BeforeEach
	void copy() throws IOException {
		model = Files.copy(new ReferenceCase("gapcnn").file("model.onnx"), folder.resolve("net.onnx"));
		yaml = folder.resolve("net.glassbox.yaml");
		Files.writeString(folder.resolve("config.json"), """
			{"architectures": ["XForImageClassification"], "image_size": 64, "num_channels": 3,
			 "id2label": {"0": "disc", "1": "ring", "2": "square", "3": "empty"}}
			""");
	}

	private String run(final Map<String, String> corrections, final boolean overwrite) {
		return glassbox.importModel(model, corrections, true, overwrite).report();
	}

	@Test
	void savesAllThatIsUnderstoodAndCorrected() throws IOException {
		final String report = run(Map.of("normalization", "clip min=0 max=0.9; imagenet", "resize", "crop 72", "layer", "relu2",
			"classes", "a, b, c, d"), false);
		assertTrue(report.contains("input input (? x 3 x 64 x 64); output logits (? x 4); "), report);
		assertTrue(report.contains("CAM methods take relu2"), report);
		assertTrue(report.contains("classes: disc, ring, square, empty — from config.json (id2label)"), report);
		assertTrue(report.contains("Corrected:\n") && report.contains("  classes: a; b; c; d"), report);
		assertTrue(report.endsWith("Saved as " + yaml), report);
		Files.delete(folder.resolve("config.json"));
		final ModelDescription d = glassbox.describe(model);
		assertEquals(List.of("a", "b", "c", "d"), d.classes());
		assertEquals("size=64x64 channels=3 resize=crop 72 values=type normalization=clip min=0 max=0.9; standardize " +
			"mean=0.485,0.456,0.406 std=0.229,0.224,0.225", d.preprocessing().toString());
		assertEquals("relu2", d.layer().orElseThrow());
		assertEquals(ModelDescription.Output.LOGITS, d.output());
	}

	@Test
	void whatIsTakenAwayIsGone() throws IOException {
		Files.delete(folder.resolve("config.json"));
		Files.writeString(yaml, "classes: [a, b, c, d]\nlayer: relu2\noutput: sigmoid\ninput: {size: [64, 64]}\n");
		run(Map.of("classes", "none", "layer", "none", "output", "none", "inputsize", "none"), true);
		final ModelDescription d = glassbox.describe(model);
		assertEquals(List.of(), d.classes());
		assertTrue(d.layer().isEmpty());
		assertEquals(ModelDescription.Output.UNSTATED, d.output());
		assertEquals(0, d.preprocessing().size().length);
	}

	@Test
	void nothingWrittenByHandIsLost() throws IOException {
		Files.writeString(yaml, "# mine\nclasses: [a, b, c, d]\n");
		assertTrue(run(Map.of(), false).endsWith("Nothing was corrected; kept as it is: " + yaml));
		final String said = assertThrows(GlassboxException.class, () -> run(Map.of("classes", "e;f;g;h"), false)).getMessage();
		assertTrue(said.contains(yaml + " exists and says something else") && said.contains("overwrite=true"), said);
		assertEquals("# mine\nclasses: [a, b, c, d]\n", Files.readString(yaml));
		run(Map.of("classes", "e;f;g;h"), true);
		run(Map.of("classes", "i;j;k;l"), true);
		assertEquals("# mine\nclasses: [a, b, c, d]\n", Files.readString(folder.resolve("net.glassbox.yaml.old")));
		assertTrue(Files.readString(folder.resolve("net.glassbox.yaml.old2")).contains("classes: [e, f, g, h]"));
		assertEquals(List.of("i", "j", "k", "l"), glassbox.describe(model).classes());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
		classes       | a; b; c        | gives 3 class names, but the network has 4 outputs
		classes       | a; ; c         | 'classes' is 'a; ; c', expected names in output order
		channels      | 1              | but the network's input 'input' takes ? x 3 x 64 x 64
		inputsize     | 32x32          | but the network's input 'input' takes ? x 3 x 64 x 64
		layer         | relu9          | No layer 'relu9'
		axes          | bxyc           | 'axes' is 'bxyc', expected bcyx or bczyx
		output        | softmax        | 'output' is 'softmax', expected one of logits
		normalization | clip min=2 max=1 | A clip needs a min below its max, found 2.0 and 1.0
		normalization | zscore axes=q  | goes along the axes 'q', expected some of c, z, y, x
		normalization | clip low=2     | expected 'clip' with min=, max=
		resize        | crop many      | 'resize' is 'many', expected 1 whole number
		resize        | stretch 5      | after crop only
		colour        | red            | No field of a description 'colour'.
		""")
	void whatDoesNotFitIsRefusedAndNothingSaved(final String key, final String text, final String message) {
		final String said = assertThrows(GlassboxException.class, () -> run(Map.of(key, text), false)).getMessage();
		assertTrue(said.contains(message), said);
		assertFalse(Files.exists(yaml));
	}

	@Test
	void aDescriptionTheNetworkRefusesIsCorrected() throws IOException {
		Files.writeString(folder.resolve("config.json"),
			"{\"architectures\": [\"X\"], \"num_channels\": 1, \"image_size\": 32}");
		final String said = assertThrows(GlassboxException.class, () -> run(Map.of(), false)).getMessage();
		assertTrue(said.contains("config.json (num_channels)") && said.contains("net.onnx takes ? x 3 x 64 x 64"), said);
		run(Map.of("channels", "3", "inputsize", "64x64"), false);
		assertEquals(3, glassbox.describe(model).preprocessing().channels());
	}

	@Test
	void theCommandTakesTheSame() throws Exception {
		final CommandService commands = context.service(CommandService.class);
		final Module module = commands.run(ImportModelCommand.class, false, "model", folder.toFile(), "classes", "a;b;c;d",
			"save", false).get();
		assertTrue(module.getOutput("summary").toString().endsWith("Not saved."), module.getOutput("summary").toString());
		assertFalse(Files.exists(yaml));
		assertThrows(ExecutionException.class, () -> commands.run(ImportModelCommand.class, false, "model", new File(
			"/nowhere.onnx")).get());
	}

	@Test
	void choosingAModelFillsTheDialog() throws Exception {
		final CommandService commands = context.service(CommandService.class);
		final Module module = context.service(org.scijava.module.ModuleService.class).createModule(commands.getCommand(
			ImportModelCommand.class));
		module.setInput("model", model.toFile());
		module.getInfo().getInput("model").callback(module);
		assertEquals("64x64", module.getInput("inputsize"));
		assertEquals("disc; ring; square; empty", module.getInput("classes"));
		assertTrue(module.getInput("understood").toString().contains("channels: 3 — from config.json (num_channels)<br>"), module
			.getInput("understood").toString());
		Files.writeString(folder.resolve("config.json"), "{<");
		module.getInfo().getInput("model").callback(module);
		assertTrue(module.getInput("understood").toString().contains("config.json is no valid JSON"), module.getInput(
			"understood").toString());
	}
}
