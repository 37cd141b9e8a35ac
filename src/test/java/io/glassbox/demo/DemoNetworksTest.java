package io.glassbox.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.demo.Series.Marking;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.model.ModelDescription;
import io.glassbox.model.Preprocessing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoNetworksTest {

	private static final int FILMS = 300;

	@TempDir
	private Path folder;

	@Test
	void networksAreSmallAndDescribed() throws IOException {
		for (final String name : DemoNetworks.names()) {
			final Path onnx = DemoNetworks.extract(name, folder);
			assertTrue(Files.size(onnx) < 1_000_000);
			final ModelDescription d = ModelDescription.of(onnx);
			assertEquals(List.of("normal", "benign", "malignant"), d.classes());
			assertEquals(d.classes(), Files.readAllLines(folder.resolve(name + ".labels.txt")));
			assertEquals(Preprocessing.Values.TYPE, d.preprocessing().values());
			assertEquals(1, d.preprocessing().channels());
		}
	}

	@Test
	void extractingAgainLeavesTheFileAlone() throws IOException {
		final Path onnx = DemoNetworks.extract(DemoNetworks.MAMMO_CNN, folder);
		final FileTime longAgo = FileTime.fromMillis(1_000_000);
		Files.setLastModifiedTime(onnx, longAgo);
		DemoNetworks.extract(DemoNetworks.MAMMO_CNN, folder);
		assertEquals(longAgo, Files.getLastModifiedTime(onnx));
		Files.writeString(onnx, "spoilt");
		DemoNetworks.extract(DemoNetworks.MAMMO_CNN, folder);
		assertTrue(Files.size(onnx) > 100_000);
	}

	@Test
	void unknownNetworkIsNamedWithTheOnesThereAre() {
		final String message = assertThrows(GlassboxException.class, () -> DemoNetworks.extract("mamo", folder))
			.getMessage();
		assertTrue(message.contains("mammo-cnn-confounded"), message);
	}

	@Test
	void networkIsRightOnPhantomsNeverSeenAndLooksAtTheLesion() {
		try (Model model = open(DemoNetworks.MAMMO_CNN)) {
			assertTrue(accuracy(model, Marking.RANDOM) >= 0.93);
			final Evaluation e = Evaluation.of(model, new Series(Series.TEST, Marking.RANDOM), FILMS, true);
			assertTrue(e.lesions() > 150 && e.onLesion() >= 0.85 * e.lesions(), e.toString());
		}
	}

	@Test
	void confoundedNetworkFailsWithoutItsMarkerAndLooksAtIt() {
		try (Model model = open(DemoNetworks.CONFOUNDED)) {
			assertTrue(accuracy(model, Marking.CONFOUNDED) >= 0.93);
			assertTrue(accuracy(model, Marking.SWAPPED) <= 0.5);
			final Evaluation e = Evaluation.of(model, new Series(Series.TEST, Marking.CONFOUNDED), FILMS, true);
			assertTrue(e.onMarker() >= 0.9 * e.markers(), e.toString());
		}
	}

	private Model open(final String name) {
		return ModelFile.open(DemoNetworks.extract(name, folder), Device.cpu());
	}

	private static double accuracy(final Model model, final Marking marking) {
		return Views.of(new Series(Series.TEST, marking), FILMS).whole().accuracy(model::score);
	}
}
