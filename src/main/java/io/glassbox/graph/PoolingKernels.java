package io.glassbox.graph;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Pooling over windows and over everything. */
final class PoolingKernels {

	private PoolingKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "MaxPool", PoolingKernels::maxPool);
		Kernels.single(table, "AveragePool", PoolingKernels::averagePool);
		Kernels.single(table, "GlobalAveragePool", c -> JniUtils.adaptiveAvgPool(c.x(), ones(c.rank() - 2)));
		Kernels.single(table, "GlobalMaxPool", c -> JniUtils.adaptiveMaxPool(c.x(), ones(c.rank() - 2)));
		Kernels.single(table, "AdaptiveAveragePool", c -> JniUtils.adaptiveAvgPool(c.x(), new Shape(c.attributes()
			.integers("output_size", null))));
	}

	private static Shape ones(final int n) {
		final long[] one = new long[n];
		Arrays.fill(one, 1);
		return new Shape(one);
	}

	private static Window window(final Kernel.Call c) {
		final long[] extents = Arrays.copyOfRange(c.x().getShape().getShape(), 2, c.rank());
		return Window.of(c.attributes(), c.attributes().integers("kernel_shape", null), extents);
	}

	private static PtNDArray maxPool(final Kernel.Call c) {
		final Window w = window(c);
		final boolean ceil = c.attributes().integer("ceil_mode", 0) != 0;
		final boolean own = !w.fitsPooling() || w.isDilated();
		final PtNDArray x = own && w.isPadded() ? w.pad(c.x(), Float.NEGATIVE_INFINITY) : c.x();
		if (w.isDilated()) return dilatedMax(c, x, w);
		return JniUtils.maxPool(x, new Shape(w.kernel()), new Shape(w.strides()), new Shape(own ? new long[w
			.kernel().length] : w.begins()), ceil);
	}

	/** libtorch pools with dilation, DJL does not offer it: take the maximum over the shifted inputs, axis by axis. */
	private static PtNDArray dilatedMax(final Kernel.Call c, final PtNDArray padded, final Window w) {
		if (c.attributes().integer("ceil_mode", 0) != 0) throw new UnsupportedNetworkException(
			"MaxPool with dilation and ceil_mode is not supported.");
		PtNDArray x = padded;
		for (int i = 0; i < w.kernel().length; i++) {
			final int axis = i + 2;
			final long reach = w.dilations()[i] * (w.kernel()[i] - 1) + 1;
			final long last = x.getShape().get(axis) - reach;
			PtNDArray max = null;
			for (int k = 0; k < w.kernel()[i]; k++) {
				final long start = k * w.dilations()[i];
				final PtNDArray shifted = JniUtils.slice(x, axis, start, start + last + 1, w.strides()[i]);
				max = max == null ? shifted : JniUtils.max(max, shifted);
			}
			x = max;
		}
		return x;
	}

	/** DJL always counts the padding; without it, divide by the share of each window that lies in the input. */
	private static PtNDArray averagePool(final Kernel.Call c) {
		final Window w = window(c);
		final boolean includePad = c.attributes().integer("count_include_pad", 0) != 0;
		final boolean ceil = c.attributes().integer("ceil_mode", 0) != 0;
		if (w.isDilated()) throw new UnsupportedNetworkException("AveragePool with dilation is not supported.");
		final Shape kernel = new Shape(w.kernel());
		final Shape strides = new Shape(w.strides());
		final boolean own = !w.fitsPooling();
		final Shape padding = new Shape(own ? new long[w.kernel().length] : w.begins());
		final UnaryOperator<PtNDArray> mean = x -> JniUtils.avgPool(own ? w.pad(x, 0) : x, kernel, strides, padding, ceil,
			true);
		if (includePad || !w.isPadded()) return mean.apply(c.x());
		final long[] one = LongStream.concat(LongStream.of(1, 1), Arrays.stream(c.x().getShape().getShape()).skip(2))
			.toArray();
		final PtNDArray ones = (PtNDArray) c.manager().ones(new Shape(one));
		return JniUtils.div(mean.apply(c.x()), mean.apply(ones));
	}
}
