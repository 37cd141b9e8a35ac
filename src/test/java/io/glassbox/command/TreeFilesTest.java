package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.image.LayerStyle;
import io.glassbox.reference.ReferenceCase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.ImagePlus;
import ij.process.ColorProcessor;

/** A decision tree is told in the summary and written as a picture. */
class TreeFilesTest {

	@Test
	void theTreeIsToldAndWritten(@TempDir final Path folder) throws Exception {
		try (Context context = new Context(CommandService.class, GlassboxService.class)) {
			final ColorProcessor pixels = new ColorProcessor(64, 64);
			for (int i = 0; i < 64 * 64; i++)
				pixels.set(i, i * 2654435 & 0xffffff);
			final Explanation e = context.service(GlassboxService.class).explain(new ImagePlus("noise.tif", pixels), new ReferenceCase(
				"gapcnn").file("model.onnx").toString(), "lime", Map.of("surrogate", "tree", "samples", "200", "segments", "grid 9"));
			assertTrue(e.summary().contains("tree: with segment "), e.summary());
			final List<Path> written = e.write(folder, LayerStyle.of(e.map()));
			final Path tree = folder.resolve("noise_lime_tree.png");
			assertTrue(written.contains(tree) && Files.exists(tree), written.toString());
			assertTrue(ImageIO.read(tree.toFile()).getWidth() > 300);
		}
	}
}
