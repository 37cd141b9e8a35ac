package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Map;
import java.util.function.LongBinaryOperator;

/** Operators on the bits of whole numbers; computed in Java, as there is nothing to differentiate and seldom much. */
final class BitKernels {

	private static final int BITS = 63;

	private BitKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "BitwiseAnd", c -> bits(c, (a, b) -> a & b));
		Kernels.single(table, "BitwiseOr", c -> bits(c, (a, b) -> a | b));
		Kernels.single(table, "BitwiseXor", c -> bits(c, (a, b) -> a ^ b));
		Kernels.single(table, "BitShift", c -> bits(c, c.attributes().string("direction", "").equals("LEFT")
			? (a, b) -> b > BITS ? 0 : a << b : (a, b) -> b > BITS ? 0 : a >>> b));
	}

	private static PtNDArray bits(final Kernel.Call c, final LongBinaryOperator operator) {
		final PtNDArray both = JniUtils.add(whole(c, 0), whole(c, 1));
		final long[] shape = Indexing.shape(both);
		final long[] a = spread(c, 0, shape);
		final long[] b = spread(c, 1, shape);
		for (int i = 0; i < a.length; i++)
			a[i] = operator.applyAsLong(a[i], b[i]);
		return NativeArrays.array(c.manager(), a, new Shape(shape));
	}

	/** @throws GlassboxException if it holds floats */
	private static PtNDArray whole(final Kernel.Call c, final int operand) {
		if (c.get(operand).getDataType().isFloating()) throw new GlassboxException(c.op().type() +
			" is given floats, which it does not know bit by bit; expected whole numbers.");
		return c.get(operand).getDataType() == DataType.INT64 ? c.get(operand) : JniUtils.to(c.get(operand), DataType.INT64, c
			.get(operand).getDevice());
	}

	private static long[] spread(final Kernel.Call c, final int operand, final long[] shape) {
		return JniUtils.broadcast(whole(c, operand), new Shape(shape)).toLongArray();
	}
}
