package io.glassbox.image;

import io.glassbox.graph.Tensor;

/**
 * An image made ready for a network.
 *
 * @param tensor 1 x channels x [depth x] height x width; with x first, width x height [x depth]
 * @param geometry the way back from the tensor's pixels to the image's, height before width in any case
 * @param place which slice and time of the image it shows
 * @param xFirst whether the network takes x before y (before z)
 */
public record Prepared(Tensor tensor, Geometry geometry, Place place, boolean xFirst) {

	/** A map of [depth,] height, width in the order in which the network has its axes. */
	public Tensor inNetworkOrder(final Tensor map) {
		return xFirst ? AxisOrder.reversed(map) : map;
	}

	/** A map in the order in which the network has its axes as [depth,] height, width. */
	public Tensor inImageOrder(final Tensor map) {
		return inNetworkOrder(map); // reversing twice changes nothing
	}
}
