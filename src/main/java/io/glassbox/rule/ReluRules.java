package io.glassbox.rule;

import io.glassbox.graph.Network;
import io.glassbox.graph.Rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a ReLU passes back in methods that alter nothing else.
 * <p>
 * Springenberg et al., <em>Striving for Simplicity</em>, ICLR 2015 workshop, figure 1 c. Only ReLU itself is meant, as in the
 * paper and in Captum: ReLU6, leaky ReLU, GELU and the like pass back their own derivative.
 * </p>
 */
public final class ReluRules {

	private static final String RELU = "Relu";

	/** Activations that users may take for a ReLU. */
	private static final Set<String> OTHERS = Set.of("Clip", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Gelu", "HardSwish",
		"Mish", "Erf", "Softplus", "ThresholdedRelu", "Sigmoid", "Tanh");

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

	/** How many ReLUs there are, and which activations pass back their own derivative, since these rules are not for them. */
	public static Map<String, String> facts(final Network network) {
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put("ReLUs with a rule", "" + network.nodes().stream().filter(n -> n.is(RELU)).count());
		final List<String> others = network.nodes().stream().map(n -> n.op().type()).filter(OTHERS::contains).distinct().sorted()
			.toList();
		if (!others.isEmpty()) facts.put("activations without a rule", String.join(", ", others));
		return facts;
	}

	private static NDArray positive(final NDArray g) {
		return NDArrays.maximum(g, 0);
	}
}
