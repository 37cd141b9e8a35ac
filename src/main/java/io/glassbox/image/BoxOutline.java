package io.glassbox.image;

import io.glassbox.explain.Detection;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

import ij.ImagePlus;
import ij.gui.Roi;

/** A box that a network found, drawn: on an image, tied to its slice, or in a picture. */
public final class BoxOutline {

	private BoxOutline() {}

	/** A rectangle to lay over an image. */
	public static Roi of(final Detection box, final String name, final ImagePlus image, final Place place) {
		final Roi roi = new Roi(box.left(), box.top(), box.right() - box.left(), box.bottom() - box.top());
		roi.setName(name);
		StackPosition.set(roi, place, image);
		return roi;
	}

	/**
	 * Draws a box into a picture of the image, white between black lines, which shows on any colour.
	 *
	 * @param factor how many times the picture is as large as the image
	 */
	public static void draw(final Roi box, final BufferedImage picture, final int factor) {
		final Graphics2D g = picture.createGraphics();
		g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
		final float line = Math.max(1, Math.min(picture.getWidth(), picture.getHeight()) / 256f);
		final Rectangle2D outline = new Rectangle2D.Double(factor * box.getXBase(), factor * box.getYBase(), factor * box
			.getFloatWidth(), factor * box.getFloatHeight());
		g.setColor(Color.BLACK);
		g.setStroke(new BasicStroke(3 * line));
		g.draw(outline);
		g.setColor(Color.WHITE);
		g.setStroke(new BasicStroke(line));
		g.draw(outline);
		g.dispose();
	}
}
