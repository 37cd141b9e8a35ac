package io.glassbox.command.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.glassbox.command.bridge.ImageJProcess.Result;
import io.glassbox.command.bridge.driver.GradCamDriver;

import java.awt.Color;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import ij.IJ;
import ij.ImagePlus;

/** The Grad-CAM dialog and those around it, filled in by a person at a real plain ImageJ on the packaged plugin. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GradCamDialogIT {

	private static final Duration LIMIT = Duration.ofMinutes(3);

	private Path model;
	private Result seen;

	@BeforeAll
	void explain() throws Exception {
		assumeTrue(VirtualDisplay.isInstalled(), "Skipped: no Xvfb on this machine");
		final Path home = ImageJFolder.create();
		model = Files.copy(Path.of("src/test/resources/reference/gapcnn/model.onnx"), home.resolve("gapcnn.onnx"));
		try (VirtualDisplay display = new VirtualDisplay()) {
			seen = new ImageJProcess(home).on(display).drive(GradCamDriver.class, LIMIT, image(home).toString(), model
				.toString(), home.toString());
		}
		assertEquals(0, seen.status(), seen::toString);
	}

	/** A calibrated colour image of other proportions than the network's input. */
	private static Path image(final Path folder) {
		final ImagePlus image = IJ.createImage("cells", "RGB black", 80, 60, 1);
		image.getProcessor().setColor(new Color(220, 180, 90));
		image.getProcessor().fillOval(20, 24, 22, 22);
		image.getCalibration().setUnit("mm");
		image.getCalibration().pixelWidth = 0.1;
		image.getCalibration().pixelHeight = 0.1;
		final Path file = folder.resolve("my cells.tif");
		IJ.saveAsTiff(image, file.toString());
		return file;
	}

	@Test
	void cancelLeavesNothingBehind() {
		assertSaid("after cancel: 1 image, overlay null, ROI Manager null, log null, recorded null\n");
	}

	@Test
	void theDialogShowsWhatMattersFirstAndFitsASmallScreen() {
		assertSaid("labels: [Model, Target, Region, Box, Score, Slices, Layer, ReLU, Upsampling, Eigen smoothing, " +
			"Augmentation smoothing, Input of the network (auto: as its description says), Input size, Channels, Resize, Values, " +
			"Normalization, Other inputs, Device, Result, Lookup table, Opacity, Threshold, Clip at %, ROIs and table, Output folder]\n");
		assertSaid("fits a small screen: true\n");
	}

	@Test
	void layersArePickedFromAListThatMarksTheDefault() {
		assertSaid("selected at first: relu3 Relu 1 x 32 x 16 x 16 CAM default\n");
		assertSaid("picked: relu2, relu3\n");
	}

	@Test
	void theHeatmapIsANewImageThatTellsHowItCameAbout() {
		assertSaid("heatmap: 80 x 60, 32 bit, unit mm\n");
		final String info = seen.out().lines().filter(line -> line.startsWith("info: ")).findFirst().orElse("");
		for (final String entry : new String[] { "Method: grad-cam;", "Image: my cells.tif;", "Model: " + model + ";",
			"Model SHA-256: ", "Target: top;", "Setting layer: auto;", "Setting relu: true;", "Fact layer: relu3;" })
			assertTrue(info.contains(entry), entry + " in " + info);
	}

	@Test
	void theImageKeepsItsPixelsAndGetsASemiTransparentLayer() {
		assertSaid("pixels unchanged: true\n");
		assertTrue(seen.out().matches("(?s).*\nlayers: Glassbox: Grad-CAM: class \\d at 0\\.5;\n.*"), seen::toString);
	}

	@Test
	void regionsAreInTheRoiManagerAndInATable() {
		assertSaid("ROI Manager: true\n");
		assertSaid("regions: true\n");
	}

	@Test
	void theRecordedLineGivesTheSameHeatmapAgain() {
		assertSaid("recorded: run(\"Grad-CAM...\", \"model=[" + model + "] target=top region=auto box=auto score=logit slices=current layer=auto relu=true " +
			"upsampling=bilinear eigensmooth=false augsmooth=false inputsize=auto channels=auto resize=auto values=auto normalization=auto device=auto lut=auto opacity=0.5 " +
			"threshold=0.15 clip=100 rois=true\");\n");
		assertSaid("identical when played again: true\n");
		assertTrue(seen.out().matches("(?s).*\nlayers when played again: [^;]* at 0\\.5;\n.*"), seen::toString);
	}

	@Test
	void layersAreHiddenShownRestyledAndRemoved() {
		assertTrue(seen.out().matches("(?s).*\nafter hide: [^;]* at 0\\.0;\n.*"), seen::toString);
		assertTrue(seen.out().matches("(?s).*\nafter show: [^;]* at 0\\.5;\n.*"), seen::toString);
		assertTrue(seen.out().matches("(?s).*\nafter restyle: [^;]* at 0\\.25;\n.*"), seen::toString);
		assertSaid("after remove: none\n");
	}

	@Test
	void thePredictionIsATable() {
		assertSaid("prediction: Class Index Score Probability, ");
	}

	@Test
	void modelsAreListedAndUnloaded() {
		assertSaid("models: Models: gapcnn: ONNX");
		assertSaid("models after unload: Models: No network is loaded.\n");
	}

	@Test
	void everySliceOfANamedStackIsExplained() {
		assertSaid("heatmap of stack: 40 x 30 x 3\n");
		assertSaid("layers of stack at:  1 2 3\n");
	}

	private void assertSaid(final String line) {
		assertTrue(seen.out().contains(line), () -> line + "\nin\n" + seen);
	}
}
