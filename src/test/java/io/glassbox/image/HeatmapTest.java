package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.measure.Calibration;
import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Resize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class HeatmapTest {

	@Test
	void isAFloatImageWithTheSourcesSizeAndCalibration() {
		final ImagePlus source = IJ.createImage("scan.tif", "16-bit", 3, 2, 1);
		final Calibration c = source.getCalibration();
		c.pixelWidth = 0.25;
		c.pixelHeight = 0.5;
		c.xOrigin = 7;
		c.setUnit("mm");
		c.setFunction(Calibration.STRAIGHT_LINE, new double[] { -1024, 1 }, "HU");
		final ImagePlus h = Heatmap.of("Grad-CAM", Maps.map(false, 3, 2, 0, 1, 2, 3, 4, 5), source, Map.of());
		assertEquals("Grad-CAM of scan.tif", h.getTitle());
		assertEquals(32, h.getBitDepth());
		assertArrayEquals(new int[] { 3, 2, 1, 1, 1 }, h.getDimensions());
		assertArrayEquals(new float[] { 0, 1, 2, 3, 4, 5 }, (float[]) h.getProcessor().getPixels());
		assertEquals(0.25, h.getCalibration().pixelWidth);
		assertEquals(7, h.getCalibration().xOrigin);
		assertEquals("mm", h.getCalibration().getUnit());
		assertEquals(5, h.getCalibration().getCValue(5.0));
		assertTrue(source.getCalibration().calibrated());
	}

	@Test
	void unsignedRangeBeginsAtZero() {
		final ImagePlus h = Heatmap.of("m", Maps.map(false, 2, 1, 1, 5), IJ.createImage("s", "8-bit", 2, 1, 1), Map.of());
		assertEquals(0, h.getDisplayRangeMin());
		assertEquals(5, h.getDisplayRangeMax());
	}

	/** 101 pixels of 0 to 99 and one of 1000: percentile 99 is the pixel of rank 99. */
	@Test
	void aClippedRangeEndsAtThePercentileOfMagnitudesAndValuesStay() {
		final float[] values = new float[101];
		for (int i = 0; i < 100; i++)
			values[i] = i % 2 == 0 ? i : -i;
		values[100] = 1000;
		final RelevanceMap map = Maps.map(true, 101, 1, values);
		final ImagePlus source = IJ.createImage("s", "8-bit", 101, 1, 1);
		final ImagePlus h = Heatmap.of("m", map, source, Map.of(), 99);
		assertEquals(99, h.getDisplayRangeMax());
		assertEquals(-99, h.getDisplayRangeMin());
		assertArrayEquals(values, (float[]) h.getProcessor().getPixels());
		assertTrue(h.getInfoProperty().contains("clipped at percentile 99"), h.getInfoProperty());
		assertEquals(1000, Heatmap.of("m", map, source, Map.of()).getDisplayRangeMax(), "by default nothing is clipped");
		assertEquals(50, Heatmap.of("m", map, source, Map.of(), 50).getDisplayRangeMax(), "another percentage of the same map");
	}

	@Test
	void whereMostPixelsHaveNoRelevanceNothingIsClipped() {
		final ImagePlus h = Heatmap.of("m", Maps.map(false, 4, 1, 0, 0, 0, 7), IJ.createImage("s", "8-bit", 4, 1, 1), Map.of(), 50);
		assertEquals(7, h.getDisplayRangeMax());
	}

	@Test
	void aClipThatIsNoPercentageIsRefused() {
		final ImagePlus source = IJ.createImage("s", "8-bit", 2, 1, 1);
		for (final double clip : new double[] { 0, -1, 101, Double.NaN })
			assertTrue(assertThrows(GlassboxException.class, () -> Heatmap.of("m", Maps.map(false, 2, 1, 1, 5), source, Map.of(),
				clip)).getMessage().contains("percentage"));
	}

	@Test
	void signedRangeIsSymmetricAndItsMiddleNeutral() {
		final ImagePlus h = Heatmap.of("m", Maps.map(true, 3, 1, -8, 0, 2), IJ.createImage("s", "8-bit", 3, 1, 1), Map
			.of());
		assertEquals(-8, h.getDisplayRangeMin());
		assertEquals(8, h.getDisplayRangeMax());
		final int[] zero = { 0, 0, 0 };
		final int rgb = h.getProcessor().convertToRGB().get(1, 0);
		zero[0] = rgb >> 16 & 255;
		zero[1] = rgb >> 8 & 255;
		zero[2] = rgb & 255;
		assertTrue(Math.abs(zero[0] - zero[2]) <= 2 && zero[0] > 200, "zero is shown as " + Integer.toHexString(rgb));
	}

	@Test
	void emptyMapHasARangeAllTheSame() {
		final ImagePlus h = Heatmap.of("m", Maps.map(false, 2, 1, 0, 0), IJ.createImage("s", "8-bit", 2, 1, 1), Map.of());
		assertEquals(1, h.getDisplayRangeMax());
	}

	@Test
	void infoHoldsTheProvenanceLineByLine() {
		final Map<String, String> provenance = new LinkedHashMap<>();
		provenance.put("Method", "Grad-CAM");
		provenance.put("Model", "a\nb.onnx");
		final Geometry g = Geometry.fit(Resize.CROP, new int[] { 2, 6 }, new int[] { 2, 2 });
		final ImagePlus h = Heatmap.of("m", RelevanceMap.of(Maps.explained(false, new float[4], g, Place.FIRST)), IJ
			.createImage("s", "8-bit", 6, 2, 1), provenance);
		assertEquals("Method: Grad-CAM\nModel: a b.onnx\n" +
			"Seen by the network: x=2 y=0 width=2 height=2; relevance is 0 outside\n", h.getInfoProperty());
		assertEquals("Grad-CAM", h.getStringProperty("Method"));
	}

	@Test
	void everySliceAndTimeHasItsPlace() {
		final ImagePlus source = IJ.createHyperStack("s", 2, 1, 2, 3, 2, 8);
		final Geometry g = Geometry.fit(Resize.STRETCH, new int[] { 1, 2 }, new int[] { 1, 2 });
		final List<Explained> parts = new ArrayList<>();
		for (final Place p : Place.every(source))
			parts.add(Maps.explained(false, new float[] { p.slice(), p.frame() }, g, p));
		final ImagePlus h = Heatmap.of("m", RelevanceMap.of(parts), source, Map.of());
		assertArrayEquals(new int[] { 2, 1, 1, 3, 2 }, h.getDimensions());
		assertArrayEquals(new float[] { 3, 2 }, (float[]) h.getStack().getProcessor(h.getStackIndex(1, 3, 2)).getPixels());
		assertEquals(3, h.getDisplayRangeMax());
	}
}
