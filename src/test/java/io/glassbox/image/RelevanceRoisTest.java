package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.measure.ResultsTable;
import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Resize;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

class RelevanceRoisTest {

	private final ImagePlus image = IJ.createImage("scan", "8-bit", 40, 30, 1);

	private static void fill(final float[] values, final int x0, final int y0, final int w, final int h, final float v) {
		for (int y = y0; y < y0 + h; y++)
			Arrays.fill(values, y * 40 + x0, y * 40 + x0 + w, v);
	}

	private static final RegionRule HALF = RegionRule.DEFAULT;

	@Test
	void rectangleHasItsKnownNumbers() {
		final float[] v = new float[1200];
		fill(v, 5, 7, 10, 4, 2);
		fill(v, 30, 20, 3, 3, 1.5f);
		fill(v, 0, 0, 2, 2, 0.9f); // below half the maximum
		image.getCalibration().pixelWidth = 0.5;
		image.getCalibration().pixelHeight = 0.25;
		image.getCalibration().setUnit("mm");
		final List<Region> regions = RelevanceRois.of(Maps.map(false, 40, 30, v), HALF, "CAM", image);
		assertEquals(2, regions.size());
		final Region r = regions.get(0);
		assertEquals("CAM 1", r.name());
		assertEquals(40, r.pixels());
		assertEquals(80 / (80 + 13.5 + 3.6), r.share(), 1e-6);
		assertEquals(2, r.mean(), 1e-6);
		assertEquals(new java.awt.Rectangle(5, 7, 10, 4), r.roi().getBounds());
		assertEquals(40, r.roi().getContainedPoints().length);
		final ResultsTable t = RegionTable.of(regions, image);
		assertEquals(40 * 0.5 * 0.25, t.getValue("Area", 0), 1e-9);
		assertEquals("mm\u00b2", t.getStringValue("Unit", 0));
		assertEquals(10 * 0.5, t.getValue("X", 0), 1e-9);
		assertEquals(9 * 0.25, t.getValue("Y", 0), 1e-9);
		assertEquals("scan", t.getLabel(1));
		assertEquals(1.5, t.getValue("Peak", 1), 1e-6);
		assertEquals(1, t.getValue("Slice", 1));
	}

	@Test
	void cornersConnectAndHolesStayOpen() {
		final float[] v = new float[1200];
		fill(v, 3, 3, 2, 2, 1);
		fill(v, 5, 5, 2, 2, 1);
		fill(v, 20, 10, 5, 5, 1);
		fill(v, 22, 12, 1, 1, 0);
		final List<Region> regions = RelevanceRois.of(Maps.map(false, 40, 30, v), HALF, "r", image);
		assertEquals(2, regions.size());
		assertEquals(24, regions.get(0).pixels());
		assertEquals(24, regions.get(0).roi().getContainedPoints().length);
		assertTrue(!regions.get(0).roi().contains(22, 12));
		assertEquals(8, regions.get(1).roi().getContainedPoints().length);
	}

	@Test
	void discHasTheAreaOfADisc() {
		final List<Region> regions = RelevanceRois.of(Maps.disc(image, 20, 15, 9, 1), HALF, "r", image);
		assertEquals(Math.PI * 81, regions.get(0).pixels(), 6);
		assertEquals(20, regions.get(0).x(), 1e-9);
		assertEquals(15, regions.get(0).y(), 1e-9);
	}

	@Test
	void negativeRegionsSpeakAgainst() {
		final float[] v = new float[1200];
		fill(v, 5, 5, 4, 4, 1);
		fill(v, 20, 20, 3, 2, -0.8f);
		final List<Region> regions = RelevanceRois.of(Maps.map(true, 40, 30, v), HALF, "r", image);
		assertEquals("r against 1", regions.get(1).name());
		assertTrue(regions.get(1).against());
		assertEquals(-0.8, regions.get(1).peak(), 1e-6);
		assertEquals(1, regions.get(1).share(), 1e-6);
	}

