package io.glassbox.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.glassbox.command.Explanation;
import io.glassbox.command.GlassboxService;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;

/**
 * Grad-CAM and CAM of real breast ultrasound, against experts' outlines of the lesions.
 * <p>
 * Not part of the ordinary tests: the data is not in this project. Run it with
 * {@code mvn test -Dtest=UltrasoundEvaluation -Dglassbox.real=<folder>}; {@code docs/real-ultrasound.md} says what the
 * folder holds and what came out. Prints tables, and asserts only what no choice of images can change.
 * </p>
 */
class UltrasoundEvaluation {

	/** Last layer of each resolution, by its stride. */
	private static final Map<String, Integer> LAYERS = Collections.unmodifiableMap(new LinkedHashMap<>() {{
		put("features", 32);
		put("features.22", 16);
		put("features.10", 8);
	}});

	private static final double AGREEMENT = 1e-3;

	@TempDir
	private static Path models;
	private static Context context;
	private static GlassboxService glassbox;
	private static List<Scan> scans;

	@BeforeAll
	static void open() throws IOException {
		final Path data = Path.of(System.getProperty("glassbox.real", "../shared/real/busi_ultrasound"));
		assumeTrue(Files.isRegularFile(data.resolve("model.onnx")), "No ultrasound data in " + data.toAbsolutePath() +
			"; name its folder with -Dglassbox.real=<folder>");
		for (final String file : List.of("model.onnx", "model.pt"))
			Files.copy(data.resolve(file), models.resolve(file));
		try (InputStream description = UltrasoundEvaluation.class.getResourceAsStream("/real/busi.glassbox.yaml")) {
			Files.copy(description, models.resolve("model.glassbox.yaml"));
		}
		scans = Scan.all(data.resolve("images"));
		context = new Context(CommandService.class, GlassboxService.class);
		glassbox = context.service(GlassboxService.class);
	}

	@AfterAll
	static void close() {
		if (context != null) context.dispose();
	}

	@Test
	void mostImagesAreClassifiedCorrectly() {
		for (final String file : List.of("model.onnx", "model.pt")) {
			final List<String> wrong = new ArrayList<>();
			for (final Scan s : scans)
				if (!said(file, s).equals(s.truth())) wrong.add(s.image().getTitle() + " as " + said(file, s));
			final double accuracy = 1 - (double) wrong.size() / scans.size();
			print("%s: accuracy %.3f of %d; wrong: %s", file, accuracy, scans.size(), wrong);
			assertTrue(accuracy >= 0.75, file + ": accuracy " + accuracy);
		}
	}

	@Test
	void bothFilesGiveTheSameMaps() {
		for (final String layer : LAYERS.keySet())
			assertSame("grad-cam", Map.of("layer", layer));
		assertSame("cam", Map.of());
	}

	private static void assertSame(final String method, final Map<String, ?> options) {
		double worst = 0;
		for (final Scan s : scans)
			worst = Math.max(worst, difference(map(explain("model.onnx", s, method, options)), map(explain("model.pt", s,
				method, options))));
		print("%s %s: ONNX and TorchScript differ by at most %.1e of a map's maximum", method, options, worst);
		assertEquals(0, worst, AGREEMENT);
	}

	/** The head is linear and averages: the mean gradient is the class's weight by the number of places. */
	@Test
	void gradCamOfTheLastLayerIsThePositivePartOfCam() {
		for (final Scan s : scans) {
			final float[] cam = explain("model.onnx", s, "cam", Map.of("relu", true)).attribution().raw().floats().clone();
			for (int i = 0; i < cam.length; i++)
				cam[i] /= cam.length;
			final float[] gradCam = explain("model.onnx", s, "grad-cam", Map.of()).attribution().raw().floats();
			assertEquals(0, difference(cam, gradCam), AGREEMENT, s.image().getTitle());
		}
	}

