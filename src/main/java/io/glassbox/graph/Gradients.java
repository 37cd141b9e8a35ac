package io.glassbox.graph;

import java.util.List;
import java.util.Map;

/**
 * What a backward pass found.
 *
 * @param outputs the network's outputs for the inputs given
 * @param activations the asked-for values by name: inputs of the network or values inside it
 * @param gradients the derivative of the target with respect to each of those values, of the same shape
 */
public record Gradients(List<Tensor> outputs, Map<String, Tensor> activations, Map<String, Tensor> gradients) {

	/** Chooses the target once the outputs are known. */
	@FunctionalInterface
	public interface Seed {

		/**
		 * The derivative of the target with respect to each output.
		 *
		 * @param outputs the outputs of the forward pass
		 * @return one tensor per output, shaped like it; null for an output the target does not depend on
		 */
		List<Tensor> of(List<Tensor> outputs);
	}
}
