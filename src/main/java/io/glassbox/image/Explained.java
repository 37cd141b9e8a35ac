package io.glassbox.image;

import io.glassbox.explain.Attribution;

import java.util.Optional;

/**
 * An attribution with the way back to the image: where the network's input lay in it.
 *
 * @param attribution its map with height before width
 */
public record Explained(Attribution attribution, Geometry geometry, Place place) {

	/** The attribution of a prepared image, with the map's axes in the image's order; raw values stay as computed. */
	public Explained(final Attribution attribution, final Prepared prepared) {
		this(prepared.xFirst() ? attribution.onGrid(AxisOrder::reversed) : attribution, prepared.geometry(), prepared.place());
	}

	/** The standard error as a map of its own, if the method knows it. */
	public Optional<Explained> error() {
		return attribution.errorMap().map(e -> new Explained(e, geometry, place));
	}
}
