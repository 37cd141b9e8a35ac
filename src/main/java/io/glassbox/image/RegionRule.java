package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

/**
 * Which pixels of a relevance map belong to a region worth outlining.
 *
 * @param kind what {@code value} means
 * @param value a fraction, above 0 and at most 1
 * @param most at most so many regions in each slice, and for each sign: those with the most relevance
 */
public record RegionRule(Kind kind, double value, int most) {

	/**
	 * At least half the maximum: the contour microscopists know from the width at half maximum. It does not depend on
	 * how large the image is around the region. The ten regions with the most relevance.
	 */
	public static final RegionRule DEFAULT = new RegionRule(Kind.OF_MAXIMUM, 0.5, 10);

	/** How strong a pixel must be. */
	public enum Kind {
			/** At least this fraction of the map's largest absolute value. */
			OF_MAXIMUM,
			/** Among the smallest set of pixels that holds this share of all relevance of its sign. */
			SHARE
	}

	public RegionRule {
		if (!(value > 0 && value <= 1)) throw new GlassboxException("The fraction for regions lies above 0 and at most " +
			"at 1, found " + value + ".");
		if (most < 1) throw new GlassboxException("At least one region is needed, found " + most + ".");
	}
}
