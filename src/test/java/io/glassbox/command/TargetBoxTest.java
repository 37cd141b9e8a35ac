package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.image.LayerStyle;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.module.Module;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.Roi;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;

/** Small detectors, asked about the box that a person points at; truth by {@code export_detectors.py}. */
class TargetBoxTest {

	private static final Path DATA = Path.of("src/test/resources/detectors");
	private static final List<String> NAMES = List.of("cat", "dog", "cow");
	private static final List<String> KINDS = List.of("pair", "columns", "rows", "softmax");
	private static final int WIDTH = 32;
	private static final int HEIGHT = 24;

	private static Context context;
	private static GlassboxService glassbox;

	@TempDir
	private Path folder;

	@BeforeAll
	static void start() {
		context = new Context();
		glassbox = context.service(GlassboxService.class);
	}

	@AfterAll
	static void stop() {
		context.dispose();
	}

	/** A line of cases.txt: which network, where the person points, class, box, score, corners; and the gradient. */
	private record Case(String kind, String where, int k, int box, double score, double[] corners, float[] gradient) {

		static List<Case> all() throws IOException {
			final List<String> lines = Files.readAllLines(DATA.resolve("cases.txt"));
			final Map<String, Integer> seen = new LinkedHashMap<>();
			return lines.stream().map(line -> line.split(";")).map(p -> {
				final Tensor gradients = Npy.read(DATA.resolve(p[0] + ".gradients.npy"));
				final int length = gradients.length() / gradients.size(0);
				final int at = seen.merge(p[0], 1, Integer::sum) - 1;
				return new Case(p[0], p[1], Integer.parseInt(p[2]), Integer.parseInt(p[3]), Double.parseDouble(p[4]), numbers(p[5]),
					Arrays.copyOfRange(gradients.floats(), at * length, (at + 1) * length));
			}).toList();
		}

		boolean isTop() {
			return where.equals("top");
		}
	}

	private static double[] numbers(final String text) {
		return Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
	}

	/** The input of the networks as an image, each pixel {@code times} as large both ways. */
	private static ImagePlus image(final int times) {
		final float[] all = Npy.read(DATA.resolve("input.npy")).floats();
		final ImageStack stack = new ImageStack(WIDTH * times, HEIGHT * times);
		for (int c = 0; c < 3; c++) {
			final ImageProcessor plane = new FloatProcessor(WIDTH * times, HEIGHT * times);
			for (int y = 0; y < HEIGHT * times; y++)
				for (int x = 0; x < WIDTH * times; x++)
					plane.setf(x, y, all[(c * HEIGHT + y / times) * WIDTH + x / times]);
			stack.addSlice(plane);
		}
		final ImagePlus image = new ImagePlus("scene", stack);
		image.setDimensions(3, 1, 1);
		return image;
	}

	private Path model(final String file) throws IOException {
		final Path model = Files.copy(DATA.resolve(file), folder.resolve(file));
		Files.writeString(folder.resolve(file.replaceAll("\\.[^.]*$", ".labels.txt")), String.join("\n", NAMES) + "\n");
		return model;
	}

	private Explanation explain(final ImagePlus image, final Path model, final String method,
		final Map<String, ?> options)
	{
		final Map<String, Object> all = new LinkedHashMap<>(Map.of("values", "raw", "normalization", "raw", "inputsize", "24x32"));
		all.putAll(options);
		return glassbox.explain(image, model.toString(), method, all);
	}

	private static void point(final ImagePlus image, final Case c, final int times) {
		if (c.isTop()) return;
		final double[] r = numbers(c.where);
		image.setRoi(new Roi(times * r[0], times * r[1], times * (r[2] - r[0]), times * (r[3] - r[1])));
	}

