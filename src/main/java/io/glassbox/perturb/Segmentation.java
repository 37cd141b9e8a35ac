package io.glassbox.perturb;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

/** Cuts an image into segments, the parts that an explanation speaks of. */
@FunctionalInterface
public interface Segmentation {

	/**
	 * @param image 1 x channels x [depth x] height x width, as the network gets it
	 * @throws GlassboxException if it cannot be cut so; the message says why
	 */
	Segments of(Tensor image);
}
