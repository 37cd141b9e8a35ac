package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

import java.util.Optional;

/**
 * How a layer of relevance looks on an image.
 * <p>
 * The stronger the relevance, the more its colour covers the image; at the strongest it covers it by
 * {@code opacity}. Strength is the absolute value as a fraction of the map's largest, or of that at
 * {@code clip} percent of the pixels.
 * </p>
 *
 * @param lut one of {@link Luts#NAMES}
 * @param opacity 0 (nothing to see) to 1 (at its strongest the layer hides the image)
 * @param threshold 0 to 1: weaker relevance is not shown at all
 * @param clip percentage of the pixels whose relevance has colours of its own; what is stronger than in those looks like the
 *          strongest of them. 100 for the whole range
 */
public record LayerStyle(String lut, double opacity, double threshold, double clip) {

	/** Colours for the whole range. */
	public LayerStyle(final String lut, final double opacity, final double threshold) {
		this(lut, opacity, threshold, DisplayRange.ALL);
	}

	public LayerStyle {
		lut = Luts.canonical(lut);
		requireFraction("opacity", opacity);
		requireFraction("threshold", threshold);
		DisplayRange.require(clip);
	}

	/** Made for this kind of map: diverging if it is signed. */
	public static LayerStyle of(final RelevanceMap map) {
		return new LayerStyle(map.signed() ? Luts.DIVERGING : Luts.SEQUENTIAL, 0.5, 0.15);
	}

	/** The same with colours that end earlier. */
	public LayerStyle clipped(final double percent) {
		return new LayerStyle(lut, opacity, threshold, percent);
	}

	/** A few words on where colours end; empty if at the strongest relevance. */
	public Optional<String> told() {
		return DisplayRange.told(clip);
	}

	private static void requireFraction(final String what, final double value) {
		if (!(value >= 0 && value <= 1)) throw new GlassboxException("The " + what +
			" of a layer lies between 0 and 1, found " + value + ".");
	}
}