	@Test
	void gradientOfTheBoxPointedAtIsPyTorchs() throws IOException {
		for (final String ending : List.of(".onnx", ".pt")) {
			final Map<String, Path> models = new LinkedHashMap<>();
			for (final String kind : KINDS)
				models.put(kind, model(kind + ending));
			for (final Case c : Case.all()) {
				final ImagePlus image = image(1);
				point(image, c, 1);
				final Explanation e = explain(image, models.get(c.kind), "gradient", Map.of("absolute", false, "target", c.isTop()
					? "top" : NAMES.get(c.k)));
				final Attribution a = e.attribution();
				final String which = c.kind + ending + " " + c.where + ": " + a.target().description();
				assertTrue(a.target().description().startsWith(NAMES.get(c.k) + " (class " + c.k + ") of box " + c.box + ","), which);
				assertEquals(c.score, a.target().score(), 1e-4, which);
				float most = 0;
				for (final float g : c.gradient)
					most = Math.max(most, Math.abs(g));
				final float[] found = a.raw().floats();
				assertEquals(c.gradient.length, found.length);
				for (int i = 0; i < found.length; i++)
					assertEquals(c.gradient[i], found[i], 1e-4 * most, which);
			}
		}
	}

	/** The image is three times as large as the network's input: the selection is mapped there, and the box back. */
	@Test
	void selectionAndBoxAreInPixelsOfTheImage() throws IOException {
		final Path model = model("pair.onnx");
		for (final Case c : Case.all()) {
			if (!c.kind.equals("pair")) continue;
			final ImagePlus image = image(3);
			point(image, c, 3);
			final Explanation e = explain(image, model, "gradient", Map.of("target", NAMES.get(c.k)));
			final Roi box = e.boxes().get(0);
			assertArrayEquals(Arrays.stream(c.corners).map(v -> 3 * v).toArray(), new double[] { box.getXBase(), box.getYBase(), box
				.getXBase() + box.getFloatWidth(), box.getYBase() + box.getFloatHeight() }, 0.01);
			assertNull(image.getOverlay());
			glassbox.overlay(image, e);
			assertTrue(Arrays.stream(image.getOverlay().toArray()).anyMatch(r -> box.getName().equals(r.getName())));
		}
	}

	@Test
	void boxIsChosenByNumberOrScoreToo() throws IOException {
		final Path model = model("columns.onnx");
		final ImagePlus image = image(1);
		image.setRoi(1, 1, 11, 9);
		assertTrue(explained(image, model, "7").contains(" of box 7,"));
		assertTrue(explained(image, model, "top").startsWith("cow (class 2) of box 47,"));
		assertTrue(explained(image, model, "roi").contains(" of box 9,"));
		assertTrue(message(image, model, "48").contains("0 to 47"));
		assertTrue(message(image, model, "best").contains("auto, top, roi, or a number"));
		image.deleteRoi();
		assertTrue(message(image, model, "roi").contains("has no selection"));
	}

	private String explained(final ImagePlus image, final Path model, final String box) {
		return explain(image, model, "gradient", Map.of("box", box)).attribution().target().description();
	}

	private String message(final ImagePlus image, final Path model, final String box) {
		return assertThrows(GlassboxException.class, () -> explained(image, model, box)).getMessage();
	}

	private List<Explanation> all(final ImagePlus image, final Path model, final String method, final Map<String, ?> options) {
		final Map<String, Object> all = new LinkedHashMap<>(AS_IS);
		all.putAll(options);
		return glassbox.explainAll(image, model.toString(), method, all);
	}

	private static String description(final Explanation e) {
		return e.attribution().target().description();
	}

