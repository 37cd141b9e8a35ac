package io.glassbox.graph;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Sums, means, norms and extremes along axes. */
final class ReductionKernels {

	private ReductionKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "ReduceSum", c -> sum(c, c.x()));
		Kernels.single(table, "ReduceMean", c -> (PtNDArray) sum(c, c.x()).div(reduced(c)));
		Kernels.single(table, "ReduceSumSquare", c -> sum(c, JniUtils.square(c.x())));
		Kernels.single(table, "ReduceL1", c -> sum(c, JniUtils.abs(c.x())));
		Kernels.single(table, "ReduceL2", c -> JniUtils.sqrt(sum(c, JniUtils.square(c.x()))));
		Kernels.single(table, "ReduceMax", c -> extreme(c, true));
		Kernels.single(table, "ReduceMin", c -> extreme(c, false));
	}

	/** Axes from the second operand (or, as older opsets have it, the attribute), front-counted; all if there are none. */
	private static long[] axes(final Kernel.Call c) {
		final long[] given = c.has(1) ? c.longs(1) : c.attributes().integers("axes", new long[0]);
		if (given.length == 0) return c.attributes().integer("noop_with_empty_axes", 0) != 0 ? given : LongStream.range(0, c
			.rank()).toArray();
		return Arrays.stream(given).map(c::axis).sorted().toArray();
	}

	private static boolean keep(final Kernel.Call c) {
		return c.attributes().integer("keepdims", 1) != 0;
	}

	private static PtNDArray sum(final Kernel.Call c, final PtNDArray x) {
		final long[] axes = axes(c);
		return axes.length == 0 ? x : JniUtils.sum(x, axes, keep(c));
	}

	private static long reduced(final Kernel.Call c) {
		long n = 1;
		for (final long axis : axes(c))
			n *= c.size((int) axis);
		return n;
	}

	private static PtNDArray extreme(final Kernel.Call c, final boolean max) {
		final long[] axes = axes(c);
		PtNDArray x = c.x();
		for (int i = axes.length - 1; i >= 0; i--)
			x = max ? JniUtils.max(x, axes[i], keep(c)) : JniUtils.min(x, axes[i], keep(c));
		return x;
	}
}
