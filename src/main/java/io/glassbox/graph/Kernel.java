package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;


/**
 * Computes one operator by libtorch.
 * <p>
 * Every libtorch operation used here has a derivative, so that a kernel is also all that gradients
 * need. What a kernel makes on the way is freed by the caller.
 * </p>
 */
@FunctionalInterface
interface Kernel {

	PtNDArray[] forward(Call call);

	/**
	 * One call of an operator.
	 *
	 * @param in operands in ONNX order; null where one is left out
	 * @param results how many the node has, unnamed ones included
	 * @param manager where new arrays go
	 */
	record Call(Operator op, PtNDArray[] in, int results, PtNDManager manager) {

		PtNDArray x() {
			return in[0];
		}

		boolean has(final int i) {
			return i < in.length && in[i] != null;
		}

		/** The operand at {@code i}, or null if it is left out. */
		PtNDArray get(final int i) {
			return has(i) ? in[i] : null;
		}

		/**
		 * The values of an integer operand.
		 *
		 * @throws GlassboxException if it holds floats: what would follow from them was not foreseen
		 */
		long[] longs(final int i) {
			if (in[i].getDataType().isFloating()) throw new GlassboxException(op.type() + " is given floats as operand " + (i +
				1) + " where integers belong. The file is damaged, export it again.");
			return in[i].getDataType() == DataType.INT64 ? in[i].toLongArray() : in[i].toType(DataType.INT64, false)
				.toLongArray();
		}

		/** The value of a float operand of one element. */
		float number(final int i) {
			return in[i].toType(DataType.FLOAT32, false).toFloatArray()[0];
		}

		Attributes attributes() {
			return op.attributes();
		}

		int rank() {
			return x().getShape().dimension();
		}

		long size(final int axis) {
			return x().getShape().get(axis);
		}

		/** The type of results that are floats whatever the first operand is: its own, or float32 of integers. */
		DataType floating() {
			return x().getDataType().isFloating() ? x().getDataType() : DataType.FLOAT32;
		}

		/** A float scalar on the device of the first operand. */
		PtNDArray scalar(final double value) {
			return NativeArrays.array(manager, new float[] { (float) value }, new Shape());
		}

		/** An axis counted from the front. */
		int axis(final long axis) {
			return (int) (axis < 0 ? axis + rank() : axis);
		}
	}

	/** A kernel with one result. */
	@FunctionalInterface
	interface Single extends Kernel {

		PtNDArray apply(Call call);

		@Override
		default PtNDArray[] forward(final Call call) {
			return new PtNDArray[] { apply(call) };
		}
	}
}
