package io.glassbox.graph;

import java.util.Arrays;
import java.util.List;

/** Tells the shapes of one operator's results from its operands. */
@FunctionalInterface
interface ShapeRule {

	/**
	 * @return one for each result, or null if they cannot be told
	 * @throws RuntimeException as {@link ResultShapes#of} expects them, where operands lack what the operator needs
	 */
	long[][] shapes(Call call);

	/**
	 * One operator with what is known of its operands.
	 *
	 * @param in operands in ONNX order; null where one is left out, or of unknown shape
	 * @param results how many the node has
	 */
	record Call(Attributes attributes, List<Operand> in, int results) {

		long[] shape(final int i) {
			return in.get(i).shape();
		}

		boolean has(final int i) {
			return i < in.size() && in.get(i) != null;
		}

		/** The elements of an integer operand; fails with a null pointer if they are not known. */
		long[] elements(final int i) {
			return in.get(i).elements().clone();
		}
	}

	/** A rule by which all results have one shape. */
	@FunctionalInterface
	interface Single extends ShapeRule {

		long[] shape(Call call);

		@Override
		default long[][] shapes(final Call call) {
			final long[] one = shape(call);
			if (one == null) return null;
			final long[][] all = new long[call.results()][];
			Arrays.fill(all, one);
			return all;
		}
	}
}
