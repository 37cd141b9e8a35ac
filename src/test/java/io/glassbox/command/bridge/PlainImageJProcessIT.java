package io.glassbox.command.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.glassbox.command.EchoCommand;
import io.glassbox.command.EngineCommand;
import io.glassbox.command.bridge.ImageJProcess.Result;
import io.glassbox.command.bridge.driver.EchoDriver;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import ij.IJ;
import ij.ImagePlus;

/** Plain ImageJ, started as users start it, on the packaged plugin: without a display, and with one. */
class PlainImageJProcessIT {

	private static final Duration LIMIT = Duration.ofMinutes(2);
	private static final String CALL = "s = call('io.glassbox.Macro.run', 'echo', '%s');\n";

	private static Path home;

	@BeforeAll
	static void install() throws IOException {
		home = ImageJFolder.create(EchoCommand.class, EngineCommand.class);
		Files.copy(Path.of("src/test/resources/reference/gapcnn/model.onnx"), home.resolve("model.onnx"));
	}

	@Test
	void callWorksWithoutDisplay() throws Exception {
		final Result result = headless("newImage('my cells', '8-bit black', 30, 20, 1);\n" + call(
			"image=[my cells] sigma=2.5 relu=false absolute target=[a b] mode=slow") +
			"print(s); selectImage('Heatmap of my cells'); print(getWidth + ' x ' + getHeight + ', ' + bitDepth);");
		assertEquals(0, result.status(), result::toString);
		assertTrue(result.out().contains("echo=image=my cells model=null target=[a b] lut=viridis sigma=2.5 steps=20 " +
			"relu=false absolute=true mode=SLOW out=null"), result::toString);
		assertTrue(result.out().contains("heatmap=Heatmap of my cells"), result::toString);
		assertTrue(result.out().contains("30 x 20, 32"), result::toString);
	}

	@Test
	void anImageMayBeGivenByPathAndTheCurrentOneIsTheDefault() throws Exception {
		final Path file = home.resolve("by path.tif");
		final Result result = headless("newImage('current', '8-bit black', 30, 20, 1); saveAs('Tiff', '" + file +
			"'); rename('current'); " + call("") + "print(s); close('*'); " + call("image=[" + file + "]") + "print(s);");
		assertTrue(result.out().contains("image=current "), result::toString);
		assertTrue(result.out().contains("image=by path.tif "), result::toString);
	}

	@Test
	void bothEnginesLoadInThePluginClassLoader() throws Exception {
		final Result result = headless("print(call('io.glassbox.Macro.run', 'Engine...', ''));");
		assertTrue(result.out().contains("loader=PluginClassLoader"), result::toString);
		assertTrue(result.out().contains("engines=PyTorch 2.7.1, OnnxRuntime 1.21.1"), result::toString);
		assertTrue(result.out().contains("sum=6.0"), result::toString);
	}

	@Test
	void aFailureStopsTheMacroWithASentenceAndAStatus() throws Exception {
		assertStopped(headless(call("target=fail") + "print('went on');"), "echo: No class 'fail'. There are: benign, " +
			"malignant.");
		assertStopped(headless(call("sigma=abc") + "print('went on');"), "echo: The option 'sigma' takes a number from " +
			"0 to 10, found 'abc'.");
		assertStopped(headless("call('io.glassbox.Macro.run', 'eco', ''); print('went on');"), "eco: No command 'eco'.");
	}

	@Test
	void aFaultStopsTheMacroAndIsLoggedInFull() throws Exception {
		final Result result = headless(call("target=crash") + "print('went on');");
		assertEquals(1, result.status(), result::toString);
		assertFalse(result.out().contains("went on"), result::toString);
		assertTrue(result.err().contains("at io.glassbox.command.EchoCommand.run"), result::toString);
	}

	@Test
	void runWorksUnderADisplay() throws Exception {
		final Result result = displayed("newImage('my cells', '8-bit black', 30, 20, 1);\n" +
			"run('Echo...', 'image=[my cells] sigma=2.5 relu=false absolute target=[a b]');\n" +
			"print(getTitle + ', ' + getWidth + ' x ' + getHeight);" + call("target=called") + "print(s);");
		assertEquals(0, result.status(), result::toString);
		assertTrue(result.out().contains("Heatmap of my cells, 30 x 20"), result::toString);
		assertTrue(result.out().contains("target=[called]"), result::toString);
	}

	@Test
	void aFailedRunStopsTheMacroUnderADisplay() throws Exception {
		assertStopped(displayed("run('Echo...', 'target=fail'); print('went on');"), "Echo...: No class 'fail'.");
		assertStopped(displayed("run('Echo...', 'lut=jet'); print('went on');"), "Echo...: No lut 'jet'.");
	}