	/** Each class has its own box; methods that share their samples and others say what they say of each alone. */
	@Test
	void severalClassesAreExplainedEachWithItsBox() throws IOException {
		final Path model = model("pair.onnx");
		final ImagePlus image = image(1);
		for (final String method : List.of("occlusion", "gradient")) {
			final Map<String, Object> settings = method.equals("gradient") ? Map.of() : Map.of("window", "8", "stride", "8");
			final List<Explanation> together = all(image, model, method, with(settings, "cat; cow"));
			assertEquals(2, together.size());
			for (int i = 0; i < 2; i++) {
				final Explanation alone = explain(image, model, method, with(settings, i == 0 ? "cat" : "cow"));
				assertEquals(description(alone), description(together.get(i)));
				assertArrayEquals(alone.map().plane(0), together.get(i).map().plane(0));
				assertEquals(1, together.get(i).boxes().size());
				assertEquals(alone.boxes().get(0).getBounds(), together.get(i).boxes().get(0).getBounds());
			}
		}
	}

	private static Map<String, Object> with(final Map<String, Object> settings, final String target) {
		final Map<String, Object> all = new LinkedHashMap<>(settings);
		all.put("target", target);
		return all;
	}

	/** The boxes that are predicted, in their order; at a selection those it overlaps with. */
	@Test
	void topBoxesAreThoseThatThePredictionTells() throws IOException {
		for (final String kind : KINDS) {
			final Path model = model(kind + ".onnx");
			final ImagePlus image = image(3);
			final List<Prediction.Box> told = glassbox.predict(image, model, "auto", AS_IS).boxes();
			final List<Explanation> three = all(image, model, "gradient", Map.of("target", "top 3"));
			for (int i = 0; i < 3; i++)
				assertTrue(description(three.get(i)).startsWith(told.get(i).label() + " (class " + told.get(i).index() + ") of box " + told
					.get(i).box() + ","), description(three.get(i)));
			final Prediction.Box second = told.get(1);
			image.setRoi(new Roi(second.left() + 1, second.top() + 1, 2, 2));
			assertTrue(all(image, model, "gradient", Map.of("target", "top 99")).stream().anyMatch(e -> description(e).contains(
				" of box " + second.box() + ",")));
		}
	}

	@Test
	void topBoxesAndOneBoxDoNotGoTogether() throws IOException {
		final Path model = model("pair.onnx");
		assertTrue(assertThrows(GlassboxException.class, () -> all(image(1), model, "gradient", Map.of("target", "top 3", "box",
			"7"))).getMessage().contains("leave out one of them"));
	}

	/** What was guessed is told; what the description says is taken, and found in the record. */
	@Test
	void formatIsGuessedAndTold() throws IOException {
		assertEquals("xyxy, in pixels (guessed from the values; say it with 'boxes:' in the description)", boxes("pair.onnx"));
		assertTrue(boxes("columns.onnx").startsWith("xywh, in pixels (guessed"));
		assertTrue(boxes("rows.onnx").startsWith("xywh, normalised (guessed"));
		Files.writeString(folder.resolve("pair.glassbox.yaml"), "boxes:\n  format: xyxy\n  units: pixels\n");
		assertEquals("xyxy, in pixels", explain(image(1), folder.resolve("pair.onnx"), "gradient", Map.of()).provenance().get(
			"Boxes"));
	}

	private String boxes(final String file) throws IOException {
		return explain(image(1), model(file), "gradient", Map.of()).provenance().get("Boxes");
	}

	/** Methods that look at layers, walk paths or score altered copies take the same target. */
	@Test
	void allKindsOfMethodsExplainABox() throws IOException {
		final Path model = model("rows.onnx");
		final ImagePlus image = image(1);
		image.setRoi(1, 1, 11, 9);
		for (final String method : List.of("grad-cam", "ablation-cam", "score-cam", "integrated-gradients", "guided-backprop",
			"smoothgrad"))
		{
			final Attribution a = explain(image, model, method, Map.of("target", "cat")).attribution();
			assertTrue(a.target().description().contains("of box 9,"), method);
			assertEquals(List.of(HEIGHT, WIDTH), a.extents(), method);
		}
	}

	private static final Map<String, String> AS_IS = Map.of("values", "raw", "normalization", "raw", "inputsize", "24x32");