	@Test
	void shareTakesTheStrongestPixelsThatHoldIt() {
		final Random random = new Random(5);
		final float[] v = new float[1200];
		for (int i = 0; i < v.length; i++)
			v[i] = random.nextFloat() * random.nextFloat();
		final RelevanceMap map = Maps.map(false, 40, 30, v);
		for (final double share : new double[] { 0.1, 0.5, 0.9, 1 }) {
			final float[] sorted = v.clone();
			Arrays.sort(sorted);
			double total = 0;
			for (final float s : sorted)
				total += s;
			int i = sorted.length;
			double above = 0;
			while (i > 0 && above < share * total * (1 - 1e-9))
				above += sorted[--i];
			assertEquals(sorted[i], new RelevanceTotals(map, 1).threshold(share));
		}
		final List<Region> all = RelevanceRois.of(map, new RegionRule(RegionRule.Kind.SHARE, 0.5, 5000), "r", image);
		assertEquals(0.5, all.stream().mapToDouble(Region::share).sum(), 0.002);
	}

	@Test
	void componentsAgreeWithFloodFill() {
		final Random random = new Random(11);
		final float[] v = new float[1200];
		for (int i = 0; i < v.length; i++)
			v[i] = random.nextDouble() < 0.38 ? 1 : 0;
		final List<Region> regions = RelevanceRois.of(Maps.map(false, 40, 30, v), new RegionRule(
			RegionRule.Kind.OF_MAXIMUM, 0.5, 5000), "r", image);
		final boolean[] seen = new boolean[1200];
		int count = 0;
		for (int i = 0; i < 1200; i++)
			if (v[i] > 0 && !seen[i]) {
				count++;
				flood(v, seen, i % 40, i / 40);
			}
		assertEquals(count, regions.size());
		for (final Region r : regions)
			assertEquals(r.pixels(), r.roi().getContainedPoints().length);
	}

	private static void flood(final float[] v, final boolean[] seen, final int x, final int y) {
		if (x < 0 || y < 0 || x >= 40 || y >= 30 || seen[y * 40 + x] || v[y * 40 + x] == 0) return;
		seen[y * 40 + x] = true;
		for (int dy = -1; dy <= 1; dy++)
			for (int dx = -1; dx <= 1; dx++)
				flood(v, seen, x + dx, y + dy);
	}

	@Test
	void onlyTheRegionsWithMostRelevanceAreKept() {
		final float[] v = new float[1200];
		for (int i = 0; i < 6; i++)
			fill(v, 1 + 6 * i, 5, 1 + i % 3, 2, 1);
		final List<Region> regions = RelevanceRois.of(Maps.map(false, 40, 30, v), new RegionRule(
			RegionRule.Kind.OF_MAXIMUM, 0.5, 2), "r", image);
		assertEquals(List.of(6L, 6L), regions.stream().map(Region::pixels).toList());
	}

	@Test
	void eachSliceHasItsRegions() {
		final ImagePlus stack = IJ.createImage("s", "8-bit", 40, 30, 3);
		final Geometry g = Geometry.fit(Resize.STRETCH, new int[] { 30, 40 }, new int[] { 30, 40 });
		final float[] a = new float[1200];
		final float[] b = new float[1200];
		fill(a, 5, 5, 4, 4, 1);
		fill(b, 9, 9, 4, 4, 1);
		final List<Region> regions = RelevanceRois.of(RelevanceMap.of(List.of(Maps.explained(false, a, g, new Place(1,
			1)), Maps.explained(false, b, g, new Place(3, 1)))), HALF, "r", stack);
		assertEquals(List.of(1, 3), regions.stream().map(r -> r.roi().getPosition()).toList());
		assertEquals(List.of("r 1", "r 2"), regions.stream().map(Region::name).toList());
	}

	@Test
	void noRelevanceNoRegions() {
		final List<Region> regions = RelevanceRois.of(Maps.map(true, 40, 30, new float[1200]), HALF, "r", image);
		assertEquals(List.of(), regions);
		assertEquals(0, RegionTable.of(regions, image).size());
		assertThrows(GlassboxException.class, () -> new RegionRule(RegionRule.Kind.SHARE, 0, 1));
	}

	@Test
	void imageKeepsItsSelectionAndOverlay() {
		final Roi mine = new Roi(1, 1, 3, 3);
		image.setRoi(mine);
		RelevanceRois.of(Maps.disc(image, 20, 15, 5, 1), HALF, "r", image);
		assertEquals(mine, image.getRoi());
		assertTrue(image.getOverlay() == null);
	}
}
