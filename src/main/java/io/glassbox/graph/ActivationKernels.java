package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Activation functions. */
final class ActivationKernels {

	private ActivationKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "Relu", c -> JniUtils.relu(c.x()));
		Kernels.single(table, "LeakyRelu", c -> JniUtils.leakyRelu(c.x(), c.attributes().number("alpha", 0.01f)));
		Kernels.single(table, "ThresholdedRelu", c -> where((PtNDArray) c.x().gt(c.attributes().number("alpha", 1)), c.x(),
			c));
		Kernels.single(table, "Elu", c -> JniUtils.elu(c.x(), c.attributes().number("alpha", 1)));
		Kernels.single(table, "Celu", ActivationKernels::celu);
		Kernels.single(table, "Selu", ActivationKernels::selu);
		Kernels.single(table, "PRelu", ActivationKernels::pRelu);
		Kernels.single(table, "Sigmoid", c -> JniUtils.sigmoid(c.x()));
		Kernels.single(table, "Tanh", c -> JniUtils.tanh(c.x()));
		Kernels.single(table, "Erf", c -> JniUtils.erf(c.x()));
		Kernels.single(table, "Softplus", c -> JniUtils.softPlus(c.x()));
		Kernels.single(table, "Softsign", c -> JniUtils.softSign(c.x()));
		Kernels.single(table, "Mish", c -> JniUtils.mul(c.x(), JniUtils.tanh(JniUtils.softPlus(c.x()))));
		Kernels.single(table, "HardSigmoid", c -> hardSigmoid(c.x(), c.attributes().number("alpha", 0.2f), c.attributes()
			.number("beta", 0.5f)));
		Kernels.single(table, "HardSwish", c -> JniUtils.mul(c.x(), hardSigmoid(c.x(), 1 / 6f, 0.5f)));
		Kernels.single(table, "Shrink", ActivationKernels::shrink);
		Kernels.single(table, "Clip", ActivationKernels::clip);
		Kernels.single(table, "Softmax", c -> JniUtils.softmax(c.x(), c.axis(c.attributes().integer("axis", -1)), c
			.floating()));
		Kernels.single(table, "LogSoftmax", c -> JniUtils.logSoftmax(c.x(), c.axis(c.attributes().integer("axis",
			-1)), c.floating()));
		Kernels.single(table, "Hardmax", ActivationKernels::hardmax);
	}

	/** {@code x} where the condition holds, zero elsewhere. */
	private static PtNDArray where(final PtNDArray condition, final PtNDArray x, final Kernel.Call c) {
		return JniUtils.where(condition, x, c.scalar(0));
	}

	private static PtNDArray celu(final Kernel.Call c) {
		final float alpha = c.attributes().number("alpha", 1);
		return (PtNDArray) JniUtils.elu((PtNDArray) c.x().div(alpha), 1).mul(alpha);
	}

	/** Klambauer et al. 2017; libtorch knows their two constants only. */
	private static PtNDArray selu(final Kernel.Call c) {
		final Attributes a = c.attributes();
		if (!a.has("alpha") && !a.has("gamma")) return JniUtils.selu(c.x());
		return (PtNDArray) JniUtils.elu(c.x(), a.number("alpha", 1.67326319217681884765625f)).mul(a.number("gamma",
			1.05070102214813232421875f));
	}

	private static PtNDArray hardSigmoid(final PtNDArray x, final float alpha, final float beta) {
		return JniUtils.clip((PtNDArray) x.mul(alpha).add(beta), 0f, 1f);
	}

	/** x where positive, slope times x elsewhere; a slope per channel is aligned with axis 1. */
	private static PtNDArray pRelu(final Kernel.Call c) {
		PtNDArray slope = c.get(1);
		if (slope.getShape().dimension() == 1 && c.rank() > 2 && slope.size() == c.size(1)) {
			final long[] shape = new long[c.rank()];
			Arrays.fill(shape, 1);
			shape[1] = slope.size();
			slope = JniUtils.reshape(slope, shape);
		}
		final PtNDArray positive = JniUtils.relu(c.x());
		return JniUtils.add(positive, JniUtils.mul(slope, JniUtils.sub(c.x(), positive)));
	}

	/** Zero between {@code -lambd} and {@code lambd}; what is beyond moves towards zero by {@code bias}. */
	private static PtNDArray shrink(final Kernel.Call c) {
		final float lambda = c.attributes().number("lambd", 0.5f);
		final float bias = c.attributes().number("bias", 0);
		final PtNDArray above = where((PtNDArray) c.x().gt(lambda), (PtNDArray) c.x().sub(bias), c);
		return JniUtils.add(above, where((PtNDArray) c.x().lt(-lambda), (PtNDArray) c.x().add(bias), c));
	}

	private static PtNDArray clip(final Kernel.Call c) {
		if (c.x().getDataType() == DataType.FLOAT32) {
			final float min = c.has(1) ? c.number(1) : Float.NEGATIVE_INFINITY;
			final float max = c.has(2) ? c.number(2) : Float.POSITIVE_INFINITY;
			return min <= max ? JniUtils.clip(c.x(), min, max) : JniUtils.min(JniUtils.max(c.x(), c.get(1)), c.get(2));
		}
		final PtNDArray raised = c.has(1) ? JniUtils.max(c.x(), c.get(1)) : c.x();
		return c.has(2) ? JniUtils.min(raised, c.get(2)) : raised;
	}

	/** One at the first of the greatest elements along the axis, zero elsewhere. */
	private static PtNDArray hardmax(final Kernel.Call c) {
		final int axis = c.axis(c.attributes().integer("axis", -1));
		final long[] line = new long[c.rank()];
		Arrays.fill(line, 1);
		line[axis] = c.size(axis);
		final long[] positions = LongStream.range(0, c.size(axis)).toArray();
		final PtNDArray greatest = JniUtils.argMax(c.x(), axis, true);
		return JniUtils.to(JniUtils.eq(greatest, Indexing.longs(c.manager(), positions, line)), c.x().getDataType(), c.x()
			.getDevice());
	}
}
