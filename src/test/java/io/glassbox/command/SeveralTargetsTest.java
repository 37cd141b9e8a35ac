package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.demo.DemoImages;
import io.glassbox.demo.DemoNetworks;
import io.glassbox.graph.GlassboxException;
import io.glassbox.image.Layers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.module.Module;

import ij.IJ;
import ij.ImagePlus;

/** Several classes of one image, explained together: each as it would be alone, and with a name of its own. */
class SeveralTargetsTest {

	@TempDir
	private static Path folder;

	private static Context context;
	private static GlassboxService glassbox;
	private static Path model;
	private static ImagePlus image;

	@BeforeAll
	static void start() {
		context = new Context(CommandService.class, GlassboxService.class);
		glassbox = context.service(GlassboxService.class);
		model = DemoNetworks.extract(DemoNetworks.MAMMO_CNN, folder.resolve("model"));
		image = IJ.openImage(DemoImages.extract(DemoImages.DEFAULT, folder).toString());
	}

	@AfterAll
	static void stop() {
		context.dispose();
	}

	private static List<Explanation> all(final String method, final String target, final Map<String, ?> more) {
		final Map<String, Object> options = new LinkedHashMap<>(more);
		options.put("target", target);
		return glassbox.explainAll(image, model.toString(), method, options);
	}

	/** Methods that share their samples, and others; logits and probabilities. */
	@Test
	void eachClassIsExplainedAsItWouldBeAlone() {
		final Map<String, Map<String, ?>> methods = Map.of("lime", Map.of("samples", 100), "shap", Map.of("samples", 100), "rise", Map
			.of("samples", 50, "score", "probability"), "occlusion", Map.of("window", "32", "stride", "32"), "gradient", Map.of());
		methods.forEach((method, settings) -> {
			final List<Explanation> together = all(method, "benign; malignant; benign - malignant", settings);
			assertEquals(3, together.size());
			final List<String> names = List.of("benign", "malignant", "benign - malignant");
			for (int i = 0; i < names.size(); i++) {
				final Explanation alone = all(method, names.get(i), settings).get(0);
				assertArrayEquals(alone.map().plane(0), together.get(i).map().plane(0), method + " of " + names.get(i));
				assertEquals(alone.provenance().get("Score"), together.get(i).provenance().get("Score"));
			}
		});
	}

	@Test
	void topClassesComeInTheOrderOfTheirScores() {
		final List<Prediction.Entry> ranking = glassbox.predict(image, model.toString()).ranking();
		final List<Explanation> two = all("gradient", "top 2", Map.of());
		assertEquals(List.of(ranking.get(0).label() + " (class " + ranking.get(0).index() + ")", ranking.get(1).label() + " (class " +
			ranking.get(1).index() + ")"), two.stream().map(e -> e.attribution().target().description()).toList());
		assertEquals(ranking.size(), all("gradient", "Top 99", Map.of()).size());
		assertTrue(two.get(1).provenance().get("Target").endsWith(", one of 'top 2'"));
	}

	/** The names of classes may be those of other classes. */
	@Test
	void topClassesAreThoseWhateverTheyAreCalled() throws Exception {
		final Path twisted = Files.copy(model, Files.createDirectories(folder.resolve("twisted")).resolve("net.onnx"));
		final int classes = glassbox.predict(image, model.toString()).ranking().size();
		Files.writeString(twisted.resolveSibling("net.labels.txt"), IntStream.range(0, classes).mapToObj(k -> "class " + (classes - 1 -
			k)).collect(Collectors.joining("\n")));
		final List<Integer> ranking = glassbox.predict(image, twisted.toString()).ranking().stream().map(Prediction.Entry::index)
			.toList();
		final List<Explanation> all = glassbox.explainAll(image, twisted.toString(), "gradient", Map.of("target", "top " + classes));
		assertEquals(ranking.stream().map(k -> "class " + (classes - 1 - k) + " (class " + k + ")").toList(), all.stream().map(e -> e
			.attribution().target().description()).toList());
	}

	/** The command leaves a layer, a heatmap and files for each. */
	@Test
	void theCommandKeepsThemApart() throws Exception {
		final ImagePlus own = image.duplicate();
		own.setTitle("own.png");
		final Path out = Files.createDirectories(folder.resolve("out"));
		final Module done = context.service(CommandService.class).run(Method.named(context, "occlusion").info(), true, Map.of("image",
			own, "model", model.toFile(), "target", "top 2", "window", "32", "stride", "32", "out", out.toFile())).get();
		assertEquals(2, Layers.of(own).names().size());
		final String first = glassbox.predict(image, model.toString()).top().label();
		assertTrue(((ImagePlus) done.getOutput("heatmap")).getTitle().startsWith("Occlusion, " + first + " (class "));
		assertEquals(2, ((String) done.getOutput("summary")).split("\n\n").length);
		try (Stream<Path> files = Files.list(out)) {
			final List<String> overlays = files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith("_overlay.png")).sorted()
				.toList();
			assertEquals(2, overlays.size());
			assertTrue(overlays.stream().anyMatch(f -> f.startsWith("own_occlusion_" + first + "_class_")), overlays.toString());
		}
	}

	@Test
	void whatIsNotMeantForSeveralSaysSo() {
		assertTrue(assertThrows(GlassboxException.class, () -> glassbox.explain(image, model.toString(), "gradient", Map.of("target",
			"top 2"))).getMessage().contains("explain several with explainAll"));
		assertTrue(assertThrows(GlassboxException.class, () -> all("gradient", "top 0", Map.of())).getMessage().contains(
			"ask for top 1 or more"));
		assertTrue(assertThrows(GlassboxException.class, () -> all("gradient", ";", Map.of())).getMessage().contains(
			"between the semicolons"));
		final ImagePlus stack = new ImagePlus("stack", image.getStack().duplicate());
		stack.getStack().addSlice(image.getProcessor().duplicate());
		stack.setStack(stack.getStack());
		assertTrue(assertThrows(GlassboxException.class, () -> glassbox.explainAll(stack, model.toString(), "gradient", Map.of("target",
			"top 2", "slices", "all"))).getMessage().contains("one slice at a time"));
	}
}
