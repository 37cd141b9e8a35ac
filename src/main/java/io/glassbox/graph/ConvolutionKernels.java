package io.glassbox.graph;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Convolutions and matrix products. */
final class ConvolutionKernels {

	private ConvolutionKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "Conv", ConvolutionKernels::conv);
		Kernels.single(table, "ConvTranspose", ConvolutionKernels::convTranspose);
		Kernels.single(table, "Gemm", ConvolutionKernels::gemm);
		Kernels.single(table, "MatMul", c -> JniUtils.matmul(c.x(), c.get(1)));
	}

	private static PtNDArray conv(final Kernel.Call c) {
		final int n = c.rank() - 2;
		final long[] kernel = spatial(c.get(1));
		final Window w = Window.of(c.attributes(), kernel, Arrays.copyOfRange(c.x().getShape().getShape(), 2, n + 2));
		final PtNDArray x = w.isSymmetric() ? c.x() : w.pad(c.x(), 0);
		return JniUtils.convolution(x, c.get(1), c.get(2), new Shape(w.strides()), new Shape(w.isSymmetric() ? w.begins()
			: new long[n]), new Shape(w.dilations()), (int) c.attributes().integer("group", 1));
	}

	private static long[] spatial(final PtNDArray weight) {
		final long[] shape = weight.getShape().getShape();
		return Arrays.copyOfRange(shape, 2, shape.length);
	}

	/**
	 * DJL has no transposed convolution on libtorch. It is the same as spreading the input by the stride,
	 * zeros between, and convolving with the flipped kernel, whose input and output channels change places.
	 */
	private static PtNDArray convTranspose(final Kernel.Call c) {
		final int n = c.rank() - 2;
		final long[] kernel = spatial(c.get(1));
		final Attributes a = c.attributes();
		final long[] strides = a.integers("strides", n, 1);
		final long[] dilations = a.integers("dilations", n, 1);
		final long[] extra = a.integers("output_padding", n, 0);
		final long[] pads = pads(c, kernel, strides, dilations, extra);
		final int group = (int) a.integer("group", 1);
		final long[] around = new long[2 * n];
		for (int i = 0; i < n; i++) {
			final long reach = dilations[i] * (kernel[i] - 1);
			around[2 * (n - 1 - i)] = reach - pads[i];
			around[2 * (n - 1 - i) + 1] = reach - pads[n + i] + extra[i];
		}
		final PtNDArray x = JniUtils.pad(spread(c.x(), strides), around, 0);
		return JniUtils.convolution(x, turned(c.get(1), group), c.get(2), ones(n), zeros(n), new Shape(dilations), group);
	}

	/** As given, or such that the result has the {@code output_shape}, or stride times the input's with padding "same". */
	private static long[] pads(final Kernel.Call c, final long[] kernel, final long[] strides, final long[] dilations,
		final long[] extra)
	{
		final Attributes a = c.attributes();
		final int n = kernel.length;
		final String auto = a.string("auto_pad", "NOTSET");
		final long[] shape = a.integers("output_shape", null);
		if (shape == null && !auto.startsWith("SAME")) return a.integers("pads", 2 * n, 0);
		final long[] pads = new long[2 * n];
		for (int i = 0; i < n; i++) {
			final long wanted = shape == null ? c.size(2 + i) * strides[i] : shape[shape.length - n + i];
			final long total = strides[i] * (c.size(2 + i) - 1) + extra[i] + dilations[i] * (kernel[i] - 1) + 1 - wanted;
			final long less = Math.floorDiv(total, 2);
			pads[i] = auto.equals("SAME_UPPER") ? less : total - less;
			pads[n + i] = total - pads[i];
		}
		return pads;
	}

	/** Puts {@code stride - 1} zeros between neighbours along each spatial axis. */
	private static PtNDArray spread(final PtNDArray x, final long[] strides) {
		PtNDArray result = x;
		for (int i = 0; i < strides.length; i++) {
			if (strides[i] == 1) continue;
			final int axis = i + 2;
			final long[] shape = result.getShape().getShape();
			final PtNDArray apart = JniUtils.unsqueeze(result, axis + 1);
			final long[] pads = new long[2 * (shape.length - axis)];
			pads[pads.length - 1] = strides[i] - 1;
			final PtNDArray padded = JniUtils.pad(apart, pads, 0);
			final long[] joined = shape.clone();
			joined[axis] *= strides[i];
			final PtNDArray flat = JniUtils.reshape(padded, joined);
			result = JniUtils.slice(flat, axis, 0, joined[axis] - strides[i] + 1, 1);
		}
		return result;
	}

	/** C x M/group x k... to M x C/group x k..., kernels flipped along each spatial axis. */
	private static PtNDArray turned(final PtNDArray weight, final int group) {
		final long[] s = weight.getShape().getShape();
		final long[] split = LongStream.concat(LongStream.of(group, s[0] / group), Arrays.stream(s, 1, s.length))
			.toArray();
		final PtNDArray swapped = JniUtils.transpose(JniUtils.reshape(weight, split), 1, 2);
		final long[] merged = s.clone();
		merged[0] = s[1] * group;
		merged[1] = s[0] / group;
		return JniUtils.flip(JniUtils.reshape(swapped, merged), LongStream.range(2, s.length).toArray());
	}

	private static Shape ones(final int n) {
		final long[] one = new long[n];
		Arrays.fill(one, 1);
		return new Shape(one);
	}

	private static Shape zeros(final int n) {
		return new Shape(new long[n]);
	}

	private static PtNDArray gemm(final Kernel.Call c) {
		final Attributes a = c.attributes();
		final float alpha = a.number("alpha", 1);
		final float beta = a.number("beta", 1);
		final PtNDArray x = a.integer("transA", 0) != 0 ? JniUtils.transpose(c.x(), 0, 1) : c.x();
		final PtNDArray bias = c.get(2);
		if (alpha == 1 && beta == 1 && (bias == null || bias.getShape().dimension() == 1)) {
			final PtNDArray weight = a.integer("transB", 0) != 0 ? c.get(1) : JniUtils.transpose(c.get(1), 0, 1);
			return JniUtils.linear(x, weight, bias);
		}
		final PtNDArray weight = a.integer("transB", 0) != 0 ? JniUtils.transpose(c.get(1), 0, 1) : c.get(1);
		PtNDArray y = JniUtils.matmul(x, weight);
		if (alpha != 1) y = JniUtils.mul(y, c.scalar(alpha));
		if (bias == null) return y;
		return JniUtils.add(y, beta == 1 ? bias : JniUtils.mul(bias, c.scalar(beta)));
	}
}