	/** What is reported is what is explained without a selection, in pixels of an image three times as large; no two overlap. */
	@Test
	void predictionTellsTheBoxesThatSuppressionLeaves() throws IOException {
		for (final String kind : KINDS) {
			final Case top = Case.all().stream().filter(c -> c.kind.equals(kind) && c.isTop()).findFirst().orElseThrow();
			final Prediction p = glassbox.predict(image(3), model(kind + ".onnx"), "auto", AS_IS);
			final Prediction.Box first = p.boxes().get(0);
			assertEquals(top.box, first.box());
			assertEquals(NAMES.get(top.k), first.label());
			assertEquals(top.score, first.score(), 1e-4);
			assertArrayEquals(Arrays.stream(top.corners).map(v -> 3 * v).toArray(), new double[] { first.left(), first.top(), first
				.right(), first.bottom() }, 0.01);
			assertTrue(p.boxes().size() > 3 && p.boxes().size() < 48, kind + " " + p.boxes().size());
			assertEquals(first.left(), p.rois().get(0).getXBase(), 1e-9);
			assertTrue(p.rois().get(0).getName().startsWith(first.label()));
			for (final Prediction.Box a : p.boxes())
				for (final Prediction.Box b : p.boxes())
					assertTrue(a == b || a.index() != b.index() || overlap(a, b) <= 0.5, a + " " + b);
		}
	}

	private static double overlap(final Prediction.Box a, final Prediction.Box b) {
		final double both = Math.max(0, Math.min(a.right(), b.right()) - Math.max(a.left(), b.left())) * Math.max(0, Math.min(a
			.bottom(), b.bottom()) - Math.max(a.top(), b.top()));
		return both / ((a.right() - a.left()) * (a.bottom() - a.top()) + (b.right() - b.left()) * (b.bottom() - b.top()) - both);
	}

	/** Slices have boxes of their own, shown on their own slice; pictures show theirs, white between black. */
	@Test
	void boxIsDrawnOnItsSliceAndInItsPicture() throws IOException {
		final ImageStack frames = new ImageStack(WIDTH, HEIGHT);
		for (int t = 0; t < 2; t++)
			for (int c = 1; c <= 3; c++) {
				final ImageProcessor plane = image(1).getStack().getProcessor(c).duplicate();
				if (t == 1) plane.invert();
				frames.addSlice(plane);
			}
		final ImagePlus image = new ImagePlus("film", frames);
		image.setDimensions(3, 1, 2);
		image.setOpenAsHyperStack(true);
		final Explanation e = explain(image, model("pair.onnx"), "gradient", Map.of("slices", "all"));
		assertEquals(List.of(1, 2), e.boxes().stream().map(Roi::getTPosition).toList());
		final Roi first = e.boxes().get(0);
		final Roi second = e.boxes().get(1);
		assertTrue(Math.abs(first.getXBase() - second.getXBase()) > 2);
		final List<Path> written = e.write(folder.resolve("out"), LayerStyle.of(e.map()));
		final BufferedImage picture = ImageIO.read(written.stream().filter(f -> f.toString().endsWith("_overlay_0002.png")).findFirst()
			.orElseThrow().toFile());
		final int factor = 384 / HEIGHT;
		final int x = (int) (factor * (second.getXBase() + second.getFloatWidth() / 2));
		final int y = (int) (factor * second.getYBase());
		assertTrue((picture.getRGB(x, y) & 0xff) > 220, "the box's upper edge");
		assertTrue((picture.getRGB(x, y - 2) & 0xff) < 60, "beside it");
	}

