package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;

/** Activation functions. */
final class ActivationKernels {

	private ActivationKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "Relu", c -> JniUtils.relu(c.x()));
		Kernels.single(table, "LeakyRelu", c -> JniUtils.leakyRelu(c.x(), c.attributes().number("alpha", 0.01f)));
		Kernels.single(table, "Elu", c -> JniUtils.elu(c.x(), c.attributes().number("alpha", 1)));
		Kernels.single(table, "Selu", c -> JniUtils.selu(c.x()));
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
		Kernels.single(table, "Clip", ActivationKernels::clip);
		Kernels.single(table, "Softmax", c -> JniUtils.softmax(c.x(), c.axis(c.attributes().integer("axis", -1)),
			DataType.FLOAT32));
		Kernels.single(table, "LogSoftmax", c -> JniUtils.logSoftmax(c.x(), c.axis(c.attributes().integer("axis", -1)),
			DataType.FLOAT32));
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

	private static PtNDArray clip(final Kernel.Call c) {
		final float min = c.has(1) ? c.number(1) : -Float.MAX_VALUE;
		final float max = c.has(2) ? c.number(2) : Float.MAX_VALUE;
		return JniUtils.clip(c.x(), min, max);
	}
}
