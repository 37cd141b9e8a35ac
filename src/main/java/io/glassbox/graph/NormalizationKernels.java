package io.glassbox.graph;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Normalisation over the batch's recorded statistics, the instance, the group, the layer or neighbouring channels. */
final class NormalizationKernels {

	/** What ONNX adds to a standard deviation in {@code MeanVarianceNormalization}. */
	private static final double MVN_EPSILON = 1e-9;

	private NormalizationKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "BatchNormalization", NormalizationKernels::batch);
		Kernels.single(table, "InstanceNormalization", c -> affine(c, standardised(c.x(), spatialAxes(c.rank()), epsilon(
			c))));
		Kernels.single(table, "GroupNormalization", NormalizationKernels::group);
		table.put("LayerNormalization", NormalizationKernels::layer);
		Kernels.single(table, "LRN", NormalizationKernels::localResponse);
		Kernels.single(table, "LpNormalization", c -> JniUtils.div(c.x(), norm(c.x(), new long[] { c.axis(c.attributes()
			.integer("axis", -1)) }, c.attributes().integer("p", 2), true)));
		Kernels.single(table, "MeanVarianceNormalization", NormalizationKernels::meanVariance);
	}

	private static double epsilon(final Kernel.Call c) {
		return c.attributes().number("epsilon", 1e-5f);
	}

	private static long[] spatialAxes(final int rank) {
		return LongStream.range(2, rank).toArray();
	}

	/** libtorch wants two axes at least. */
	private static PtNDArray batch(final Kernel.Call c) {
		final PtNDArray x = c.rank() == 1 ? JniUtils.unsqueeze(c.x(), 1) : c.x();
		final PtNDArray y = JniUtils.batchNorm(x, c.get(3), c.get(4), c.get(1), c.get(2), false, 0.1, epsilon(c));
		return c.rank() == 1 ? JniUtils.squeeze(y, 1) : y;
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

	/** The p-th root of the sum of p-th powers of absolute values. */
	static PtNDArray norm(final PtNDArray x, final long[] axes, final long p, final boolean keep) {
		if (p == 1) return JniUtils.sum(JniUtils.abs(x), axes, keep);
		if (p == 2) return JniUtils.sqrt(JniUtils.sum(JniUtils.square(x), axes, keep));
		final PtNDArray powers = (PtNDArray) (p % 2 == 0 ? x : JniUtils.abs(x)).pow(p);
		return (PtNDArray) JniUtils.sum(powers, axes, keep).pow(1.0 / p);
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
		final long rest = Indexing.product(shape, 1, shape.length) / groups;
		final PtNDArray grouped = JniUtils.reshape(c.x(), new long[] { shape[0], groups, rest });
		return affine(c, JniUtils.reshape(standardised(grouped, new long[] { 2 }, epsilon(c)), shape));
	}

	/** With mean and inverse standard deviation as further results, where somebody reads them. */
	private static PtNDArray[] layer(final Kernel.Call c) {
		final int axis = c.axis(c.attributes().integer("axis", -1));
		final long[] shape = Indexing.shape(c.x());
		final long[] normalised = Arrays.copyOfRange(shape, axis, c.rank());
		final boolean plain = c.has(2) && Arrays.equals(normalised, Indexing.shape(c.get(1))) && Arrays.equals(normalised,
			Indexing.shape(c.get(2)));
		if (c.results() == 1 && plain) return new PtNDArray[] { JniUtils.layerNorm(c.x(), new Shape(normalised), c.get(1), c
			.get(2), epsilon(c)) };
		final long[] axes = LongStream.range(axis, c.rank()).toArray();
		final PtNDArray mean = mean(c.x(), axes);
		final PtNDArray centred = JniUtils.sub(c.x(), mean);
		final PtNDArray deviation = JniUtils.sqrt((PtNDArray) mean(JniUtils.square(centred), axes).add(epsilon(c)));
		final PtNDArray scaled = JniUtils.mul(JniUtils.div(centred, deviation), c.get(1));
		return new PtNDArray[] { c.has(2) ? JniUtils.add(scaled, c.get(2)) : scaled, mean, JniUtils.div(c.scalar(1),
			deviation) };
	}

	private static PtNDArray meanVariance(final Kernel.Call c) {
		final long[] axes = Arrays.stream(c.attributes().integers("axes", new long[] { 0, 2, 3 })).map(c::axis).toArray();
		final PtNDArray centred = JniUtils.sub(c.x(), mean(c.x(), axes));
		final PtNDArray deviation = JniUtils.sqrt(mean(JniUtils.square(centred), axes));
		return JniUtils.div(centred, (PtNDArray) deviation.add(MVN_EPSILON));
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
