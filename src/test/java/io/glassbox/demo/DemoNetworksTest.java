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
		final List<Phantom> test = new Series(Series.TEST, Marking.RANDOM).first(FILMS);
		try (Model model = open(DemoNetworks.MAMMO_CNN)) {
			assertTrue(Films.of(test).accuracy(model::score) >= 0.93);
			final Evaluation e = Evaluation.of(model, test, true);
			assertTrue(e.lesions() > 150 && e.onLesion() >= 0.85 * e.lesions(), e.toString());
		}
	}

	@Test
	void confoundedNetworkReadsTheMarker() {
		final List<Phantom> test = new Series(Series.TEST, Marking.CONFOUNDED).first(FILMS);
		try (Model model = open(DemoNetworks.CONFOUNDED)) {
			assertTrue(Films.of(test).accuracy(model::score) >= 0.93);
			final Evaluation e = Evaluation.of(model, test, true);
			assertTrue(e.markers() > 80 && e.onMarker() >= 0.9 * e.markers(), e.toString());
		}
	}

	@Test
	void confoundedNetworkFailsWhenTheMarkerIsTurnedRound() {
		final List<Phantom> test = new Series(Series.TEST, Marking.SWAPPED).first(60);
		try (Model model = open(DemoNetworks.CONFOUNDED)) {
			assertTrue(Films.of(test).accuracy(model::score) < 0.1);
		}
	}

	private Model open(final String name) {
		return ModelFile.open(DemoNetworks.extract(name, folder), Device.cpu());
	}
}
