package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Baseline;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.image.ResultFiles;
import io.glassbox.reference.ReferenceCase;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;

/** Baselines of one colour: in the image's own units, and in the network's. */
class ColourBaselineTest {

	private final Context context = new Context(CommandService.class, GlassboxService.class);
	private final String model = new ReferenceCase("gapcnn").file("model.onnx").toString();

	@AfterEach
	void close() {
		context.dispose();
	}

	private static ImagePlus noise() {
		final ColorProcessor pixels = new ColorProcessor(64, 64);
		for (int i = 0; i < 64 * 64; i++)
			pixels.set(i, i * 2654435 & 0xffffff);
		return new ImagePlus("noise.tif", pixels);
	}

	private float[] explained(final ImagePlus image, final String baseline, final String normalization) {
		return context.service(GlassboxService.class).explain(image, model, "feature-ablation", Map.of("segments", "grid 4", "baseline",
			baseline, "target", "1", "normalization", normalization, "values", "type")).attribution().raw().floats();
	}

	/** An image file of that colour goes the same way. */
	@Test
	void aColourIsWhatAnImageOfItIs(@TempDir final Path folder) {
		final ColorProcessor orange = new ColorProcessor(64, 64);
		orange.setColor(0xff8000);
		orange.fill();
		final Path file = folder.resolve("orange.png");
		ResultFiles.png(file, orange.getBufferedImage());
		for (final String normalization : List.of("unit", "imagenet"))
			assertArrayEquals(explained(noise(), file.toString(), normalization), explained(noise(), "colour 255 128 0", normalization),
				1e-6f);
	}

	/** 0.5 of a float image that goes into the network as it is; grey goes into all three channels. */
	@Test
	void aNumberIsTheSameInImageAndNetworkWhereNothingIsDoneToIt() {
		final ImageProcessor pixels = new FloatProcessor(64, 64);
		for (int i = 0; i < 64 * 64; i++)
			pixels.setf(i, (float) Math.sin(i));
		final ImagePlus image = new ImagePlus("waves", pixels);
		assertArrayEquals(explained(image, "value 0.5", "raw"), explained(image, "color 0.5", "raw"), 1e-6f);
	}

	@Test
	void aColourWithoutAFixedPlaceIsRefused() {
		final String said = assertThrows(GlassboxException.class, () -> explained(noise(), "colour 255", "zscore")).getMessage();
		assertTrue(said.contains("no fixed place") && said.contains("'value 0.5'"), said);
		final String many = assertThrows(GlassboxException.class, () -> explained(noise(), "colour 1 2", "unit")).getMessage();
		assertTrue(many.contains("2 values") && many.contains("3 channels"), many);
		assertThrows(GlassboxException.class, () -> explained(noise(), "colour red", "unit"));
	}

	/** One for all, or one for each channel of an image, and 0 for a vector beside it. */
	@Test
	void valuesAreTheNetworks() {
		final Tensor image = Tensor.zeros(1, 2, 1, 2);
		assertArrayEquals(new float[] { 1, 1, -2, -2 }, Baseline.parse("value 1, -2").of(image).floats(), 0f);
		assertArrayEquals(new float[] { 0.5f, 0.5f }, Baseline.parse("value .5").of(Tensor.zeros(1, 2)).floats(), 0f);
		assertArrayEquals(new float[] { 0, 0 }, Baseline.parse("value 1 -2").of(Tensor.zeros(1, 2)).floats(), 0f);
		assertThrows(GlassboxException.class, () -> Baseline.parse("value 1 2 3").of(image));
		assertEquals("The baseline 'value' takes a number, 'value 0.5', or one for each channel, 'value 0.1 0.2 0.3'; found 'a'.",
			assertThrows(GlassboxException.class, () -> Baseline.parse("value a")).getMessage());
	}
}
