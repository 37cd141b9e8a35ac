package io.glassbox.command.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.glassbox.command.bridge.ImageJProcess.Result;
import io.glassbox.command.bridge.driver.ImportDriver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The import dialog, filled in by a person at a real plain ImageJ on the packaged plugin. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImportDialogIT {

	private static final Duration LIMIT = Duration.ofMinutes(3);

	private Path folder;
	private Result seen;

	@BeforeAll
	void importModel() throws Exception {
		assumeTrue(VirtualDisplay.isInstalled(), "Skipped: no Xvfb on this machine");
		final Path home = ImageJFolder.create();
		folder = Files.createDirectories(home.resolve("shapes"));
		Files.copy(Path.of("src/test/resources/reference/gapcnn/model.onnx"), folder.resolve("model.onnx"));
		Files.writeString(folder.resolve("preprocessor_config.json"), """
			{"do_resize": true, "size": {"shortest_edge": 72}, "do_center_crop": true, "crop_size": 64, "resample": 3,
			 "do_normalize": true, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
			""");
		Files.writeString(folder.resolve("config.json"), """
			{"architectures": ["ResNetForImageClassification"], "num_channels": 3, "image_size": 64,
			 "id2label": {"0": "disc", "1": "ring", "2": "square", "3": "empty"}}
			""");
		try (VirtualDisplay display = new VirtualDisplay()) {
			seen = new ImageJProcess(home).on(display).drive(ImportDriver.class, LIMIT, folder.toString(), folder.resolve(
				"model.glassbox.yaml").toString(), home.toString());
		}
		assertEquals(0, seen.status(), seen::toString);
	}

	@Test
	void showsWhatIsUnderstoodWithItsSource() {
		assertSaid("classes: disc, ring, square, empty — from config.json (id2label)");
		assertSaid("resize: crop 72 antialias — from preprocessor_config.json (do_resize, do_center_crop)");
		assertSaid("preprocessor_config.json: pictures are resized bicubically there");
	}

	@Test
	void fieldsShowWhatIsUnderstood() {
		assertSaid("fields: model|64x64|3|auto|crop 72 antialias|type|imagenet|auto|auto|disc; ring; square; empty\n");
		assertSaid("fits a small screen: true\n");
	}

	@Test
	void savesWhatThePersonCorrected() {
		assertSaid("Corrected:|  classes: disc; ring; square; nothing|Saved as " + folder.resolve("model.glassbox.yaml"));
		final String saved = seen.out().lines().filter(l -> l.startsWith("saved: ")).findFirst().orElseThrow();
		for (final String part : new String[] { "# Written by Import Model.", "size: [64, 64]", "resize: crop",
			"resize_to: 72", "antialias: true", "normalization: imagenet", "output: logits",
			"classes: [disc, ring, square, nothing]" })
			assertTrue(saved.contains(part), part + " in " + saved);
	}

	@Test
	void isRecordedAsAMacro() {
		assertSaid("recorded: run(\"Import Model...\", \"model=[" + folder + "] name=model inputsize=64x64 channels=3 ");
		assertSaid("classes=[disc; ring; square; nothing] save=true overwrite=false\");\n");
	}

	private void assertSaid(final String line) {
		assertTrue(seen.out().contains(line), () -> line + "\nin\n" + seen);
	}
}
