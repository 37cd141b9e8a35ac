package io.glassbox.graph;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Map;

/** Images sampled between their elements, at places that the network works out. */
final class SamplingKernels {

	private SamplingKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "GridSample", c -> new GridSample(c).result());
		Kernels.single(table, "AffineGrid", SamplingKernels::affineGrid);
		Kernels.single(table, "RoiAlign", c -> new RoiAlign(c).result());
	}

	/** The places, in units of half the image from its centre, to which an affine map takes those of a regular grid. */
	private static PtNDArray affineGrid(final Kernel.Call c) {
		final long[] size = c.longs(1);
		final int n = size.length - 2;
		final boolean corners = c.attributes().integer("align_corners", 0) != 0;
		final long[] extents = Arrays.copyOfRange(size, 2, size.length);
		final long[] strides = Indexing.strides(extents);
		final int places = Math.toIntExact(Indexing.product(extents, 0, n));
		final float[] grid = new float[Math.multiplyExact(places, n + 1)];
		for (int p = 0; p < places; p++) {
			for (int k = 0; k < n; k++) {
				final int axis = n - 1 - k;
				final long at = p / strides[axis] % extents[axis];
				grid[p * (n + 1) + k] = corners ? extents[axis] == 1 ? 0 : (float) (2.0 * at / (extents[axis] - 1) - 1)
					: (float) ((2.0 * at + 1) / extents[axis] - 1);
			}
			grid[p * (n + 1) + n] = 1;
		}
		final PtNDArray moved = JniUtils.matmul(Indexing.floats(c.manager(), grid, 1, places, n + 1), JniUtils.transpose(c
			.x(), 1, 2));
		final long[] shape = new long[n + 2];
		shape[0] = size[0];
		System.arraycopy(extents, 0, shape, 1, n);
		shape[n + 1] = n;
		return JniUtils.reshape(moved, shape);
	}
}
