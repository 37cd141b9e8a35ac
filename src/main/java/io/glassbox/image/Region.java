package io.glassbox.image;

import ij.gui.Roi;

/**
 * A connected region of strong relevance, with its numbers, in pixels.
 *
 * @param roi its outline, named and tied to its slice
 * @param against whether it speaks against the target: the values in it are negative
 * @param pixels its area
 * @param share of all relevance of its sign in the map, 0 to 1
 * @param mean relevance of its pixels
 * @param peak the value farthest from 0
 * @param x of the centroid; the image's edge is 0, the centre of the first pixel 0.5
 * @param y likewise
 */
public record Region(Roi roi, Place place, boolean against, long pixels, double share, double mean, double peak,
	double x, double y)
{

	public String name() {
		return roi.getName();
	}
}
