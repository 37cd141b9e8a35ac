package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.image.LayerStyle;
import io.glassbox.image.Place;
import io.glassbox.reference.ReferenceCase;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;

import ij.IJ;
import ij.ImagePlus;

/** Clipping is for display: told where a picture is looked at, and unknown to all that is measured. */
class ClipTest {

	@Test
	void theCaptionTellsOfClippingAndOfDetailThatIsTheImages() {
		try (Context context = new Context(CommandService.class, GlassboxService.class)) {
			final ImagePlus image = IJ.createImage("ramp", "8-bit ramp", 64, 64, 1);
			final Explanation e = context.service(GlassboxService.class).explain(image, new ReferenceCase("gapcnn").file(
				"model.onnx").toString(), "grad-cam", Map.of("upsampling", "guided"));
			final LayerStyle whole = LayerStyle.of(e.map());
			final List<String> plain = e.caption(Place.FIRST, whole);
			assertEquals(3, plain.size());
			assertTrue(plain.get(2).contains("not the network's"), plain.toString());
			final List<String> clipped = e.caption(Place.FIRST, whole.clipped(90));
			assertEquals("colours clipped at percentile 90 of relevance", clipped.get(3));
			assertTrue(e.heatmap(90).getDisplayRangeMax() < e.heatmap().getDisplayRangeMax());
			assertArrayEquals((float[]) e.heatmap().getProcessor().getPixels(), (float[]) e.heatmap(90).getProcessor().getPixels());
		}
	}
}