	@Test
	void howWellMapsPointAtLesions() {
		final List<Scan> lesions = scans.stream().filter(Scan::hasLesion).toList();
		final Map<Scan, Boolean> right = new LinkedHashMap<>();
		lesions.forEach(s -> right.put(s, said("model.onnx", s).equals(s.truth())));
		print("%-46s  n  peak in  near  mass in    area  near area", "Of the lesion images");
		LAYERS.forEach((layer, stride) -> {
			for (final String target : List.of("predicted", "true")) {
				final Map<Scan, float[]> maps = new LinkedHashMap<>();
				for (final Scan s : lesions)
					maps.put(s, map(explain("model.onnx", s, "grad-cam", Map.of("layer", layer, "target", target.equals("true") ? s
						.truth() : "top"))));
				final String name = "grad-cam " + layer + ", " + target + " class";
				row(name, maps, stride, s -> true);
				row(name + ", classified rightly", maps, stride, right::get);
				row(name + ", classified wrongly", maps, stride, s -> !right.get(s));
				row(name + ", benign", maps, stride, s -> s.truth().equals("benign"));
				row(name + ", malignant", maps, stride, s -> s.truth().equals("malignant"));
				print("%-46s %2d %s", name + ", other images' maps", lesions.size(), swapped(maps, stride));
			}
			print("%-46s %2d %s", "a spot in the image's centre", lesions.size(), centre(lesions, stride));
		});
	}

	private static void row(final String name, final Map<Scan, float[]> maps, final int stride,
		final Predicate<Scan> which)
	{
		final List<Pointing> all = maps.keySet().stream().filter(which).map(s -> Pointing.of(maps.get(s), s.lesion(),
			stride)).toList();
		print("%-46s %2d %s", name, all.size(), Pointing.mean(all));
	}

	/** Each lesion with the maps of all other images: what pointing where lesions usually are would give. */
	private static Pointing swapped(final Map<Scan, float[]> maps, final int stride) {
		final List<Pointing> all = new ArrayList<>();
		maps.forEach((scan, own) -> maps.values().stream().filter(m -> m != own).forEach(m -> all.add(Pointing.of(m, scan
			.lesion(), stride))));
		return Pointing.mean(all);
	}

	private static Pointing centre(final List<Scan> lesions, final int stride) {
		final float[] spot = new float[Scan.SIDE * Scan.SIDE];
		spot[Scan.SIDE / 2 * Scan.SIDE + Scan.SIDE / 2] = 1;
		return Pointing.mean(lesions.stream().map(s -> Pointing.of(spot, s.lesion(), stride)).toList());
	}

	@Test
	void secondsPerImage() {
		for (final String file : List.of("model.onnx", "model.pt"))
			for (final String method : List.of("grad-cam", "cam")) {
				final List<Double> seconds = new ArrayList<>();
				for (final Scan s : scans) {
					final long before = System.nanoTime();
					explain(file, s, method, Map.of());
					seconds.add((System.nanoTime() - before) / 1e9);
				}
				final double first = seconds.get(0);
				Collections.sort(seconds);
				print("%s %s: first image %.3f s, median %.3f s, slowest %.3f s", file, method, first, seconds.get(seconds
					.size() / 2), seconds.get(seconds.size() - 1));
			}
	}

	private static String said(final String file, final Scan scan) {
		return glassbox.predict(scan.image(), models.resolve(file).toString()).top().label();
	}

	private static Explanation explain(final String file, final Scan scan, final String method,
		final Map<String, ?> options)
	{
		return glassbox.explain(scan.image(), models.resolve(file).toString(), method, options);
	}

	private static float[] map(final Explanation e) {
		return e.attribution().map().floats();
	}

	/** Largest difference, as a fraction of the largest value. */
	private static double difference(final float[] a, final float[] b) {
		assertEquals(a.length, b.length);
		double most = 0;
		double worst = 0;
		for (int i = 0; i < a.length; i++) {
			most = Math.max(most, Math.abs(a[i]));
			worst = Math.max(worst, Math.abs(a[i] - b[i]));
		}
		return most == 0 ? worst : worst / most;
	}

	private static void print(final String format, final Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}
}