	@Test
	void theDialogRecordsWhatRunsAgainAndEscapeCancels() throws Exception {
		assumeTrue(VirtualDisplay.isInstalled(), "Skipped: no Xvfb on this machine");
		try (VirtualDisplay display = new VirtualDisplay()) {
			final Result seen = new ImageJProcess(home).on(display).drive(EchoDriver.class, LIMIT, home.resolve(
				"dialog.png").toString());
			assertTrue(seen.out().contains("labels: [Model file, Class to explain, Lookup table, Sigma, Steps, Positive " +
				"evidence only, Absolute, Mode, Write results to]"), seen::toString);
			assertTrue(seen.out().contains("target=[two words] lut=magma sigma=2.5 steps=20 relu=false absolute=false"),
				seen::toString);
			assertTrue(seen.out().contains("run(\"Echo...\", \"model=[" + home + "/model.onnx] target=[two words] lut=magma sigma=2.5 steps=20 " +
				"relu=false absolute=false mode=FAST\");"), seen::toString);
			assertEquals(2, seen.out().split("log after error: \nexception window: null\n", -1).length - 1, seen::toString);
			assertTrue(seen.out().contains("ended by Escape within a second: true"), seen::toString);
		}
	}

	@Test
	void theExampleMacroExplainsAnImageWithoutDisplay() throws Exception {
		final Path out = Files.createDirectories(home.resolve("out headless"));
		final Result result = new ImageJProcess(home).headless().batch(home.resolve("macros/Grad-CAM_Headless.ijm"), home
			.resolve("model.onnx") + "|" + image("headless.tif") + "|" + out, LIMIT);
		assertEquals(0, result.status(), result::toString);
		assertTrue(result.out().contains("heatmap=Grad-CAM of headless.tif"), result::toString);
		assertTrue(result.out().contains("summary="), result::toString);
		assertWritten(out, "headless");
	}

	@Test
	void theExampleMacroExplainsAnImageUnderADisplay() throws Exception {
		assumeTrue(VirtualDisplay.isInstalled(), "Skipped: no Xvfb on this machine");
		final Path out = Files.createDirectories(home.resolve("out displayed"));
		try (VirtualDisplay display = new VirtualDisplay()) {
			final Result result = new ImageJProcess(home).on(display).batch(home.resolve("macros/Grad-CAM_Example.ijm"), home
				.resolve("model.onnx") + "|" + image("displayed.tif") + "|" + out, LIMIT);
			assertEquals(0, result.status(), result::toString);
			assertTrue(result.out().matches("(?s).*strongest relevance: \\d*\\.?\\d+.*"), result::toString);
		}
		assertWritten(out, "displayed");
	}

	private static void assertWritten(final Path folder, final String stem) {
		for (final String file : List.of("overlay.png", "heatmap.tif", "rois.zip", "regions.csv", "record.txt"))
			assertTrue(Files.exists(folder.resolve(stem + "_grad-cam_" + file)), () -> file + " in " + List.of(folder.toFile()
				.list()));
		final ImagePlus heatmap = IJ.openImage(folder.resolve(stem + "_grad-cam_heatmap.tif").toString());
		assertEquals(32, heatmap.getBitDepth());
		assertEquals(64, heatmap.getWidth());
	}

	/** A bright disc on gray, the size that the network takes. */
	private static Path image(final String name) {
		final ImagePlus image = IJ.createImage(name, "RGB black", 64, 64, 1);
		image.getProcessor().setColor(new Color(220, 180, 90));
		image.getProcessor().fillOval(20, 24, 22, 22);
		final Path file = home.resolve(name);
		IJ.saveAsTiff(image, file.toString());
		return file;
	}

	private static void assertStopped(final Result result, final String sentence) {
		assertEquals(1, result.status(), result::toString);
		assertTrue(result.err().contains(sentence), result::toString);
		assertFalse(result.out().contains("went on"), result::toString);
		assertFalse(result.err().contains("\tat "), result::toString);
	}

	private static String call(final String options) {
		return String.format(CALL, options);
	}

	private static Result headless(final String macro) throws Exception {
		return new ImageJProcess(home).headless().batch(macro, LIMIT);
	}

	private static Result displayed(final String macro) throws Exception {
		assumeTrue(VirtualDisplay.isInstalled(), "Skipped: no Xvfb on this machine");
		try (VirtualDisplay display = new VirtualDisplay()) {
			return new ImageJProcess(home).on(display).batch(macro, LIMIT);
		}
	}
}
