package io.glassbox.command;

import io.glassbox.explain.Explainer;
import io.glassbox.graph.GlassboxException;
import io.glassbox.perturb.Segmentation;

import java.util.function.Function;

/**
 * What settings mean that speak of images, for what an {@link Explainer} is made of.
 *
 * @param files what may stand in for the image: an image file, or a colour
 * @param segments a segmentation as people write it
 */
record ImageSettings(StandIns files, Function<String, Segmentation> segments) {

	/** Where a tensor is explained there is no image that others could stand beside. */
	static final ImageSettings OF_TENSORS = new ImageSettings(file -> {
		throw new GlassboxException("The image " + file +
			" can stand in only where an image is explained; with tensors, give a tensor (.npy).");
	}, RegionSegments::onTensor);
}
