package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Chooses among boxes. Runs forward only, in Java: which boxes are chosen has no derivative.
 */
final class DetectionKernels {

	private DetectionKernels() {}

	static void register(final Map<String, Kernel> table) {
		Kernels.single(table, "NonMaxSuppression", DetectionKernels::suppress);
	}

	/** Of boxes that overlap too much the one with the best score: rows of batch, class and box. */
	private static PtNDArray suppress(final Kernel.Call c) {
		final float[] boxes = floats(c.get(0));
		final float[] scores = floats(c.get(1));
		final long most = c.has(2) ? c.longs(2)[0] : 0;
		final float overlap = c.has(3) ? c.number(3) : 0;
		final float least = c.has(4) ? c.number(4) : Float.NEGATIVE_INFINITY;
		final boolean centred = c.attributes().integer("center_point_box", 0) != 0;
		final int batches = (int) c.get(1).getShape().get(0);
		final int classes = (int) c.get(1).getShape().get(1);
		final int count = (int) c.get(1).getShape().get(2);
		final List<long[]> chosen = new ArrayList<>();
		for (int b = 0; b < batches; b++)
			for (int k = 0; k < classes; k++) {
				final int from = (b * classes + k) * count;
				final int first = b * count;
				final List<double[]> kept = new ArrayList<>();
				final List<Integer> order = IntStream.range(0, count).boxed().filter(i -> scores[from + i] > least).sorted(
					Comparator.comparing((final Integer i) -> -scores[from + i])).toList();
				for (final int i : order) {
					if (kept.size() >= most) break;
					final double[] box = corners(boxes, 4 * (first + i), centred);
					if (kept.stream().anyMatch(o -> overlap(o, box) > overlap)) continue;
					kept.add(box);
					chosen.add(new long[] { b, k, i });
				}
			}
		return Indexing.longs(c.manager(), chosen.stream().flatMapToLong(Arrays::stream).toArray(), chosen.size(), 3);
	}

	private static float[] floats(final PtNDArray x) {
		return x.toType(DataType.FLOAT32, false).toFloatArray();
	}

	/** Least and greatest coordinate along both axes. */
	private static double[] corners(final float[] b, final int at, final boolean centred) {
		if (centred) return new double[] { b[at] - b[at + 2] / 2, b[at + 1] - b[at + 3] / 2, b[at] + b[at + 2] / 2, b[at +
			1] + b[at + 3] / 2 };
		return new double[] { Math.min(b[at], b[at + 2]), Math.min(b[at + 1], b[at + 3]), Math.max(b[at], b[at + 2]), Math
			.max(b[at + 1], b[at + 3]) };
	}

	/** Area shared, as a share of the area covered. */
	private static double overlap(final double[] a, final double[] b) {
		final double shared = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) -
			Math.max(a[1], b[1]));
		final double covered = area(a) + area(b) - shared;
		return covered <= 0 ? 0 : shared / covered;
	}

	private static double area(final double[] b) {
		return (b[2] - b[0]) * (b[3] - b[1]);
	}
}
