package io.glassbox.command.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.glassbox.command.bridge.ImageJProcess.Result;
import io.glassbox.command.bridge.driver.LimeDriver;
import io.glassbox.demo.DemoImages;
import io.glassbox.demo.DemoNetworks;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The dialogs of methods that speak of segments, filled in by a person at a real plain ImageJ on the packaged plugin. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimeDialogIT {

	private static final Duration LIMIT = Duration.ofMinutes(3);

	private Result seen;

	@BeforeAll
	void explain() throws Exception {
		assumeTrue(VirtualDisplay.isInstalled(), "Skipped: no Xvfb on this machine");
		final Path home = ImageJFolder.create();
		final Path model = DemoNetworks.extract(DemoNetworks.MAMMO_CNN, home.resolve("model"));
		final Path image = DemoImages.extract(DemoImages.DEFAULT, home);
		try (VirtualDisplay display = new VirtualDisplay()) {
			seen = new ImageJProcess(home).on(display).drive(LimeDriver.class, LIMIT, image.toString(), model.toString(), home
				.toString());
		}
		assertEquals(0, seen.status(), seen::toString);
	}

	@Test
	void theLongestDialogFitsASmallScreen() {
		assertSaid("labels: [Model, Target, Region, Box, Score, Slices, Samples, Paired, Runs, Surrogate, Tree's depth, " +
			"Tree's smallest leaf, Speak of, Choose by, Distance, Kernel width, Seed, Segments, Baseline, Absent values, Absolute, " +
			"Input of the network (auto: as its description says), ");
		assertSaid("\nfits a small screen: true\n");
		assertSaid("SHAP fits a small screen: true\n");
	}

	@Test
	void segmentsArePreviewedAndBecomeRoisWithNumbers() {
		assertSaid("previewed: segments\n");
		assertSaid("heatmap: 128 x 128\n");
		assertSaid("segments: true\n");
		assertSaid("columns: Label Region Slice Frame Area Unit Share Mean Peak Standard error X Y\n");
	}

	@Test
	void twoClassesGiveTwoLayers() {
		assertSaid("layers: 2\n");
	}

	private void assertSaid(final String line) {
		assertTrue(seen.out().contains(line), () -> line + "\nin\n" + seen);
	}
}
