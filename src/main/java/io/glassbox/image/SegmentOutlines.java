package io.glassbox.image;

import io.glassbox.graph.Tensor;

import java.awt.image.BufferedImage;
import java.util.stream.IntStream;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.gui.Roi;

/** Draws the borders between segments over an image, to look at before they are used. */
public final class SegmentOutlines {

	/** The name that the drawing bears in the overlay. */
	public static final String NAME = "segments";

	private static final int YELLOW = 0xffffff00;

	private SegmentOutlines() {}

	/**
	 * Draws on the image's overlay, in place of what was drawn before.
	 *
	 * @param labels a segment's number for each pixel of the network's input, [depth,] height, width
	 * @param prepared where that lies on the image
	 */
	public static void draw(final ImagePlus image, final Tensor labels, final Prepared prepared) {
		final Tensor laid = prepared.inImageOrder(labels);
		final Overlay overlay = image.getOverlay() == null ? new Overlay() : image.getOverlay();
		overlay.remove(NAME);
		final Geometry g = prepared.geometry();
		final boolean volume = prepared.place().isVolume();
		for (int z = 0; z < g.depth().map(Geometry.Span::image).orElse(1); z++) {
			final Roi roi = new ImageRoi(0, 0, outlines(laid.floats(), g, z));
			roi.setName(NAME);
			StackPosition.set(roi, volume ? new Place(z + 1, prepared.place().frame()) : prepared.place(), image);
			overlay.add(roi);
		}
		image.setOverlay(overlay);
	}

	private static BufferedImage outlines(final float[] labels, final Geometry g, final int slice) {
		final int[] rows = IntStream.range(0, g.height().image()).map(g.height()::nearest).toArray();
		final int[] columns = IntStream.range(0, g.width().image()).map(g.width()::nearest).toArray();
		final int plane = g.depth().map(d -> Math.max(0, d.nearest(slice))).orElse(0) * g.height().network();
		final BufferedImage picture = new BufferedImage(columns.length, rows.length, BufferedImage.TYPE_INT_ARGB);
		for (int y = 0; y < rows.length; y++)
			for (int x = 0; x < columns.length; x++) {
				if (rows[y] < 0 || columns[x] < 0) continue;
				final int at = (plane + rows[y]) * g.width().network();
				final float label = labels[at + columns[x]];
				final boolean right = x + 1 < columns.length && columns[x + 1] >= 0 && labels[at + columns[x + 1]] != label;
				final boolean below = y + 1 < rows.length && rows[y + 1] >= 0 && labels[(plane + rows[y + 1]) * g.width().network() +
					columns[x]] != label;
				if (right || below) picture.setRGB(x, y, YELLOW);
			}
		return picture;
	}
}
