package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.image.LayerStyle;
import io.glassbox.reference.ReferenceCase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;

import ij.ImagePlus;
import ij.measure.ResultsTable;
import ij.process.FloatProcessor;

/** An image and five clinical values, as a person gives them. */
class OtherInputsTest {

	private static final ReferenceCase CASE = new ReferenceCase("multimodal");
	private static final Map<String, String> RAW = Map.of("values", "raw", "normalization", "raw");

	private static Context context;
	private static GlassboxService glassbox;

	private final Tensor clinical = Npy.read(CASE.file("input__input1.npy"));
	private final ImagePlus image = new ImagePlus("scan", new FloatProcessor(32, 32, Npy.read(CASE.file(
		"input__input0.npy")).floats()));
	private final String numbers = IntStream.range(0, 5).mapToObj(i -> "" + clinical.floats()[i]).collect(Collectors.joining(
		", "));

	@BeforeAll
	static void start() {
		context = new Context();
		glassbox = context.service(GlassboxService.class);
	}

	@AfterAll
	static void stop() {
		context.dispose();
	}

	private double score(final String others) {
		return glassbox.predict(image, CASE.file("model.onnx"), "auto", RAW, others).ranking().stream().filter(e -> e
			.index() == CASE.targetClass()).findFirst().orElseThrow().score();
	}

	private Explanation explain(final String method, final String others) {
		final Map<String, Object> options = new LinkedHashMap<>(RAW);
		options.putAll(Map.of("target", "" + CASE.targetClass(), "inputs", others));
		return glassbox.explain(image, CASE.file("model.onnx").toString(), method, options);
	}

	@Test
	void numbersATensorAndTheNameLeftOutAreTheSame() {
		assertEquals(4.014844, score("clinical=" + numbers), 1e-4);
		assertEquals(4.014844, score(numbers.replace(",", "")), 1e-4);
		assertEquals(4.014844, score("clinical = " + CASE.file("input__input1.npy")), 1e-4);
	}

	@Test
	void theExplanationHasATableOfTheOthersAndTheirShare(@TempDir final Path folder) throws Exception {
		final Explanation e = explain("gradient", numbers);
		final ResultsTable table = e.otherTables().get("clinical");
		final float[] expected = Npy.read(CASE.file("expected/captum_saliency_abs__input1.npy")).floats();
		assertArrayEquals(expected, new float[] { (float) table.getValue("Contribution", 0), (float) table.getValue(
			"Contribution", 1), (float) table.getValue("Contribution", 2), (float) table.getValue("Contribution", 3),
			(float) table.getValue("Contribution", 4) }, 1e-4f);
		assertTrue(e.summary().contains("share of clinical: "), e.summary());
		assertEquals(numbers, e.provenance().get("Other inputs"));
		final List<String> files = e.write(folder, LayerStyle.of(e.map())).stream().map(f -> f.getFileName().toString())
			.toList();
		assertTrue(files.contains("scan_gradient_clinical.csv"), files.toString());
		assertEquals(6, Files.readAllLines(folder.resolve("scan_gradient_clinical.csv")).size());
		assertEquals("Gradient of clinical", e.others().plots().get(0).getTitle());
	}

	@Test
	void aClassActivationMapIsOfTheImageAlone() {
		assertEquals(Map.of(), explain("grad-cam", numbers).otherTables());
	}

	@Test
	void whatIsMissingOrDoesNotFitIsSaid() {
		for (final String[] wrong : new String[][] { { "", "inputs=[clinical=…]" }, { "1, 2, 3", "? x 5" }, { "age=3",
			"clinical" }, { "clinical=nowhere.tif", "nowhere.tif" }, { numbers + ";" + numbers, "twice" } })
		{
			final String message = assertThrows(GlassboxException.class, () -> score(wrong[0]), Arrays.toString(wrong)).getMessage();
			assertTrue(message.contains(wrong[1]), message);
		}
		final ReferenceCase plain = new ReferenceCase("miniunet");
		assertThrows(GlassboxException.class, () -> glassbox.predict(image, plain.file("model.onnx"), "auto", RAW, "1, 2"));
	}
}
