package io.glassbox.graph;

import java.util.Arrays;
import java.util.Map;

/** Shapes of parts that are cut out, picked or joined. */
final class SelectionShapes {

	private SelectionShapes() {}

	static void register(final Map<String, ShapeRule> table) {
		ResultShapes.single(table, "Concat", SelectionShapes::joined);
		table.put("Split", SelectionShapes::split);
		ResultShapes.single(table, "Slice", SelectionShapes::sliced);
		ResultShapes.single(table, "Gather", SelectionShapes::gathered);
		ResultShapes.single(table, "GatherElements", c -> c.shape(1));
		ResultShapes.single(table, "GatherND", SelectionShapes::gatheredTuples);
	}

	private static long[] joined(final ShapeRule.Call c) {
		final int axis = Axes.axis(c.attributes().integer("axis", 0), c.shape(0).length);
		long extent = 0;
		for (int i = 0; i < c.in().size(); i++)
			extent = Math.addExact(extent, c.shape(i)[axis]);
		return Axes.replaced(c.shape(0), axis, extent);
	}

	private static long[][] split(final ShapeRule.Call c) {
		final int axis = Axes.axis(c.attributes().integer("axis", 0), c.shape(0).length);
		final long extent = c.shape(0)[axis];
		final long even = (extent + c.results() - 1) / c.results();
		final long[] sizes = c.has(1) ? c.elements(1) : null;
		final long[][] shapes = new long[c.results()][];
		for (int i = 0; i < c.results(); i++)
			shapes[i] = Axes.replaced(c.shape(0), axis, sizes != null ? sizes[i] : Math.max(0, Math.min(even, extent - i *
				even)));
		return shapes;
	}

	private static long[] sliced(final ShapeRule.Call c) {
		final long[] starts = c.elements(1);
		final long[] ends = c.elements(2);
		final long[] axes = c.has(3) ? c.elements(3) : null;
		final long[] steps = c.has(4) ? c.elements(4) : null;
		final long[] shape = c.shape(0).clone();
		for (int i = 0; i < starts.length; i++) {
			final int axis = axes == null ? i : Axes.axis(axes[i], shape.length);
			final long n = shape[axis];
			final long step = steps == null ? 1 : steps[i];
			if (step == 0 || step == Long.MIN_VALUE) return null;
			if (step > 0) shape[axis] = Axes.parts(Axes.bound(ends[i], n) - Axes.bound(starts[i], n), step);
			else shape[axis] = Axes.parts(backward(starts[i], n) - backward(ends[i], n), -step);
		}
		return shape;
	}

	/** The place of an index that is counted down from, -1 before the first. */
	private static long backward(final long index, final long n) {
		return Math.max(-1, Math.min(n - 1, index < 0 ? index + n : index));
	}

	private static long[] gathered(final ShapeRule.Call c) {
		final long[] x = c.shape(0);
		final long[] index = c.shape(1);
		final int axis = Axes.axis(c.attributes().integer("axis", 0), x.length);
		final long[] shape = new long[x.length - 1 + index.length];
		System.arraycopy(x, 0, shape, 0, axis);
		System.arraycopy(index, 0, shape, axis, index.length);
		System.arraycopy(x, axis + 1, shape, axis + index.length, x.length - axis - 1);
		return shape;
	}

	private static long[] gatheredTuples(final ShapeRule.Call c) {
		final int batch = (int) c.attributes().integer("batch_dims", 0);
		final long[] index = c.shape(1);
		final int depth = Math.toIntExact(index[index.length - 1]);
		final long[] shape = Arrays.copyOf(index, index.length - 1 + c.shape(0).length - batch - depth);
		System.arraycopy(c.shape(0), batch + depth, shape, index.length - 1, c.shape(0).length - batch - depth);
		return shape;
	}
}
