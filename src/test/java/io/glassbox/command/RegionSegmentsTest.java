package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.FeatureValues;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.graph.io.OnnxWriter;
import io.glassbox.image.LayerStyle;
import io.glassbox.image.ResultFiles;
import io.glassbox.image.SegmentOutlines;
import io.glassbox.perturb.Segments;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.module.Module;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.OvalRoi;
import ij.gui.Overlay;
import ij.gui.Roi;

/** A network of 4 x 6 pixels that adds them up, and images twice as large: what a person marks there are the segments. */
class RegionSegmentsTest {

	private static final int HEIGHT = 4;
	private static final int WIDTH = 6;
	private static final Map<String, String> RAW = Map.of("values", "raw", "normalization", "raw");

	@TempDir
	private Path folder;

	private Context context;
	private GlassboxService glassbox;
	private Path model;

	@BeforeEach
	void start() {
		context = new Context(CommandService.class, GlassboxService.class);
		glassbox = context.service(GlassboxService.class);
		model = folder.resolve("sum.onnx");
		OnnxWriter.write(Network.builder().input("image", Port.ANY, 1, HEIGHT, WIDTH).node("flat", "", Operator.of("Flatten"), "image")
			.constant("ones", Tensor.of(ones(), HEIGHT * WIDTH, 1)).node("sum", "", Operator.of("Gemm"), "flat", "ones").output("sum",
				Port.ANY, 1).build(), model);
	}

	@AfterEach
	void stop() {
		context.dispose();
	}

	private static float[] ones() {
		final float[] ones = new float[HEIGHT * WIDTH];
		Arrays.fill(ones, 1);
		return ones;
	}

	/** Twice as large as the network's input, all 1. */
	private static ImagePlus image() {
		final ImagePlus image = IJ.createImage("image", "32-bit", 2 * WIDTH, 2 * HEIGHT, 1);
		image.getProcessor().add(1);
		return image;
	}

	private static final int[] HALVES_AND_A_CORNER = {
		0, 0, 0, 1, 1, 1,
		0, 0, 0, 1, 1, 1,
		0, 0, 0, 1, 2, 2,
		0, 0, 0, 1, 2, 2 };

	/** Of the corner the first ROI keeps what both hold; the rest is a segment of its own. */
	@Test
	void roisAreSegmentsAndTheRestIsOneMore() {
		final ImagePlus image = image();
		final Overlay drawn = new Overlay();
		drawn.add(new Roi(0, 0, 6, 8));
		drawn.add(new Roi(4, 4, 8, 4));
		drawn.add(new Roi(6, 4, 2, 4));
		image.setOverlay(drawn);
		final Segments s = glassbox.segments(image, model, "rois", RAW);
		assertArrayEquals(new int[] {
			0, 0, 0, 1, 1, 1,
			0, 0, 0, 1, 1, 1,
			0, 0, 0, 2, 2, 2,
			0, 0, 0, 2, 2, 2 }, s.labels());
		assertEquals(3, s.count(), "the third ROI has no pixel left");
	}

	/** What an explanation found is no region of the person's, unless there is no other; nor is a ROI of a slice that is not there. */
	@Test
	void resultsAndRoisOfOtherImagesAreLeftOut() {
		final ImagePlus image = image();
		final Explanation e = glassbox.explain(image, model.toString(), "feature-ablation", Map.of("values", "raw", "normalization",
			"raw", "segments", "grid 2", "baseline", "zero"));
		final Overlay both = new Overlay();
		e.rois().forEach(both::add);
		image.setOverlay(both);
		assertEquals(2, glassbox.segments(image, model, "rois", RAW).count());
		both.add(new Roi(0, 0, 6, 8));
		both.add(new Roi(8, 4, 4, 4));
		assertArrayEquals(HALVES_AND_A_CORNER, glassbox.segments(image, model, "rois", RAW).labels());
		final ImagePlus stack = IJ.createImage("stack", "32-bit", 2 * WIDTH, 2 * HEIGHT, 3);
		final Roi beyond = new Roi(0, 0, 6, 8);
		beyond.setPosition(7);
		final Overlay far = new Overlay(beyond);
		stack.setOverlay(far);
		stack.setSlice(3);
		assertTrue(assertThrows(GlassboxException.class, () -> glassbox.segments(stack, model, "rois", RAW)).getMessage().contains(
			"lies on what is explained"));
	}

	@Test
	void aFileOfRoisOrALabelImageDoesTheSame() {
		final Path zip = folder.resolve("rois.zip");
		ResultFiles.rois(zip, List.of(new Roi(0, 0, 6, 8), new Roi(8, 4, 4, 4)));
		assertArrayEquals(HALVES_AND_A_CORNER, glassbox.segments(image(), model, zip.toString(), RAW).labels());
		final ImagePlus labels = IJ.createImage("labels", "8-bit", 2 * WIDTH, 2 * HEIGHT, 1);
		labels.getProcessor().setColor(7);
		labels.getProcessor().fill(new Roi(0, 0, 6, 8));
		labels.getProcessor().setColor(9);
		labels.getProcessor().fill(new Roi(8, 4, 4, 4));
		final Path tif = folder.resolve("labels.tif");
		IJ.saveAsTiff(labels, tif.toString());
		assertArrayEquals(HALVES_AND_A_CORNER, glassbox.segments(image(), model, tif.toString(), RAW).labels());
	}

