package io.glassbox.image;

import java.util.OptionalDouble;

import ij.gui.Roi;

/**
 * A region of the image with its numbers, in pixels: a connected one of strong relevance, or a segment that a method gave a value
 * to.
 *
 * @param roi its outline, named and tied to its slice
 * @param against whether it speaks against the target: the values in it are negative
 * @param pixels its area
 * @param share of all relevance of its sign in the map, 0 to 1
 * @param mean relevance of its pixels
 * @param peak the value farthest from 0
 * @param error the standard error of a segment's value, where it is known
 * @param x of the centroid; the image's edge is 0, the centre of the first pixel 0.5
 * @param y likewise
 */
public record Region(Roi roi, Place place, boolean against, long pixels, double share, double mean, double peak,
	OptionalDouble error, double x, double y)
{

	/** The property of ROIs that are results. */
	private static final String RESULT = "glassbox";

	public Region {
		roi.setProperty(RESULT, "result");
	}

	/** Whether a ROI is the region of an explanation, which files and the ROI Manager keep in mind, too. */
	public static boolean isResult(final Roi roi) {
		return roi.getProperty(RESULT) != null;
	}

	public String name() {
		return roi.getName();
	}
}
