package io.glassbox.graph;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Normalisation over the batch's recorded statistics, the instance, the group, the layer or neighbouring channels. */
final class NormalizationKernels {

	private NormalizationKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "BatchNormalization", c -> JniUtils.batchNorm(c.x(), c.get(3), c.get(4), c.get(1), c.get(2),
			false, 0.1, epsilon(c)));
		Kernels.single(table, "InstanceNormalization", c -> affine(c, standardised(c.x(), spatialAxes(c.rank()), epsilon(
			c))));
		Kernels.single(table, "GroupNormalization", NormalizationKernels::group);
		Kernels.single(table, "LayerNormalization", NormalizationKernels::layer);
		Kernels.single(table, "LRN", NormalizationKernels::localResponse);
	}

	private static double epsilon(final Kernel.Call c) {
		return c.attributes().number("epsilon", 1e-5f);
	}

	private static long[] spatialAxes(final int rank) {
		return LongStream.range(2, rank).toArray();
	}

	private static PtNDArray standardised(final PtNDArray x, final long[] axes, final double epsilon) {
		final PtNDArray centred = JniUtils.sub(x, mean(x, axes));
		final PtNDArray variance = mean(JniUtils.square(centred), axes);
		return JniUtils.div(centred, JniUtils.sqrt((PtNDArray) variance.add(epsilon)));
	}

	private static PtNDArray mean(final PtNDArray x, final long[] axes) {
		long n = 1;
		for (final long axis : axes)
			n *= x.getShape().get((int) axis);
		return (PtNDArray) JniUtils.sum(x, axes, true).div(n);
	}

	/** Times scale plus bias, one of each for every channel. */
	private static PtNDArray affine(final Kernel.Call c, final PtNDArray x) {
		final long[] shape = new long[c.rank()];
		Arrays.fill(shape, 1);
		shape[1] = c.size(1);
		return JniUtils.add(JniUtils.mul(x, JniUtils.reshape(c.get(1), shape)), JniUtils.reshape(c.get(2), shape));
	}

	private static PtNDArray group(final Kernel.Call c) {
		final long[] shape = c.x().getShape().getShape();
		final long groups = c.attributes().integer("num_groups", 1);
		final long rest = Tensor.count(Arrays.stream(shape).skip(1).mapToInt(i -> (int) i).toArray()) / groups;
		final PtNDArray grouped = JniUtils.reshape(c.x(), new long[] { shape[0], groups, rest });
		return affine(c, JniUtils.reshape(standardised(grouped, new long[] { 2 }, epsilon(c)), shape));
	}

	private static PtNDArray layer(final Kernel.Call c) {
		final int axis = c.axis(c.attributes().integer("axis", -1));
		final long[] normalised = Arrays.copyOfRange(c.x().getShape().getShape(), axis, c.rank());
		if (c.has(2)) return JniUtils.layerNorm(c.x(), new Shape(normalised), c.get(1), c.get(2), epsilon(c));
		return JniUtils.mul(standardised(c.x(), LongStream.range(axis, c.rank()).toArray(), epsilon(c)), c.get(1));
	}

	/** Krizhevsky et al. 2012, section 3.3: divides by the energy of neighbouring channels. */
	private static PtNDArray localResponse(final Kernel.Call c) {
		final Attributes a = c.attributes();
		final int size = (int) a.integer("size", 1);
		final long channels = c.size(1);
		final long[] pads = new long[2 * (c.rank() - 1)];
		pads[pads.length - 2] = (size - 1) / 2;
		pads[pads.length - 1] = size - 1 - (size - 1) / 2;
		final PtNDArray squares = JniUtils.pad(JniUtils.square(c.x()), pads, 0);
		PtNDArray energy = JniUtils.slice(squares, 1, 0, channels, 1);
		for (int k = 1; k < size; k++)
			energy = JniUtils.add(energy, JniUtils.slice(squares, 1, k, k + channels, 1));
		final PtNDArray base = (PtNDArray) energy.mul(a.number("alpha", 1e-4f) / size).add(a.number("bias", 1));
		return JniUtils.div(c.x(), (PtNDArray) base.pow(a.number("beta", 0.75f)));
	}
}