	/** A point of one pixel between the network's pixels stays a segment. */
	@Test
	void whatIsSmallerThanTheNetworksPixelsIsKept() {
		final ImagePlus image = image();
		image.setRoi(new Roi(5, 3, 1, 1));
		final Segments s = glassbox.segments(image, model, "rois", RAW);
		assertEquals(2, s.count());
		assertEquals(1, s.sizes()[1]);
		assertEquals(1, s.labels()[1 * WIDTH + 2]);
	}

	/** Each region's value is the number of its pixels where the network adds up ones. */
	@Test
	void methodsSpeakOfThem() {
		final ImagePlus image = image();
		image.setRoi(new OvalRoi(0, 0, 8, 8));
		final Explanation e = glassbox.explain(image, model.toString(), "feature-ablation", Map.of("values", "raw", "normalization",
			"raw", "segments", "rois", "baseline", "zero"));
		final FeatureValues f = e.attribution().features().orElseThrow();
		assertEquals(2, f.segments());
		assertEquals(HEIGHT * WIDTH, f.values()[0] + f.values()[1], 1e-6);
		assertEquals(2, e.rois().size());
		final List<Path> written = e.write(folder.resolve("out"), LayerStyle.of(e.map()));
		assertTrue(written.stream().anyMatch(p -> p.toString().endsWith("_bars.png")));
		assertTrue(written.stream().anyMatch(p -> p.toString().endsWith("_scores.csv")));
		for (int k = 0; k < 2; k++)
			assertEquals(HEIGHT * WIDTH - f.values()[k], e.scores().getValue("Score", k), 1e-6, "without segment " + k);
	}

	@Test
	void slicesHaveTheRoisThatAreTiedToThem() {
		final ImagePlus stack = IJ.createImage("stack", "32-bit", 2 * WIDTH, 2 * HEIGHT, 2);
		final Roi first = new Roi(0, 0, 6, 8);
		first.setPosition(1);
		final Roi second = new Roi(0, 0, 12, 4);
		second.setPosition(2);
		stack.setOverlay(new Overlay(first));
		stack.getOverlay().add(second);
		assertEquals(12, glassbox.segments(stack, model, "rois", RAW).sizes()[0]);
		stack.setSlice(2);
		final Segments s = glassbox.segments(stack, model, "rois", RAW);
		assertEquals(0, s.labels()[WIDTH - 1], "the upper half, not the left one");
		assertEquals(1, s.labels()[2 * WIDTH]);
	}

	@Test
	void labelsOfATensorComeAsATensor() {
		final Path file = folder.resolve("labels.npy");
		final float[] labels = new float[HEIGHT * WIDTH];
		for (int i = 0; i < labels.length; i++)
			labels[i] = HALVES_AND_A_CORNER[i];
		Npy.write(Tensor.of(labels, HEIGHT, WIDTH), file);
		final Segments s = RegionSegments.onTensor(file.toString()).of(Tensor.zeros(1, 1, HEIGHT, WIDTH));
		assertArrayEquals(HALVES_AND_A_CORNER, s.labels());
	}

	@Test
	void previewDrawsTheBordersOnce() throws Exception {
		final ImagePlus image = image();
		image.setRoi(new Roi(0, 0, 6, 8));
		final Map<String, Object> options = Map.of("image", image, "model", model.toFile(), "segments", "rois");
		final CommandService commands = context.service(CommandService.class);
		commands.run(PreviewSegmentsCommand.class, true, options).get();
		final Module done = commands.run(PreviewSegmentsCommand.class, true, options).get();
		assertEquals("2 segments", done.getOutput("summary"));
		assertEquals(1, image.getOverlay().size());
		final ImageRoi drawn = (ImageRoi) image.getOverlay().get(SegmentOutlines.NAME);
		final int[] pixels = (int[]) drawn.getProcessor().getPixels();
		for (int i = 0; i < pixels.length; i++)
			assertEquals(i % (2 * WIDTH) == 5, (pixels[i] & 0xffffff) == 0xffff00, "pixel " + i);
	}

	@Test
	void whatIsNoSegmentsIsRefused() {
		for (final String missing : new String[] { folder.resolve("none.zip").toString(), "labels.tif", "none.npy" })
			assertTrue(assertThrows(GlassboxException.class, () -> glassbox.segments(image(), model, missing, RAW)).getMessage().contains(
				"neither a file nor an image that is open"), missing);
		assertTrue(message("rois").contains("There are no ROIs: none in the ROI Manager, none on 'image'"), message("rois"));
		assertTrue(message("slik 50").contains("slic"), message("slik 50"));
		final Path small = folder.resolve("small.tif");
		IJ.saveAsTiff(IJ.createImage("small", "8-bit", 3, 3, 1), small.toString());
		assertTrue(message(small.toString()).contains("is 3 x 3, but the image is 12 x 8"), message(small.toString()));
		final ImagePlus noLabels = IJ.createImage("grey", "32-bit", 12, 8, 1);
		noLabels.getProcessor().add(0.5);
		IJ.saveAsTiff(noLabels, small.toString());
		assertTrue(message(small.toString()).contains("Labels are whole numbers"), message(small.toString()));
		final ImagePlus far = image();
		far.setRoi(new Roi(100, 100, 5, 5));
		final String said = assertThrows(GlassboxException.class, () -> glassbox.segments(far, model, "rois", RAW)).getMessage();
		assertTrue(said.contains("None of the 1 ROIs of 'rois' lies on what is explained"), said);
	}

	private String message(final String segments) {
		return assertThrows(GlassboxException.class, () -> glassbox.segments(image(), model, segments, RAW)).getMessage();
	}
}