	/** A wide image, fitted into the input with margins, or cut at both sides: boxes and selections go there and back. */
	@ParameterizedTest
	@CsvSource({ "letterbox, 2, 0, -12", "crop, 1, 16, 0" })
	void boxesLieRightHoweverTheImageIsFitted(final String resize, final double times, final double right,
		final double down) throws IOException
	{
		final Path model = model("pair.onnx");
		final ImagePlus image = new ImagePlus("wide", image(2).getStack().crop(0, 0, 0, 2 * WIDTH, HEIGHT, 3));
		image.setDimensions(3, 1, 1);
		for (final int number : new int[] { 9, 22, 35 }) {
			final Explanation e = explain(image, model, "gradient", Map.of("box", number, "resize", resize));
			final float[] table = e.attribution().output().floats();
			final Roi box = e.boxes().get(0);
			final int at = 7 * number;
			assertArrayEquals(new double[] { times * table[at] + right, times * table[at + 1] + down, times * table[at + 2] + right,
				times * table[at + 3] + down }, new double[] { box.getXBase(), box.getYBase(), box.getXBase() + box.getFloatWidth(), box
					.getYBase() + box.getFloatHeight() }, 0.01);
			image.setRoi(box);
			assertTrue(explain(image, model, "gradient", Map.of("box", "roi", "resize", resize)).boxes().get(0).getFloatBounds()
				.intersects(box.getFloatBounds()));
			image.deleteRoi();
		}
	}

	@Test
	void mirroredImagesHaveOtherBoxesWhichIsSaid() throws IOException {
		final Path model = model("pair.onnx");
		final ImagePlus image = image(1);
		final String said = assertThrows(GlassboxException.class, () -> explain(image, model, "grad-cam", Map.of("augsmooth",
			true))).getMessage();
		assertTrue(said.contains("choose augsmooth=false"), said);
	}

	@Test
	void importKeepsAndCorrectsWhatIsSaidOfBoxes() throws IOException {
		final Path model = model("rows.onnx");
		final Path yaml = Files.writeString(folder.resolve("rows.glassbox.yaml"),
			"boxes: {format: xywh, units: normalised}\nclasses: [a, b, c]\ninput: {size: [24, 32]}\n");
		glassbox.importModel(model, Map.of("classes", "cat; dog; cow"), true, true);
		assertEquals("xywh normalised", glassbox.describe(model).boxes().text());
		final String report = glassbox.importModel(model, Map.of("boxes", "objectness, xywh"), true, true).report();
		assertTrue(report.contains("Corrected:\n  boxes: xywh objectness"), report);
		assertTrue(Files.readString(yaml).contains("boxes: {format: xywh, objectness: true}"), Files.readString(yaml));
		assertEquals("xywh, normalised (guessed from the values; say it with 'boxes:' in the description)", explain(image(1), model,
			"gradient", Map.of()).provenance().get("Boxes"));
		glassbox.importModel(model, Map.of("boxes", "none"), true, true);
		assertFalse(glassbox.describe(model).boxes().described());
		final String said = assertThrows(GlassboxException.class, () -> glassbox.importModel(model, Map.of("boxes", "xyxy xywh"), true,
			true)).getMessage();
		assertTrue(said.contains("xyxy or xywh, pixels or normalised"), said);
	}

	@Test
	void predictCommandDrawsTheBoxesAndTellsThem() throws Exception {
		final ImagePlus image = image(3);
		final Map<String, Object> options = new LinkedHashMap<>(AS_IS);
		options.putAll(Map.of("image", image, "model", model("softmax.onnx").toFile(), "top", 2));
		final Module done = context.service(CommandService.class).run(PredictCommand.class, true, options).get();
		final String[] told = ((String) done.getOutput("summary")).split("\n");
		assertEquals(2, told.length);
		assertTrue(told[0].startsWith("cat: score 0.2846, probability 0."), told[0]);
		assertTrue(told[0].contains("box 9, x 0.6 to 30.7, y -1.9 to 32.1"), told[0]);
		assertEquals(2, image.getOverlay().size());
		assertTrue(image.getOverlay().get(0).getName().matches("cat 0\\.\\d\\d \\(box 9\\)"), image.getOverlay().get(0).getName());
		context.service(CommandService.class).run(PredictCommand.class, true, options).get();
		assertEquals(2, image.getOverlay().size(), "the same boxes are not drawn twice");
	}
}
