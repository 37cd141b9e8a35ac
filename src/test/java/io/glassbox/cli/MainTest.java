package io.glassbox.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.reference.ReferenceCase;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import ij.IJ;
import ij.ImagePlus;

/** The command line as a shell sees it: what it prints, where, and its exit status. */
class MainTest {

	@TempDir
	private Path folder;

	private final ReferenceCase network = new ReferenceCase("gapcnn");
	private String model;
	private String input;
	private String image;

	private record Result(int status, String out, String err) {}

	@BeforeEach
	void write() throws IOException {
		model = network.file("model.onnx").toString();
		input = network.file("input.npy").toString();
		final BufferedImage picture = new BufferedImage(90, 60, BufferedImage.TYPE_INT_RGB);
		for (int i = 0; i < 90 * 60; i++)
			picture.setRGB(i % 90, i / 90, i % 90 > 40 && i / 90 > 30 ? 0xffffff : 0x202020);
		image = folder.resolve("square.png").toString();
		ImageIO.write(picture, "png", folder.resolve("square.png").toFile());
	}

	private static Result run(final String... args) {
		final StringWriter out = new StringWriter();
		final StringWriter err = new StringWriter();
		final int status = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
		return new Result(status, out.toString(), err.toString());
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("io.glassbox.reference.ReferenceCase#everyFile")
	void predictWritesTheNetworksOutputAsItIs(final String name, final String file) {
		final ReferenceCase c = new ReferenceCase(name);
		final Path raw = folder.resolve("out.npy");
		final Result r = run("predict", "--model", c.file(file).toString(), "--input", c.file("input.npy").toString(),
			"--raw", raw.toString());
		assertEquals(0, r.status, r.err);
		assertTrue(ReferenceCase.relativeError(c.logits(), Npy.read(raw)) < 1e-4);
	}

	@Test
	void predictPrintsTheHighestClassesFirst() {
		final Result r = run("predict", "--model", model, "--input", input, "--top", "2", "--json");
		assertEquals(0, r.status, r.err);
		final JsonArray predictions = JsonParser.parseString(r.out).getAsJsonObject().getAsJsonArray("predictions");
		assertEquals(2, predictions.size());
		assertEquals(3, predictions.get(0).getAsJsonObject().get("index").getAsInt());
		assertEquals(1.7144, predictions.get(0).getAsJsonObject().get("score").getAsDouble(), 1e-3);
	}

	/** The highest scoring box of {@code export_detectors.py}, in words and as JSON. */
	@Test
	void predictPrintsTheBoxesOfADetector() {
		final String detector = "src/test/resources/detectors/pair.onnx";
		final String tensor = "src/test/resources/detectors/input.npy";
		final Result words = run("predict", "--model", detector, "--input", tensor, "--top", "2");
		assertEquals(2, words.out.lines().count(), words.out + words.err);
		assertTrue(words.out.startsWith("class 2: score 0.2916, probability 0.5724, box 47, x 25.1 to 34.8, y 16.4 to 27.1"),
			words.out);
		final Result r = run("predict", "--model", detector, "--input", tensor, "--top", "2", "--json");
		final JsonArray boxes = JsonParser.parseString(r.out).getAsJsonObject().getAsJsonArray("boxes");
		assertEquals(2, boxes.size());
		assertEquals(47, boxes.get(0).getAsJsonObject().get("box").getAsInt());
		assertEquals(25.136, boxes.get(0).getAsJsonObject().get("left").getAsDouble(), 1e-3);
	}

	/** By its number; without one the highest scoring. */
	@Test
	void explainTakesABoxOfADetector() {
		final String detector = "src/test/resources/detectors/pair.onnx";
		final String tensor = "src/test/resources/detectors/input.npy";
		final Path raw = folder.resolve("box.npy");
		final Result ninth = run("explain", "--method", "gradient", "--model", detector, "--input", tensor, "--box", "9", "--raw",
			raw.toString(), "--json");
		assertEquals(0, ninth.status, ninth.err);
		assertTrue(JsonParser.parseString(ninth.out).getAsJsonObject().get("target").getAsString().contains(" of box 9, x 0.2 to"),
			ninth.out);
		assertTrue(run("explain", "--method", "gradient", "--model", detector, "--input", tensor, "--raw", raw.toString()).out.contains(
			" of box 47,"));
		final Result none = run("explain", "--method", "gradient", "--model", detector, "--input", tensor, "--box", "48", "--raw",
			raw.toString());
		assertEquals(1, none.status);
		assertTrue(none.err.contains("No box 48: the network has 48 boxes, 0 to 47."), none.err);
	}

	/** A network described as a regression: values, no probabilities, which cannot be explained either. */
	@Test
	void valuesAreToldWithoutProbabilities() throws IOException {
		final Path net = Files.copy(new ReferenceCase("gapcnn").file("model.onnx"), folder.resolve("age.onnx"));
		Files.writeString(folder.resolve("age.glassbox.yaml"), "output: values\nclasses: [age, dose, height, weight]\n");
		final String tensor = new ReferenceCase("gapcnn").file("input.npy").toString();
		final Result words = run("predict", "--model", net.toString(), "--input", tensor);
		assertTrue(words.out.matches("(?s)age +-?\\d\\S*\\R.*") && !words.out.contains("%"), words.out);
		final Result json = run("predict", "--model", net.toString(), "--input", tensor, "--json");
		assertEquals(Set.of("index", "label", "value"), JsonParser.parseString(json.out).getAsJsonObject().getAsJsonArray(
			"predictions").get(0).getAsJsonObject().keySet());
		final Result refused = run("explain", "--method", "gradient", "--model", net.toString(), "--input", tensor, "--score",
			"probability", "--raw", folder.resolve("none.npy").toString());
		assertEquals(1, refused.status);
		assertTrue(refused.err.contains("gives values, no scores of classes; use score=logit"), refused.err);
	}

	@Test
	void explainWritesTheRawMapAtTheLayersSizeOrTheInputs() {
		final Path raw = folder.resolve("map.npy");
		assertEquals(0, run("explain", "--method", "grad-cam", "--model", model, "--input", input, "--target", "3",
			"--layer", "relu3", "--set", "relu=false", "--raw", raw.toString()).status);
		network.assertAgrees("captum_layer_gradcam_norelu", Npy.read(raw));
		assertEquals(0, run("explain", "--method", "Grad-CAM", "--model", model, "--input", input, "--target", "3", "--set",
			"layer=relu3", "--set", "upsample=true", "--raw", raw.toString()).status);
		network.assertAgrees("captum_layer_gradcam_upsampled", Npy.read(raw));
	}

	@Test
	void explainWritesPictureMapRoisTableAndRecord() {
		final Path out = folder.resolve("results");
		final Result r = run("explain", "--method", "cam", "--model", model, "--image", image, "--out", out.toString(),
			"--json");
		assertEquals(0, r.status, r.err);
		final JsonObject report = JsonParser.parseString(r.out).getAsJsonObject();
		assertEquals(5, report.getAsJsonArray("files").size());
		report.getAsJsonArray("files").forEach(f -> assertTrue(Files.isRegularFile(Path.of(f.getAsString())), f
			.getAsString()));
		final ImagePlus heatmap = IJ.openImage(out.resolve("square_cam_heatmap.tif").toString());
		assertEquals(90, heatmap.getWidth());
		assertEquals(60, heatmap.getHeight());
		assertEquals(32, heatmap.getBitDepth());
		assertTrue(heatmap.getInfoProperty().contains("Model SHA-256: "), heatmap.getInfoProperty());
	}

	@Test
	void layersNamesTheOneCamMethodsTake() {
		final Result r = run("layers", "--model", model);
		assertEquals(0, r.status, r.err);
		assertTrue(r.out.lines().anyMatch(l -> l.startsWith("* relu3  Relu  1 x 32 x 16 x 16")), r.out);
	}

	/** The file's code looks at no size, but its numbers are halves. */
	@Test
	void layersAndImportTellOfOtherPrecisions() throws IOException {
		final Path net = Files.copy(Path.of("src/test/resources/precisions/float16.pt"), folder.resolve("half.pt"));
		final String note = "Its parameters are stored in float16; Glassbox computes in float32.";
		final Result layers = run("layers", "--model", net.toString());
		assertEquals(0, layers.status, layers.err);
		assertTrue(layers.err.contains("Note: " + note), layers.err);
		final JsonObject json = JsonParser.parseString(run("layers", "--model", net.toString(), "--json").out)
			.getAsJsonObject();
		assertEquals(note, json.getAsJsonArray("notes").get(0).getAsString());
		final Result understood = run("import", "--model", net.toString(), "--set", "inputsize=8x8", "--dry-run");
		assertTrue(understood.out.contains("  " + note), understood.out + understood.err);
	}

	@Test
	void importSavesWhatIsUnderstoodAndCorrected() throws IOException {
		final Path net = Files.copy(Path.of(model), folder.resolve("net.onnx"));
		Files.writeString(folder.resolve("config.json"),
			"{\"architectures\": [\"A\"], \"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\", \"3\": \"d\"}}");
		final Result dry = run("import", "--model", folder.toString(), "--dry-run");
		assertEquals(0, dry.status, dry.err);
		assertTrue(dry.out.contains("classes: a, b, c, d — from config.json (id2label)"), dry.out);
		final Path yaml = folder.resolve("net.glassbox.yaml");
		assertFalse(Files.exists(yaml));
		final Result r = run("import", "--model", net.toString(), "--set", "classes=e;f;g;h", "--set", "resize=crop 72",
			"--json");
		assertEquals(0, r.status, r.err);
		final JsonObject json = JsonParser.parseString(r.out).getAsJsonObject();
		assertEquals("Saved as " + yaml, json.get("outcome").getAsString());
		assertEquals("crop 72", json.getAsJsonObject("corrected").get("resize").getAsString());
		assertTrue(Files.readString(yaml).contains("classes: [e, f, g, h]"));
		assertTrue(run("predict", "--model", folder.toString(), "--image", image, "--top", "4").out.contains("h "));
		assertEquals(1, run("import", "--model", net.toString(), "--set", "classes=i;j;k;l").status);
		assertEquals(0, run("import", "--model", net.toString(), "--set", "classes=i;j;k;l", "--overwrite").status);
	}

	/** ONNX Runtime knows determinants, Glassbox does not. */
	@Test
	void noBlackBoxRefusesForThatRunOnly() throws IOException {
		final Path opaque = folder.resolve("opaque.onnx");
		OnnxWriter.write(Network.builder().input("x", Port.ANY, 1, 4, 4).node("y", "head", Operator.of("Det"), "x").output("y",
			Port.ANY, 1).build(), opaque);
		final Path zeros = folder.resolve("zeros.npy");
		Npy.write(Tensor.of(new float[16], 1, 1, 4, 4), zeros);
		final List<String[]> lines = List.of(new String[] { "predict", "--model", opaque.toString(), "--input", zeros
			.toString() }, new String[] { "import", "--model", opaque.toString(), "--dry-run" });
		for (final String[] line : lines) {
			final List<String> careful = new ArrayList<>(List.of(line));
			careful.add("--no-black-box");
			final Result refused = run(careful.toArray(String[]::new));
			assertEquals(1, refused.status, refused.err);
			assertTrue(refused.err.contains("Det") && refused.err.endsWith("or by --no-black-box." + System.lineSeparator()),
				refused.err);
			assertEquals(1, refused.err.lines().count(), refused.err);
			final Result opened = run(line);
			assertEquals(0, opened.status, opened.err);
		}
		assertEquals(0, run("predict", "--model", model, "--input", input, "--no-black-box").status);
	}

	@Test
	void methodsListsEveryMethodWithItsSettings() {
		final Result r = run("methods", "--json");
		final List<String> names = new ArrayList<>();
		JsonParser.parseString(r.out).getAsJsonArray().forEach(m -> names.add(m.getAsJsonObject().get("name")
			.getAsString()));
		assertTrue(names.containsAll(List.of("cam", "grad-cam")), names.toString());
		assertTrue(run("methods").out.contains("relu=true"), "defaults are shown");
	}

	@Test
	void helpAndVersionAreNoFailures() {
		assertEquals(0, run("--help").status);
		assertEquals(0, run("explain", "--help").status);
		assertTrue(run("--version").out.startsWith("Glassbox "));
	}

	static Stream<Arguments> badUsage() {
		return Stream.of(Arguments.of((Object) new String[] {}), Arguments.of((Object) new String[] { "explode" }), Arguments
			.of((Object) new String[] { "predict" }), Arguments.of((Object) new String[] { "predict", "--model", "m" }),
			Arguments.of((Object) new String[] { "predict", "--model", "m", "--image", "i", "--top", "many" }), Arguments.of(
				(Object) new String[] { "predict", "--model", "m", "--image", "i", "--top", "0" }), Arguments.of(
					(Object) new String[] { "explain", "--method", "cam", "--model", "m", "--image", "i" }), Arguments.of(
						(Object) new String[] { "explain", "--method", "cam", "--model", "m", "--input", "i", "--out", "d" }));
	}

	@ParameterizedTest
	@MethodSource("badUsage")
	void badUsageHasExitStatusTwo(final String[] args) {
		assertEquals(2, run(args).status);
	}

	@Test
	void aFailureIsOneClearLineOnStandardErrorAndExitStatusOne() {
		for (final String[] args : new String[][] {
			{ "predict", "--model", folder.resolve("none.onnx").toString(), "--image", image },
			{ "predict", "--model", model, "--image", folder.resolve("none.png").toString() },
			{ "predict", "--model", model, "--image", model },
			{ "predict", "--model", image, "--image", image },
			{ "explain", "--method", "grad-camm", "--model", model, "--image", image, "--out", folder.toString() },
			{ "explain", "--method", "cam", "--model", model, "--image", image, "--out", image },
			{ "explain", "--method", "cam", "--model", model, "--image", image, "--out", folder.toString(), "--set",
				"relo=true" },
			{ "explain", "--method", "cam", "--model", model, "--image", image, "--out", folder.toString(), "--set",
				"relu=maybe" },
			{ "explain", "--method", "grad-cam", "--model", model, "--image", image, "--out", folder.toString(), "--layer",
				"relu9" },
			{ "explain", "--method", "cam", "--model", model, "--image", image, "--out", folder.toString(), "--target",
				"ring" },
			{ "explain", "--method", "cam", "--model", model, "--input", image, "--raw", folder.resolve("x.npy")
				.toString() } })
		{
			final Result r = run(args);
			final String line = String.join(" ", args);
			assertEquals(1, r.status, line);
			assertEquals(1, r.err.lines().count(), line + ": " + r.err);
			assertTrue(r.err.startsWith("glassbox: ") && r.err.strip().endsWith("."), line + ": " + r.err);
			assertTrue(r.out.isEmpty(), line + ": " + r.out);
			assertFalse(r.err.contains("Exception"), line + ": " + r.err);
		}
		assertEquals(List.of("square.png"), List.of(folder.toFile().list()), "nothing is left behind");
	}

	@Test
	void wrongInputShapeSaysWhatWasExpected() {
		final Path wrong = folder.resolve("wrong.npy");
		Npy.write(Tensor.zeros(1, 1, 64, 64), wrong);
		final Result r = run("predict", "--model", model, "--input", wrong.toString());
		assertEquals(1, r.status);
		assertTrue(r.err.contains("3 x 64 x 64"), r.err);
	}
}
