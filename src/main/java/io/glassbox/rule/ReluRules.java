package io.glassbox.rule;

import io.glassbox.graph.Rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/**
 * What a ReLU passes back in methods that alter nothing else.
 * <p>
 * Springenberg et al., <em>Striving for Simplicity</em>, ICLR 2015 workshop, figure 1 c. Only ReLU itself is meant, as in the
 * paper and in Captum: ReLU6, leaky ReLU, GELU and the like pass back their own derivative.
 * </p>
 */
public final class ReluRules {

	private static final String RELU = "Relu";

	/** {@code g [x > 0] [g > 0]}. */
	private static final Rule GUIDED = (step, g) -> new NDArray[] { positive(g).muli(step.result().sign()) };

	/** {@code g [g > 0]}, whatever went forward. */
	private static final Rule DECONVOLUTION = (step, g) -> new NDArray[] { positive(g) };

	private ReluRules() {}

	/** Guided backpropagation: what is positive passes where the input was positive. */
	public static Composite guided() {
		return Composite.of(GUIDED, RELU);
	}

	/**
	 * The deconvnet: what is positive passes.
	 * <p>
	 * Zeiler and Fergus, <em>Visualizing and Understanding Convolutional Networks</em>, ECCV 2014, section 2.1.
	 * </p>
	 */
	public static Composite deconvolution() {
		return Composite.of(DECONVOLUTION, RELU);
	}

	private static NDArray positive(final NDArray g) {
		return NDArrays.maximum(g, 0);
	}
}
