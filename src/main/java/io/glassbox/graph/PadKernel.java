package io.glassbox.graph;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Padding: with a constant, or with the image's own elements, mirrored at the border ({@code reflect}), the border
 * repeated ({@code edge}), or as if the image went on periodically ({@code wrap}). A negative pad cuts off.
 */
final class PadKernel {

	private PadKernel() {}

	static PtNDArray pad(final Kernel.Call c) {
		final int rank = c.rank();
		final long[] given = c.longs(1);
		final long[] axes = c.has(3) ? c.longs(3) : LongStream.range(0, rank).toArray();
		if (given.length != 2 * axes.length) throw new GlassboxException("Pad has " + given.length + " pads for " +
			axes.length + " axes; it needs two for each.");
		final long[] begins = new long[rank];
		final long[] ends = new long[rank];
		for (int i = 0; i < axes.length; i++) {
			begins[c.axis(axes[i])] = given[i];
			ends[c.axis(axes[i])] = given[i + axes.length];
		}
		final String mode = c.attributes().string("mode", "constant");
		if (mode.equals("constant")) return JniUtils.pad(c.x(), Window.torchOrder(begins, ends), c.has(2) && c.get(2)
			.size() > 0 ? c.number(2) : 0);
		PtNDArray x = c.x();
		for (int axis = 0; axis < rank; axis++)
			if (begins[axis] != 0 || ends[axis] != 0) x = Indexing.take(c.manager(), x, axis, positions(c.size(axis),
				begins[axis], ends[axis], mode));
		return x;
	}

	private static long[] positions(final long extent, final long begin, final long end, final String mode) {
		if (extent == 0) throw new GlassboxException("Pad with mode '" + mode + "' has nothing to repeat along an empty axis.");
		final long[] at = LongStream.range(-begin, extent + end).toArray();
		return Arrays.stream(at).map(i -> switch (mode) {
			case "edge" -> Math.max(0, Math.min(extent - 1, i));
			case "wrap" -> Math.floorMod(i, extent);
			case "reflect" -> reflected(i, extent);
			default -> throw new UnsupportedNetworkException("Pad with mode '" + mode + "' is not supported.");
		}).toArray();
	}

	/** To and fro between the first and the last element, neither of which is repeated. */
	private static long reflected(final long i, final long extent) {
		if (extent == 1) return 0;
		final long at = Math.floorMod(i, 2 * (extent - 1));
		return at < extent ? at : 2 * (extent - 1) - at;
	}
}
