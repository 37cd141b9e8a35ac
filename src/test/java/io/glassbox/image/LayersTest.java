package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.gui.Roi;
import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Resize;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayersTest {

	private final ImagePlus image = IJ.createImage("i", "8-bit ramp", 4, 1, 1);
	private final RelevanceMap map = Maps.map(false, 4, 1, 0, 1, 5, 10);
	private final LayerStyle style = new LayerStyle("viridis", 0.5, 0.3);
	private final Layers layers = Layers.of(image);

	private static int alpha(final BufferedImage picture, final int x) {
		return picture.getRGB(x, 0) >>> 24;
	}

	@Test
	void opacityGrowsWithRelevanceAndVanishesBelowTheThreshold() {
		final BufferedImage picture = LayerPainter.paint(Maps.map(false, 5, 1, 0, 2.9f, 3.1f, 4, 10), 0, style);
		assertEquals(0, alpha(picture, 0));
		assertEquals(0, alpha(picture, 1));
		assertTrue(alpha(picture, 2) > 0 && alpha(picture, 2) < alpha(picture, 3));
		assertEquals(255, alpha(picture, 4));
		assertEquals(Luts.named("viridis").getRGB(255), picture.getRGB(4, 0));
	}

	@Test
	void signedLayersTreatBothSignsAlike() {
		final BufferedImage picture = LayerPainter.paint(Maps.map(true, 5, 1, -10, -4, 0, 4, 10), 0, new LayerStyle(
			Luts.DIVERGING, 1, 0));
		assertEquals(alpha(picture, 0), alpha(picture, 4));
		assertEquals(alpha(picture, 1), alpha(picture, 3));
		assertEquals(0, alpha(picture, 2));
		assertEquals(Luts.named(Luts.DIVERGING).getRGB(0), picture.getRGB(0, 0));
		assertEquals(Luts.named(Luts.DIVERGING).getRGB(255), picture.getRGB(4, 0));
	}

	/** At percentile 75 of 1, 2, 3, 4, 100 the colours end at 4; a style of its own, by which a layer is painted anew. */
	@Test
	void aClippedLayerHasItsFullColourEarlier() {
		final RelevanceMap map = Maps.map(false, 5, 1, 1, 2, 3, 4, 100);
		final LayerStyle whole = new LayerStyle("viridis", 1, 0);
		final BufferedImage clipped = LayerPainter.paint(map, 0, whole.clipped(75));
		final int top = Luts.named("viridis").getRGB(255);
		assertEquals(top, clipped.getRGB(3, 0));
		assertEquals(top, clipped.getRGB(4, 0));
		assertTrue(LayerPainter.paint(map, 0, whole).getRGB(3, 0) != top);
		assertTrue(whole.told().isEmpty());
		assertEquals("colours clipped at percentile 99.5 of relevance", whole.clipped(99.5).told().orElseThrow());
		final LayerRoi before = LayerRoi.of(map, 0, whole);
		assertEquals(whole.clipped(75), before.styled(whole.clipped(75)).style());
		assertEquals(top & 0xffffff, before.styled(whole.clipped(75)).getProcessor().get(3, 0) & 0xffffff);
	}

	@Test
	void usersOverlayStaysWhateverHappens() {
		final Roi mine = new Roi(0, 0, 2, 1);
		mine.setName("mine");
		final ImageRoi myPicture = new ImageRoi(0, 0, new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
		image.setOverlay(new Overlay(mine));
		image.getOverlay().add(myPicture);
		layers.add("a", map, style);
		layers.setVisible("a", false);
		layers.setStyle("a", new LayerStyle("magma", 0.2, 0));
		assertEquals(List.of("a"), layers.names());
		assertEquals(3, image.getOverlay().size());
		layers.remove("a");
		assertArrayEquals(new Roi[] { mine, myPicture }, image.getOverlay().toArray());
		assertEquals(1, myPicture.getOpacity());
	}

	@Test
	void overlayGoesWithTheLastLayer() {
		layers.add("a", map, style);
		layers.remove("a");
		assertNull(image.getOverlay());
	}

	@Test
	void pixelsAreNeverTouched() {
		final byte[] before = ((byte[]) image.getProcessor().getPixels()).clone();
		layers.add("a", map, style);
		Picture.of(image, Place.FIRST, map, style);
		assertArrayEquals(before, (byte[]) image.getProcessor().getPixels());
	}

	@Test
	void hidingAndShowingKeepsTheStyle() {
		layers.add("a", map, style);
		assertEquals("Glassbox: a", image.getOverlay().get(0).getName());
		layers.setVisible("a", false);
		layers.setVisible("a", false);
		assertEquals(0, ((ImageRoi) image.getOverlay().get(0)).getOpacity());
		assertTrue(!layers.isVisible("a"));
		layers.setStyle("a", new LayerStyle("inferno", 0.7, 0.1));
		assertTrue(!layers.isVisible("a"), "restyling shows a hidden layer");
		layers.setVisible("a", true);
		assertEquals(0.7, ((ImageRoi) image.getOverlay().get(0)).getOpacity());
		assertEquals(new LayerStyle("inferno", 0.7, 0.1), layers.style("a").get());
		assertSame(map, layers.map("a").get());
	}

	@Test
	void addingAgainReplaces() {
		layers.add("a", map, style);
		layers.add("a", map, style);
		layers.add("b", map, style);
		assertEquals(List.of("a", "b"), layers.names());
		assertEquals(2, image.getOverlay().size());
	}

	@Test
	void unknownLayerIsNamed() {
		layers.add("Grad-CAM", map, style);
		assertTrue(assertThrows(GlassboxException.class, () -> layers.remove("Grad")).getMessage().contains("Grad-CAM"));
		assertThrows(GlassboxException.class, () -> new LayerStyle("viridis", 1.5, 0));
		assertTrue(assertThrows(GlassboxException.class, () -> new LayerStyle("viridi", 1, 0)).getMessage().contains(
			"viridis"));
	}

	@Test
	void eachSliceOfAStackHasItsOwn() {
		final ImagePlus stack = IJ.createImage("s", "8-bit", 2, 1, 3);
		final ImagePlus hyper = IJ.createHyperStack("h", 2, 1, 2, 3, 2, 8);
		final Geometry g = Geometry.fit(Resize.STRETCH, new int[] { 1, 2 }, new int[] { 1, 2 });
		final RelevanceMap two = RelevanceMap.of(List.of(Maps.explained(false, new float[] { 1, 2 }, g, new Place(2, 1)),
			Maps.explained(false, new float[] { 1, 2 }, g, new Place(3, 1))));
		Layers.of(stack).add("a", two, style);
		assertEquals(2, stack.getOverlay().get(0).getPosition());
		assertEquals(3, stack.getOverlay().get(1).getPosition());
		Layers.of(hyper).add("a", two, style);
		assertEquals(0, hyper.getOverlay().get(0).getCPosition());
		assertEquals(2, hyper.getOverlay().get(0).getZPosition());
		assertEquals(1, hyper.getOverlay().get(0).getTPosition());
		Layers.of(stack).add("a", RelevanceMap.of(Maps.explained(false, new float[] { 3, 3 }, g, Place.FIRST)), style);
		assertEquals(3, stack.getOverlay().size());
	}

	@Test
	void duplicatesOfTheImageKeepTransparencyAndCanBeRestyled() {
		layers.add("a", map, style);
		final ImagePlus copy = image.duplicate();
		final BufferedImage drawn = new BufferedImage(4, 1, BufferedImage.TYPE_INT_ARGB);
		copy.getOverlay().get(0).draw(drawn.createGraphics());
		assertEquals(0, alpha(drawn, 1));
		assertTrue(alpha(drawn, 3) > 100);
		Layers.of(copy).setStyle("a", new LayerStyle("magma", 1, 0));
		assertEquals(style, layers.style("a").get());
	}

	@Test
	void savedLayersComeBackAsPictures(@TempDir final Path folder) {
		layers.add("a", map, style);
		layers.setVisible("a", false);
		ResultFiles.tiff(folder.resolve("i.tif"), image);
		final ImagePlus opened = IJ.openImage(folder.resolve("i.tif").toString());
		final Layers reopened = Layers.of(opened);
		assertEquals(List.of("a"), reopened.names());
		assertTrue(reopened.style("a").isEmpty());
		assertTrue(!reopened.isVisible("a"));
		reopened.setVisible("a", true);
		assertEquals(0.5, ((ImageRoi) opened.getOverlay().get(0)).getOpacity(), 0.01);
		final BufferedImage drawn = new BufferedImage(4, 1, BufferedImage.TYPE_INT_ARGB);
		opened.getOverlay().get(0).draw(drawn.createGraphics());
		assertEquals(0, alpha(drawn, 0));
		assertEquals(128, alpha(drawn, 3), 2);
		assertTrue(assertThrows(GlassboxException.class, () -> reopened.setStyle("a", style)).getMessage().contains(
			"explain the image again"));
		reopened.remove("a");
	}

	@Test
	void scaledCopiesKeepThePictureOnly() {
		layers.add("a", map, style);
		final ImagePlus copy = image.duplicate();
		copy.setOverlay(copy.getOverlay().scale(2, 2));
		final BufferedImage drawn = new BufferedImage(8, 2, BufferedImage.TYPE_INT_ARGB);
		copy.getOverlay().get(0).draw(drawn.createGraphics());
		assertEquals(0, alpha(drawn, 0));
		assertTrue(alpha(drawn, 7) > 100);
		assertTrue(Layers.of(copy).style("a").isEmpty());
	}

	@Test
	void layerOfAnotherSizeIsRefused() {
		assertThrows(IllegalArgumentException.class, () -> layers.add("a", Maps.map(false, 2, 1, 1, 2), style));
	}

	@Test
	void flattenedImageShowsTheLayer() {
		layers.add("a", map, new LayerStyle("viridis", 1, 0));
		final BufferedImage picture = Picture.of(image, Place.FIRST, map, new LayerStyle("viridis", 1, 0));
		final int yellow = Luts.named("viridis").getRGB(255);
		assertEquals(yellow, picture.getRGB(3, 0));
		assertEquals(yellow & 0xffffff, image.flatten().getProcessor().get(3, 0) & 0xffffff);
	}
}
