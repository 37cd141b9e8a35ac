package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.FeatureValues;
import io.glassbox.graph.Tensor;
import io.glassbox.model.Preprocessing.Resize;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import ij.IJ;
import ij.ImagePlus;
import ij.measure.ResultsTable;

/** Four quarters of what the network sees as segments, of which one has no value. */
class SegmentRegionsTest {

	private static final double[] VALUES = { 1, -2, 0, 3 };
	private static final double[] ERRORS = { 0.1, 0.2, 0.3, 0.4 };

	private static Explained quarters(final Geometry geometry, final Place place) {
		final int[] extents = geometry.spans().stream().mapToInt(Geometry.Span::network).toArray();
		final int width = geometry.width().network();
		final int height = geometry.height().network();
		final float[] labels = new float[(int) Tensor.count(extents)];
		for (int k = 0; k < labels.length; k++)
			labels[k] = 2 * (k / width % height * 2 / height) + k % width * 2 / width;
		final Explained plain = Maps.explained(true, labels, geometry, place);
		return new Explained(plain.attribution().withFeatures(new FeatureValues(Tensor.of(labels, extents), VALUES, Optional.of(
			ERRORS)).from(0.5)), geometry, place);
	}

	private static List<Region> regions(final ImagePlus image, final Explained part) {
		return SegmentRegions.of(List.of(part), "SHAP", image);
	}

	@Test
	void segmentsAreOutlinedStrongestFirstWithTheirValues() {
		final ImagePlus image = IJ.createImage("image", 16, 12, 1, 8);
		final Geometry g = Geometry.fit(Resize.STRETCH, new int[] { 12, 16 }, new int[] { 4, 4 });
		final List<Region> found = regions(image, quarters(g, Place.FIRST));
		assertEquals(List.of("SHAP 1", "SHAP against 2", "SHAP 3"), found.stream().map(Region::name).toList());
		final Region first = found.get(0);
		assertEquals(48, first.pixels());
		assertTrue(first.roi().contains(8, 6) && first.roi().contains(15, 11) && !first.roi().contains(7, 6));
		assertEquals(3, first.mean());
		assertEquals(0.4, first.error().getAsDouble());
		assertEquals(0.75, first.share());
		assertEquals(12, first.x());
		assertEquals(9, first.y());
		assertEquals(1, found.get(1).share(), "of all against");
		final ResultsTable table = RegionTable.of(found, image);
		assertEquals(-2, table.getValue("Mean", 1));
		assertEquals(0.2, table.getValue("Standard error", 1));
	}

	/** Outside a crop the network saw nothing; beside the image, in a letterbox, there are no pixels. */
	@Test
	void onlyPixelsThatTheNetworkSawBelongToSegments() {
		final ImagePlus image = IJ.createImage("image", 16, 8, 1, 8);
		final Geometry crop = Geometry.fit(Resize.CROP, new int[] { 8, 16 }, new int[] { 4, 4 });
		assertEquals(List.of(16L, 16L, 16L), regions(image, quarters(crop, Place.FIRST)).stream().map(Region::pixels).toList());
		final Geometry letterbox = Geometry.fit(Resize.LETTERBOX, new int[] { 8, 16 }, new int[] { 8, 8 });
		assertEquals(List.of(32L, 32L, 32L), regions(image, quarters(letterbox, Place.FIRST)).stream().map(Region::pixels)
			.toList());
	}

	@Test
	void volumesHaveAnOutlineInEverySlice() {
		final ImagePlus image = IJ.createImage("volume", 8, 8, 3, 8);
		final Geometry g = Geometry.fit(Resize.STRETCH, new int[] { 3, 8, 8 }, new int[] { 2, 4, 4 });
		final List<Region> found = regions(image, quarters(g, Place.volume(1)));
		assertEquals(9, found.size());
		assertEquals(List.of(1, 1, 1, 2, 2, 2, 3, 3, 3), found.stream().map(r -> r.roi().getPosition()).toList());
		assertTrue(found.stream().allMatch(r -> r.pixels() == 16));
	}

	/** Bars run from the score of nothing, 0.5, over 3.5, 1.5 and 2.5: red for what speaks for the class, blue against it. */
	@Test
	void barsAreStackedFromNothingToTheImage() {
		final Geometry g = Geometry.fit(Resize.STRETCH, new int[] { 4, 4 }, new int[] { 4, 4 });
		final BufferedImage bars = ValueBars.of(quarters(g, Place.FIRST).attribution(), "SHAP", List.of("a line"));
		final int[] red = column(bars, 0xb2182b);
		final int[] blue = column(bars, 0x2166ac);
		final int unit = (red[1] - red[0]) / 3;
		assertTrue(unit > 50, "three units wide");
		assertEquals(red[1], blue[1], 2, "the second begins where the first ends");
		assertEquals(2 * unit, blue[1] - blue[0], 3);
		final Explained one = quarters(g, Place.FIRST);
		final FeatureValues f = one.attribution().features().orElseThrow();
		final BufferedImage apart = ValueBars.of(one.attribution().withFeatures(new FeatureValues(f.labels(), f.values(), f.errors())),
			"LIME", List.of());
		assertEquals(column(apart, 0xb2182b)[0], column(apart, 0x2166ac)[1], 2, "both begin at 0");
		assertFalse(apart.getHeight() >= bars.getHeight(), "no totals");
	}

	/** First and last column with a colour. */
	private static int[] column(final BufferedImage image, final int colour) {
		int first = -1;
		int last = -1;
		for (int x = 0; x < image.getWidth(); x++)
			for (int y = 0; y < image.getHeight(); y++)
				if ((image.getRGB(x, y) & 0xffffff) == colour) {
					if (first < 0) first = x;
					last = x;
				}
		return new int[] { first, last + 1 };
	}
}
