package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.nio.file.Path;
import java.util.List;

/** What may stand in for the image that is explained, in the form in which the network takes it. */
@FunctionalInterface
interface StandIns {

	/** Another image, which goes the way of the one that is explained. */
	Tensor ofFile(Path file);

	/**
	 * A colour of the image, as a value for each channel of the network's input.
	 *
	 * @param values in the image's own units: one, or one for each channel
	 * @throws GlassboxException if it has no fixed place in the network's input, or no image is explained
	 */
	default List<Double> ofColour(final List<Double> values) {
		throw new GlassboxException("A colour is one of the image that is explained; with tensors, give a value of the " +
			"network's input, 'value 0.5'.");
	}
}
