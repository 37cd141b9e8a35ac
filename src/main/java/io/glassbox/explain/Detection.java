package io.glassbox.explain;

import java.util.Locale;

/**
 * One box of a detector.
 *
 * @param index its position among all boxes, from 0
 * @param format how its numbers were read
 */
public record Detection(int index, double left, double top, double right, double bottom, BoxFormat format) {

	/** The same box, read on another grid. */
	public Detection at(final double[] corners) {
		return new Detection(index, corners[0], corners[1], corners[2], corners[3], format);
	}

	/** Area of the intersection by that of the union, 0 to 1. */
	double overlap(final double[] other) {
		final double w = Math.min(right, other[2]) - Math.max(left, other[0]);
		final double h = Math.min(bottom, other[3]) - Math.max(top, other[1]);
		if (w <= 0 || h <= 0) return 0;
		final double both = w * h;
		return both / ((right - left) * (bottom - top) + (other[2] - other[0]) * (other[3] - other[1]) - both);
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "box %d, x %.1f to %.1f, y %.1f to %.1f", index, left, right, top, bottom);
	}
}
