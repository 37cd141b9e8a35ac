package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
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
		table.put("MaxPool", PoolingKernels::maxPool);
		Kernels.single(table, "AveragePool", PoolingKernels::averagePool);
		Kernels.single(table, "LpPool", PoolingKernels::lpPool);
		Kernels.single(table, "GlobalAveragePool", c -> JniUtils.adaptiveAvgPool(c.x(), ones(c.rank() - 2)));
		Kernels.single(table, "GlobalMaxPool", c -> JniUtils.adaptiveMaxPool(c.x(), ones(c.rank() - 2)));
		Kernels.single(table, "GlobalLpPool", c -> NormalizationKernels.norm(c.x(), LongStream.range(2, c.rank()).toArray(), c
			.attributes().integer("p", 2), true));
		Kernels.single(table, "AdaptiveAveragePool", c -> JniUtils.adaptiveAvgPool(c.x(), new Shape(c.attributes()
			.integers("output_size", null))));
		Kernels.single(table, "MaxUnpool", PoolingKernels::maxUnpool);
	}

	private static Shape ones(final int n) {
		final long[] one = new long[n];
		Arrays.fill(one, 1);
		return new Shape(one);
	}

	private static boolean ceil(final Kernel.Call c) {
		return c.attributes().integer("ceil_mode", 0) != 0;
	}

	private static Window window(final Kernel.Call c) {
		final long[] extents = Arrays.copyOfRange(c.x().getShape().getShape(), 2, c.rank());
		return Window.of(c.attributes(), c.attributes().integers("kernel_shape", null), extents);
	}

	private static PtNDArray[] maxPool(final Kernel.Call c) {
		final Window w = window(c);
		if (c.results() > 1) return Windowed.maxWithIndices(c, w, ceil(c));
		if (w.isDilated()) return new PtNDArray[] { Windowed.of(c, w, ceil(c), Float.NEGATIVE_INFINITY).max() };
		final boolean own = !w.fitsPooling();
		final boolean floats = c.x().getDataType().isFloating();
		final PtNDArray given = floats ? c.x() : JniUtils.to(c.x(), DataType.FLOAT32, c.x().getDevice());
		final PtNDArray x = own && w.isPadded() ? w.pad(given, Float.NEGATIVE_INFINITY) : given;
		final PtNDArray max = JniUtils.maxPool(x, new Shape(w.kernel()), new Shape(w.strides()), new Shape(own ? new long[w
			.kernel().length] : w.begins()), ceil(c));
		return new PtNDArray[] { floats ? max : JniUtils.to(max, c.x().getDataType(), max.getDevice()) };
	}

	/** DJL always counts the padding; without it, divide by the share of each window that lies in the input. */
	private static PtNDArray averagePool(final Kernel.Call c) {
		final Window w = window(c);
		final boolean includePad = c.attributes().integer("count_include_pad", 0) != 0;
		if (w.isDilated()) return Windowed.of(c, w, ceil(c), 0).mean(includePad);
		final Shape kernel = new Shape(w.kernel());
		final Shape strides = new Shape(w.strides());
		final boolean own = !w.fitsPooling();
		final Shape padding = new Shape(own ? new long[w.kernel().length] : w.begins());
		final UnaryOperator<PtNDArray> mean = x -> JniUtils.avgPool(own ? w.pad(x, 0) : x, kernel, strides, padding, ceil(c),
			true);
		if (includePad || !w.isPadded()) return mean.apply(c.x());
		final long[] one = LongStream.concat(LongStream.of(1, 1), Arrays.stream(c.x().getShape().getShape()).skip(2))
			.toArray();
		final PtNDArray ones = (PtNDArray) c.manager().ones(new Shape(one));
		return JniUtils.div(mean.apply(c.x()), mean.apply(ones));
	}

	/** The p-norm over each window. */
	private static PtNDArray lpPool(final Kernel.Call c) {
		final PtNDArray windows = Windowed.of(c, window(c), ceil(c), 0).elements();
		return NormalizationKernels.norm(windows, new long[] { windows.getShape().dimension() - 1 }, c.attributes().integer(
			"p", 2), false);
	}

	/** Puts each element back to where the maximum it came from was found, zeros elsewhere. */
	private static PtNDArray maxUnpool(final Kernel.Call c) {
		final int n = c.rank() - 2;
		final Attributes a = c.attributes();
		final long[] kernel = a.integers("kernel_shape", null);
		final long[] strides = a.integers("strides", n, 1);
		final long[] pads = a.integers("pads", 2 * n, 0);
		final long[] plain = Indexing.shape(c.x()).clone();
		for (int i = 0; i < n; i++)
			plain[2 + i] = (plain[2 + i] - 1) * strides[i] - pads[i] - pads[n + i] + kernel[i];
		final long[] shape = c.has(2) ? c.longs(2) : plain;
		final long[] at = Arrays.stream(c.longs(1)).map(i -> moved(i, plain, shape)).toArray();
		final PtNDArray zeros = (PtNDArray) c.manager().zeros(new Shape(Indexing.product(shape, 0, shape.length)));
		return JniUtils.reshape(Indexing.scatter(c.manager(), zeros, at, c.x(), "none"), shape);
	}

	/** A position in one shape as the position in another that holds it in its first corner. */
	private static long moved(final long at, final long[] from, final long[] to) {
		final long[] have = Indexing.strides(from);
		final long[] wanted = Indexing.strides(to);
		long moved = 0;
		for (int i = 0; i < from.length; i++)
			moved += at / have[i] % from[i] * wanted[i];
		return moved;
	}
}
