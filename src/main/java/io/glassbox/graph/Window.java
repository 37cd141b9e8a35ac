package io.glassbox.graph;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;

/**
 * How a kernel moves over the spatial axes of its input: extent, step and padding, from an operator's
 * attributes.
 *
 * @param begins padding before the first element of each axis
 * @param ends padding after the last element of each axis
 */
public record Window(long[] kernel, long[] strides, long[] dilations, long[] begins, long[] ends) {

	/**
	 * @param kernel extents of the kernel
	 * @param extents spatial extents of the input, which padding "same" depends on
	 */
	public static Window of(final Attributes a, final long[] kernel, final long[] extents) {
		final int n = kernel.length;
		final long[] strides = a.integers("strides", n, 1);
		final long[] dilations = a.integers("dilations", n, 1);
		final long[] pads = a.integers("pads", 2 * n, 0);
		final long[] begins = Arrays.copyOf(pads, n);
		final long[] ends = Arrays.copyOfRange(pads, n, 2 * n);
		final String auto = a.string("auto_pad", "NOTSET");
		if (auto.startsWith("SAME")) for (int i = 0; i < n; i++) {
			final long reach = dilations[i] * (kernel[i] - 1) + 1;
			final long out = (extents[i] + strides[i] - 1) / strides[i];
			final long total = Math.max(0, (out - 1) * strides[i] + reach - extents[i]);
			begins[i] = auto.equals("SAME_LOWER") ? total - total / 2 : total / 2;
			ends[i] = total - begins[i];
		}
		return new Window(kernel, strides, dilations, begins, ends);
	}

	boolean isSymmetric() {
		return Arrays.equals(begins, ends);
	}

	boolean isDilated() {
		return Arrays.stream(dilations).anyMatch(d -> d != 1);
	}

	public boolean isPadded() {
		return Arrays.stream(begins).anyMatch(p -> p != 0) || Arrays.stream(ends).anyMatch(p -> p != 0);
	}

	/** Whether libtorch's pooling can pad by itself: equally on both sides, by half a kernel at most. */
	boolean fitsPooling() {
		for (int i = 0; i < kernel.length; i++)
			if (2 * begins[i] > kernel[i]) return false;
		return isSymmetric();
	}

	/** The input with this window's padding around it. */
	PtNDArray pad(final PtNDArray x, final double value) {
		return JniUtils.pad(x, torchOrder(begins, ends), value);
	}

	/** Padding as torch wants it: last axis first, begin and end of each. */
	static long[] torchOrder(final long[] begins, final long[] ends) {
		final int n = begins.length;
		final long[] pads = new long[2 * n];
		for (int i = 0; i < n; i++) {
			pads[2 * (n - 1 - i)] = begins[i];
			pads[2 * (n - 1 - i) + 1] = ends[i];
		}
		return pads;
	}
}
