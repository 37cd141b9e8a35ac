package io.glassbox.image;

import io.glassbox.graph.Tensor;

/**
 * An image made ready for a network.
 *
 * @param tensor 1 x channels x [depth x] height x width
 * @param geometry the way back from the tensor's pixels to the image's
 * @param place which slice and time of the image it shows
 */
public record Prepared(Tensor tensor, Geometry geometry, Place place) {}
