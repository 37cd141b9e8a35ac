package io.glassbox.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.command.Explanation;
import io.glassbox.command.GlassboxService;
import io.glassbox.command.Method;
import io.glassbox.command.Prediction;
import io.glassbox.image.LayerStyle;
import io.glassbox.reference.ReferenceCase;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.process.FloatProcessor;

/** Once the classes of a network have names, nothing that any method tells speaks of a class by its number alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClassNamesShownTest {

	/** Names none of which can be taken for a word of ours. */
	private static final List<String> FISH = List.of("tench", "gudgeon", "burbot", "zander", "smelt", "asp", "nase", "ide",
		"barbel", "loach");
	private static final Pattern NUMBERED = Pattern.compile("\\bclass \\d+");

	private Path folder;
	private Context context;
	private GlassboxService glassbox;
	private Path model;
	private List<String> names;

	@BeforeAll
	void open(@TempDir final Path temporary) throws IOException {
		folder = temporary;
		context = new Context(CommandService.class, GlassboxService.class);
		glassbox = context.service(GlassboxService.class);
		final ReferenceCase network = new ReferenceCase("gapcnn");
		model = Files.copy(network.file("model.onnx"), folder.resolve("pond.onnx"));
		names = FISH.subList(0, network.logits().length());
		Files.write(folder.resolve("pond.labels.txt"), names);
	}

	@AfterAll
	void close() {
		context.dispose();
	}

	Stream<String> methods() {
		return Method.all(context).stream().map(Method::name);
	}

	private static ImagePlus image() {
		final float[] pixels = new float[32 * 32];
		for (int i = 0; i < pixels.length; i++)
			pixels[i] = (i * 37) % 255;
		return new ImagePlus("pool", new FloatProcessor(32, 32, pixels));
	}

	@ParameterizedTest
	@MethodSource("methods")
	void aMethodSpeaksOfClassesByName(final String method) throws IOException {
		final ImagePlus image = image();
		final Explanation e = glassbox.explain(image, model.toString(), method, Map.of("target", "1"));
		final String layer = e.addTo(image, LayerStyle.of(e.map()));
		final Path written = Files.createDirectories(folder.resolve(method));
		e.write(written, LayerStyle.of(e.map()));
		final List<String> told = new ArrayList<>(List.of(e.summary(), layer, e.attribution().target().description(), e.heatmap()
			.getTitle(), e.heatmap().getInfoProperty(), e.table().getColumnHeadings()));
		e.rois().stream().map(Roi::getName).forEach(told::add);
		for (int i = 0; i < image.getOverlay().size(); i++)
			told.add(String.valueOf(image.getOverlay().get(i).getName()));
		try (Stream<Path> files = Files.list(written)) {
			for (final Path file : files.filter(f -> f.toString().matches(".*\\.(txt|csv|json)")).toList())
				told.add(Files.readString(file));
		}
		told.forEach(this::hasNoNumberForAName);
		for (final String text : List.of(layer, e.summary(), e.provenance().get("Explained"), e.provenance().get("Target")))
			assertTrue(text.contains(names.get(1) + " (class 1)"), text);
		assertTrue(names.contains(e.provenance().get("Prediction")), e.provenance().toString());
	}

	@Test
	void aDifferenceNamesBoth() {
		final Explanation e = glassbox.explain(image(), model.toString(), "gradient", Map.of("target", "1 - 0"));
		assertEquals("gudgeon (class 1) - tench (class 0)", e.provenance().get("Target"));
		assertEquals("gudgeon (class 1) minus tench (class 0)", e.provenance().get("Explained"));
	}

	@Test
	void aPredictionNamesEveryClass() {
		final Prediction said = glassbox.predict(image(), model.toString());
		said.ranking().forEach(entry -> assertEquals(names.get(entry.index()), entry.label()));
	}

	@Test
	void theCommandLineNamesThem() {
		final Path picture = folder.resolve("pool.tif");
		IJ.saveAsTiff(image(), picture.toString());
		final String predicted = run("predict", "--model", model.toString(), "--image", picture.toString());
		names.stream().limit(5).forEach(name -> assertTrue(names.size() > 5 || predicted.contains(name), predicted));
		for (final String json : List.of("--json", "--no-black-box")) {
			final String explained = run("explain", "--method", "gradient", "--model", model.toString(), "--image", picture
				.toString(), "--target", "1", json, "--out", folder.resolve("out").toString());
			hasNoNumberForAName(explained);
			assertTrue(explained.contains("gudgeon (class 1)"), explained);
		}
	}

	private static String run(final String... arguments) {
		final StringWriter out = new StringWriter();
		assertEquals(0, Main.run(new PrintWriter(out, true), new PrintWriter(out, true), arguments), out.toString());
		return out.toString();
	}

	/** Each number of a class stands behind its name. */
	private void hasNoNumberForAName(final String text) {
		final long numbered = NUMBERED.matcher(text).results().count();
		final long named = IntStream.range(0, names.size()).mapToLong(i -> Pattern.compile(Pattern.quote(names.get(i) +
			" (class " + i + ")")).matcher(text).results().count()).sum();
		assertEquals(named, numbered, text);
		assertTrue(text.lines().noneMatch(l -> l.matches("\"?(.*: )?(Target|Explained|Prediction)\"?: \"?-?\\d+\"?,?")), text);
	}
}
