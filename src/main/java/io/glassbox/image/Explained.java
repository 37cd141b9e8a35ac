package io.glassbox.image;

import io.glassbox.explain.Attribution;

/** An attribution with the way back to the image: where the network's input lay in it. */
public record Explained(Attribution attribution, Geometry geometry, Place place) {

	public Explained(final Attribution attribution, final Prepared prepared) {
		this(attribution, prepared.geometry(), prepared.place());
	}
}
