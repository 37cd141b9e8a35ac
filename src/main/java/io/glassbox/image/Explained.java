package io.glassbox.image;

import io.glassbox.explain.Attribution;

/**
 * An attribution with the way back to the image: where the network's input lay in it.
 *
 * @param attribution its map with height before width
 */
public record Explained(Attribution attribution, Geometry geometry, Place place) {

	/** The attribution of a prepared image, with the map's axes in the image's order; raw values stay as computed. */
	public Explained(final Attribution attribution, final Prepared prepared) {
		this(prepared.xFirst() ? new Attribution(attribution.raw(), AxisOrder.reversed(attribution.map()), attribution
			.signed(), attribution.target(), attribution.output(), attribution.others(), attribution.facts()) : attribution, prepared.geometry(),
			prepared.place());
	}
}
