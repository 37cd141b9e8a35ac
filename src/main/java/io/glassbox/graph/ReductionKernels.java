package io.glassbox.graph;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Sums, means, norms and extremes along axes, running sums, and where the extremes are. */
final class ReductionKernels {

	private ReductionKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "ReduceSum", c -> sum(c, c.x()));
		Kernels.single(table, "ReduceMean", c -> like(c, (PtNDArray) sum(c, c.x()).div(reduced(c))));
		Kernels.single(table, "ReduceProd", ReductionKernels::product);
		Kernels.single(table, "ReduceSumSquare", c -> sum(c, JniUtils.square(c.x())));
		Kernels.single(table, "ReduceL1", c -> sum(c, JniUtils.abs(c.x())));
		Kernels.single(table, "ReduceL2", c -> like(c, JniUtils.sqrt(sum(c, JniUtils.square(c.x())))));
		Kernels.single(table, "ReduceLogSum", c -> JniUtils.log(sum(c, c.x())));
		Kernels.single(table, "ReduceLogSumExp", ReductionKernels::logSumExp);
		Kernels.single(table, "ReduceMax", c -> extreme(c, true));
		Kernels.single(table, "ReduceMin", c -> extreme(c, false));
		Kernels.single(table, "ArgMax", c -> position(c, true));
		Kernels.single(table, "ArgMin", c -> position(c, false));
		Kernels.single(table, "CumSum", ReductionKernels::cumulative);
		table.put("TopK", ReductionKernels::topK);
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

	/** Integers stay integers, also where libtorch would make floats of them. */
	private static PtNDArray like(final Kernel.Call c, final PtNDArray result) {
		return c.x().getDataType() == result.getDataType() ? result : JniUtils.to(result, c.x().getDataType(), result
			.getDevice());
	}

	private static long reduced(final Kernel.Call c) {
		long n = 1;
		for (final long axis : axes(c))
			n *= c.size((int) axis);
		return n;
	}

	private static PtNDArray product(final Kernel.Call c) {
		final long[] axes = axes(c);
		PtNDArray x = c.x();
		for (int i = axes.length - 1; i >= 0; i--)
			x = JniUtils.prod(x, axes[i], keep(c));
		return x;
	}

	/** ln of the sum of e to the x, the greatest x taken out first so that nothing overflows. */
	private static PtNDArray logSumExp(final Kernel.Call c) {
		final long[] axes = axes(c);
		if (axes.length == 0) return c.x();
		PtNDArray greatest = c.x();
		for (final long axis : axes)
			greatest = JniUtils.max(greatest, axis, true);
		greatest = JniUtils.detachGradient(greatest);
		final PtNDArray sums = JniUtils.sum(JniUtils.exp(JniUtils.sub(c.x(), greatest)), axes, true);
		PtNDArray result = JniUtils.add(JniUtils.log(sums), greatest);
		if (!keep(c)) for (int i = axes.length - 1; i >= 0; i--)
			result = JniUtils.squeeze(result, axes[i]);
		return result;
	}

	private static PtNDArray extreme(final Kernel.Call c, final boolean max) {
		final long[] axes = axes(c);
		PtNDArray x = c.x();
		for (int i = axes.length - 1; i >= 0; i--)
			x = max ? JniUtils.max(x, axes[i], keep(c)) : JniUtils.min(x, axes[i], keep(c));
		return x;
	}

	/** Among equals the first counts, or the last if so told. */
	private static PtNDArray position(final Kernel.Call c, final boolean max) {
		final int axis = c.axis(c.attributes().integer("axis", 0));
		final boolean last = c.attributes().integer("select_last_index", 0) != 0;
		final PtNDArray x = last ? JniUtils.flip(c.x(), new long[] { axis }) : c.x();
		final PtNDArray at = max ? JniUtils.argMax(x, axis, keep(c)) : JniUtils.argMin(x, axis, keep(c));
		return last ? (PtNDArray) at.neg().add(c.size(axis) - 1) : at;
	}

	/** Running sums; exclusive ones leave out the element itself, reverse ones run from the end. */
	private static PtNDArray cumulative(final Kernel.Call c) {
		final int axis = c.axis(c.longs(1)[0]);
		final boolean reverse = c.attributes().integer("reverse", 0) != 0;
		final PtNDArray x = reverse ? JniUtils.flip(c.x(), new long[] { axis }) : c.x();
		final PtNDArray sums = JniUtils.cumSum(x, axis);
		final PtNDArray wanted = c.attributes().integer("exclusive", 0) != 0 ? JniUtils.sub(sums, x) : sums;
		return reverse ? JniUtils.flip(wanted, new long[] { axis }) : wanted;
	}

	private static PtNDArray[] topK(final Kernel.Call c) {
		final Attributes a = c.attributes();
		final int axis = c.axis(a.integer("axis", -1));
		final long k = c.longs(1)[0];
		if (k < 0 || k > c.size(axis)) throw new GlassboxException("TopK asks for " + k + " of " + c.size(axis) +
			" elements.");
		final NDList list = JniUtils.topK(c.x(), k, axis, a.integer("largest", 1) != 0, true);
		final PtNDArray at = (PtNDArray) list.get(1);
		return new PtNDArray[] { (PtNDArray) list.get(0), at.getDataType() == DataType.INT64 ? at : JniUtils.to(at,
			DataType.INT64, at.getDevice()) };
	}
}
