package io.glassbox.graph;

import java.util.Map;

/** Shapes of what has more elements than its operands: padded, repeated, counted up. */
final class GrowthShapes {

	private GrowthShapes() {}

	static void register(final Map<String, ShapeRule> table) {
		ResultShapes.single(table, "Pad", GrowthShapes::padded);
		ResultShapes.single(table, "Expand", c -> Axes.broadcast(c.shape(0), c.elements(1)));
		ResultShapes.single(table, "Tile", GrowthShapes::tiled);
		ResultShapes.single(table, "ConstantOfShape", c -> c.elements(0));
		ResultShapes.single(table, "Range", GrowthShapes::range);
		ResultShapes.single(table, "OneHot", GrowthShapes::oneHot);
	}

	private static long[] padded(final ShapeRule.Call c) {
		final long[] pads = c.elements(1);
		final long[] shape = c.shape(0).clone();
		final int n = pads.length / 2;
		final long[] axes = c.has(3) ? c.elements(3) : null;
		for (int i = 0; i < n; i++) {
			final int axis = axes == null ? i : Axes.axis(axes[i], shape.length);
			shape[axis] = Math.addExact(shape[axis], Math.addExact(pads[i], pads[n + i]));
		}
		return shape;
	}

	private static long[] tiled(final ShapeRule.Call c) {
		final long[] repeats = c.elements(1);
		final long[] shape = c.shape(0).clone();
		for (int i = 0; i < shape.length; i++)
			shape[i] = Math.multiplyExact(shape[i], repeats[i]);
		return shape;
	}

	private static long[] range(final ShapeRule.Call c) {
		final long start = c.elements(0)[0];
		final long limit = c.elements(1)[0];
		final long delta = c.elements(2)[0];
		if (delta == 0 || delta == Long.MIN_VALUE) return null;
		return new long[] { delta > 0 ? Axes.parts(Math.subtractExact(limit, start), delta) : Axes.parts(Math.subtractExact(
			start, limit), -delta) };
	}

	private static long[] oneHot(final ShapeRule.Call c) {
		final long[] index = c.shape(0);
		final int axis = Axes.axis(c.attributes().integer("axis", -1), index.length + 1);
		final long[] shape = new long[index.length + 1];
		System.arraycopy(index, 0, shape, 0, axis);
		shape[axis] = c.elements(1)[0];
		System.arraycopy(index, axis, shape, axis + 1, index.length - axis);
		return shape;
	}
}
