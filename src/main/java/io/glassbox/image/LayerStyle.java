package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

/**
 * How a layer of relevance looks on an image.
 * <p>
 * The stronger the relevance, the more its colour covers the image; at the strongest it covers it by
 * {@code opacity}. Strength is the absolute value as a fraction of the map's largest.
 * </p>
 *
 * @param lut one of {@link Luts#NAMES}
 * @param opacity 0 (nothing to see) to 1 (at its strongest the layer hides the image)
 * @param threshold 0 to 1: weaker relevance is not shown at all
 */
public record LayerStyle(String lut, double opacity, double threshold) {

	public LayerStyle {
		lut = Luts.canonical(lut);
		requireFraction("opacity", opacity);
		requireFraction("threshold", threshold);
	}

	/** Made for this kind of map: diverging if it is signed. */
	public static LayerStyle of(final RelevanceMap map) {
		return new LayerStyle(map.signed() ? Luts.DIVERGING : Luts.SEQUENTIAL, 0.5, 0.15);
	}

	private static void requireFraction(final String what, final double value) {
		if (!(value >= 0 && value <= 1)) throw new GlassboxException("The " + what +
			" of a layer lies between 0 and 1, found " + value + ".");
	}
}
