package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.reference.ReferenceCase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.PointRoi;
import ij.gui.Roi;
import ij.process.FloatProcessor;

/** A network that segments, asked about the part of an image that a person points at. */
class TargetRegionTest {

	private static final ReferenceCase UNET = new ReferenceCase("miniunet");

	private static Context context;
	private static GlassboxService glassbox;

	@TempDir
	private Path folder;

	private ImagePlus image;
	private Path model;

	@BeforeAll
	static void start() {
		context = new Context();
		glassbox = context.service(GlassboxService.class);
	}

	@AfterAll
	static void stop() {
		context.dispose();
	}

	@BeforeEach
	void open() throws Exception {
		image = new ImagePlus("cells", new FloatProcessor(64, 64, UNET.input().floats().clone()));
		model = Files.copy(UNET.file("model.onnx"), folder.resolve("unet.onnx"));
		Files.writeString(folder.resolve("unet.labels.txt"), "background\nblob\nbars\n");
	}

	private Explanation explain(final ImagePlus of, final Map<String, ?> options) {
		final Map<String, Object> all = new LinkedHashMap<>(Map.of("values", "raw", "normalization", "raw"));
		all.putAll(options);
		return glassbox.explain(of, model.toString(), "gradient", all);
	}

	private String explained(final Map<String, ?> options) {
		return explain(image, options).attribution().target().description();
	}

	@Test
	void thePredictionTellsTheShareOfEachClass() {
		final Prediction p = glassbox.predict(image, model, "auto", Map.of("values", "raw", "normalization", "raw"));
		assertEquals(Prediction.Scale.AREA, p.scale());
		assertEquals("background", p.top().label());
		assertEquals(1, p.ranking().stream().mapToDouble(Prediction.Entry::probability).sum(), 1e-12);
		final Prediction.Entry blob = p.ranking().stream().filter(e -> e.label().equals("blob")).findFirst().orElseThrow();
		assertEquals("blob: 102 pixels, 2.49 %", p.text(blob));
	}

	@Test
	void withoutARegionItIsWhatIsPredicted() {
		final Explanation e = explain(image, Map.of("target", "blob"));
		assertEquals("blob (class 1) over 102 predicted pixels", e.attribution().target().description());
		assertEquals(e.attribution().target().description(), e.provenance().get("Explained"));
		assertTrue(e.provenance().get("Prediction").contains("blob: 102 pixels"), e.provenance().toString());
		assertEquals("auto", e.provenance().get("Region"));
	}

	@Test
	void theSelectionPixelsMasksAndTheWholeCanBeNamed() throws Exception {
		image.setRoi(new Roi(10, 20, 6, 5));
		assertEquals("bars (class 2) over the selection, 30 pixels", explained(Map.of("target", "bars", "region", "roi")));
		image.setRoi(new PointRoi(12, 13));
		final float[] point = explain(image, Map.of("target", "1", "region", "roi")).map().plane(0).clone();
		image.deleteRoi();
		assertEquals("blob (class 1) over pixel 12,13, 1 pixel", explained(Map.of("target", "1", "region", "12,13")));
		assertArrayEquals(point, explain(image, Map.of("target", "1", "region", "12,13")).map().plane(0), 0f);
		assertEquals("blob (class 1), mean over all 4096 pixels", explained(Map.of("target", "1", "region", "all", "pool",
			"mean")));
		final FloatProcessor mask = new FloatProcessor(64, 64);
		mask.setf(3, 60, 255);
		final Path file = folder.resolve("mask.tif");
		IJ.saveAsTiff(new ImagePlus("mask", mask), file.toString());
		assertEquals("blob (class 1) over mask mask.tif, 1 pixel", explained(Map.of("target", "1", "region", file
			.toString())));
	}

	/** Every pixel that was chosen counts, however the image is resized. */
	@Test
	void aRegionFollowsTheImageIntoTheNetworksGrid() {
		final ImagePlus large = image.resize(256, 128, "bilinear");
		assertEquals("blob (class 1) over pixel 100,60, 1 pixel", explain(large, Map.of("target", "1", "region", "100,60"))
			.attribution().target().description());
		final ImagePlus small = image.resize(16, 16, "none");
		small.setRoi(new Roi(0, 0, 2, 1));
		assertEquals("blob (class 1) over the selection, 32 pixels", explain(small, Map.of("target", "1", "region", "roi",
			"inputsize", "64x64")).attribution().target().description());
	}

	@Test
	void whatCannotBeIsSaid() {
		for (final Map<String, String> wrong : java.util.List.of(Map.of("region", "roi"), Map.of("region", "nowhere"), Map.of(
			"region", "64,3"), Map.of("pool", "median")))
			assertThrows(GlassboxException.class, () -> explained(wrong), wrong.toString());
		final String message = assertThrows(GlassboxException.class, () -> glassbox.target("1", model, "3,4,5", false, java.util.List
			.of(Tensor.zeros(1, 1, 64, 64)))).getMessage();
		assertTrue(message.contains("3 coordinates"), message);
	}
}
