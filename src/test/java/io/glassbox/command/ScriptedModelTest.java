package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.ModelManager;
import io.glassbox.model.ScoreFunction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;

import ij.ImagePlus;
import ij.process.FloatProcessor;

/** A script in the place of a network: what lives elsewhere is explained by its answers. */
class ScriptedModelTest {

	/** Two classes: how bright the pixel at 2, 1 is, and how dark. */
	private static final String ONE_PIXEL = """
		#@ Object images
		#@ Object shape
		#@output Object scores

		int width = shape[3]
		scores = images.collect { [it[width + 2], -it[width + 2]] }
		""";

	@TempDir
	private Path folder;

	private Context context;
	private GlassboxService glassbox;

	@BeforeEach
	void start() {
		context = new Context();
		glassbox = context.service(GlassboxService.class);
	}

	@AfterEach
	void stop() {
		context.dispose();
	}

	private String script(final String text) throws IOException {
		final Path file = Files.writeString(folder.resolve("elsewhere.groovy"), text);
		Files.writeString(folder.resolve("elsewhere.glassbox.yaml"),
			"input: {size: [3, 4], channels: 1, values: raw}\nclasses: [bright, dark]\n");
		return file.toString();
	}

	private static ImagePlus image() {
		return new ImagePlus("image", new FloatProcessor(4, 3, new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }));
	}

	@Test
	void aScriptPredictsAndIsExplainedByMethodsThatOnlyScore() throws IOException {
		final String script = script(ONE_PIXEL);
		final Prediction.Entry top = glassbox.predict(image(), script).top();
		assertEquals("bright", top.label());
		assertEquals(7, top.score());
		for (final String method : List.of("occlusion", "shap", "feature-ablation", "lime", "rise")) {
			final Map<String, Object> settings = switch (method) {
				case "occlusion" -> Map.of("window", "1", "stride", "1", "baseline", "zero");
				case "rise" -> Map.of("samples", 400, "cells", 3, "baseline", "zero");
				case "lime" -> Map.of("segments", "grid 12", "baseline", "zero", "samples", 200);
				default -> Map.of("segments", "grid 12", "baseline", "zero");
			};
			final float[] map = glassbox.explain(image(), script, method, settings).map().plane(0);
			for (int i = 0; i < map.length; i++)
				assertTrue(i == 6 || map[i] < map[6], method + " at " + i);
			if (method.equals("shap") || method.equals("occlusion")) assertEquals(7, map[6], 1e-4, method);
		}
	}

	/** The same without a file. */
	@Test
	void aLambdaIsExplainedAsAScriptIs() throws IOException {
		final ScoreFunction lambda = (images, shape) -> Arrays.stream(images).map(v -> new float[] { v[shape[3] + 2], -v[shape[3] + 2] })
			.toArray();
		final Map<String, Object> settings = Map.of("segments", "grid 12", "baseline", "zero", "target", "dark");
		final Explanation script = glassbox.explain(image(), script(ONE_PIXEL), "shap", settings);
		final Map<String, Object> options = new LinkedHashMap<>(settings);
		options.putAll(Map.of("classes", List.of("bright", "dark"), "values", "raw", "channels", "1", "inputsize", "3x4"));
		final Explanation e = glassbox.explain(image(), lambda, "shap", options);
		assertArrayEquals(script.map().plane(0), e.map().plane(0));
		assertEquals("dark (class 1)", e.attribution().target().description());
		assertEquals("a function", e.provenance().get("Model"));
		options.put("target", "top 2");
		options.put("classes", "bright; dark");
		assertEquals(List.of("bright (class 0)", "dark (class 1)"), glassbox.explainAll(image(), lambda, "occlusion", options(options,
			"window", "1", "stride", "1")).stream().map(a -> a.attribution().target().description()).toList());
	}

	private static Map<String, Object> options(final Map<String, Object> of, final String... more) {
		final Map<String, Object> all = new LinkedHashMap<>(of);
		List.of("segments").forEach(all::remove);
		for (int i = 0; i < more.length; i += 2)
			all.put(more[i], more[i + 1]);
		return all;
	}

	@Test
	void whatALambdaDoesWrongIsTold() {
		final Map<String, Object> raw = Map.of("values", "raw", "channels", "1", "inputsize", "3x4");
		final ScoreFunction nothing = (images, shape) -> null;
		final ScoreFunction ragged = (images, shape) -> List.of(List.of(1, "a"));
		assertTrue(assertThrows(GlassboxException.class, () -> glassbox.explain(image(), nothing, "lime", raw)).getMessage().contains(
			"The function answered nothing to 1 images; it is to give a row of numbers for each image."));
		assertTrue(assertThrows(GlassboxException.class, () -> glassbox.explain(image(), ragged, "lime", raw)).getMessage().contains(
			"answered 1 rows: [[1, a]]"));
		final ScoreFunction two = (images, shape) -> new float[images.length][2];
		final Map<String, Object> three = Map.of("values", "raw", "channels", "1", "inputsize", "3x4", "classes", "a; b; c");
		final String said = assertThrows(GlassboxException.class, () -> glassbox.explain(image(), two, "lime", three)).getMessage();
		assertTrue(said.contains("3") && said.contains("2"), said);
	}

	@Test
	void methodsThatLookInsideSayThatTheyCannot() throws IOException {
		final String script = script(ONE_PIXEL);
		for (final String method : List.of("gradient", "grad-cam")) {
			final String said = message(script, method);
			assertTrue(said.contains("it is a function, of which only the answers are known"), said);
		}
	}

	/** It is compiled once: what it keeps is there for the next batch, and a complaint of it is no failure. */
	@Test
	void aScriptRunsAgainAndAgain() throws IOException {
		final String script = script("""
			#@ Object images
			#@output Object scores

			calls = binding.hasVariable('calls') ? calls + 1 : 1
			scores = images.collect { [calls] }
			""");
		Files.writeString(folder.resolve("elsewhere.glassbox.yaml"), "input: {size: [3, 4], channels: 1, values: raw}\n");
		final double first = glassbox.predict(image(), script).top().score();
		assertEquals(first + 1, glassbox.predict(image(), script).top().score());
	}

	/** Scores of the batch before are not taken for those of one that failed, or was left out. */
	@Test
	void aScriptThatFailsLaterFails() throws IOException {
		for (final String then : List.of("throw new IllegalStateException('gone')", "return")) {
			final String script = script("""
				#@ Object images
				#@output Object scores

				calls = binding.hasVariable('calls') ? calls + 1 : 1
				if (calls == 3) %s
				scores = images.collect { [1] }
				""".formatted(then));
			Files.writeString(folder.resolve("elsewhere.glassbox.yaml"), "input: {size: [3, 4], channels: 1, values: raw}\n");
			final String said = message(script, "occlusion");
			assertTrue(said.contains("elsewhere.groovy' " + (then.equals("return") ? "gave no scores" : "failed: ")), said);
			context.service(ModelManager.class).unloadAll();
		}
	}

	@Test
	void whatTheScriptDoesWrongIsTold() throws IOException {
		assertTrue(message(script("#@ Object images\n#@output Object scores\nscores = 1"), "occlusion").contains("answered Integer to 1"));
		final String rows = message(script("#@ Object images\n#@output Object scores\nscores = [[1, 2], [3, 4]]"), "occlusion");
		assertTrue(rows.contains("answered 2 rows: [[1, 2], [3, 4]] to 1 images"), rows);
		final String nothing = message(script("#@ Object images\nprintln 1"), "occlusion");
		assertTrue(nothing.contains("gave no scores"), nothing);
		final String failing = message(script("#@ Object images\n#@output Object scores\nscores = images[7].nothing"), "occlusion");
		assertTrue(failing.contains("elsewhere.groovy' failed: ") && failing.contains("ArrayIndexOutOfBounds"), failing);
	}

	@Test
	void whereBlackBoxesAreForbiddenNoScriptRuns() throws IOException {
		final String script = script(ONE_PIXEL);
		context.service(ModelManager.class).forbidBlackBoxesHere();
		assertTrue(message(script, "occlusion").contains("is a script, which runs unseen, and black boxes are forbidden"));
	}

	private String message(final String script, final String method) {
		return assertThrows(GlassboxException.class, () -> glassbox.explain(image(), script, method, Map.of())).getMessage();
	}
}
