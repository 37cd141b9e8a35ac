package io.glassbox.graph;

import ai.djl.ndarray.NDArray;

/**
 * How a backward pass goes through one operator, in place of the operator's own derivative.
 * <p>
 * What comes back is called relevance, as in layer-wise relevance propagation; for guided backpropagation and its kin it
 * is a gradient. A rule is stateless: what the forward pass left behind, it finds in the step. Whatever it makes on the
 * way is freed by the caller.
 * </p>
 */
@FunctionalInterface
public interface Rule {

	/**
	 * Passes relevance from the result of an operator to its operands.
	 *
	 * @param relevance of the result, shaped like it
	 * @return one for each operand, shaped like it; null for one that gets none. A shorter array means none for the rest
	 * @throws GlassboxException if the rule does not fit the operator
	 */
	NDArray[] backward(Step step, NDArray relevance);

	/** What the forward pass left behind at one operator. Its arrays are lent: a rule does not alter or close them. */
	interface Step {

		Node node();

		/** The operand at {@code i}, as the operator saw it; null if it is left out. */
		NDArray operand(int i);

		/** What the operator made of its operands. */
		NDArray result();

		/** Whether something that is asked for lies before that operand: if not, its relevance is not needed. */
		boolean wants(int i);

		/** The operator's result for other operands; null for one that is left out. */
		NDArray forward(NDArray... operands);

		/**
		 * The operator's own derivative at other operands.
		 *
		 * @param seed the derivative by the result, shaped like it
		 * @return for each operand that {@link #wants} says is wanted the derivative by it; null for the others
		 */
		NDArray[] derivative(NDArray seed, NDArray... operands);
	}
}
