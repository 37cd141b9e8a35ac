package io.glassbox.graph;

import java.util.Arrays;
import java.util.Map;

/** Shapes of the same elements laid out otherwise, and of shapes as values. */
final class ViewShapes {

	private ViewShapes() {}

	static void register(final Map<String, ShapeRule> table) {
		ResultShapes.single(table, "Reshape", ViewShapes::reshaped);
		ResultShapes.single(table, "Flatten", ViewShapes::flattened);
		ResultShapes.single(table, "Transpose", ViewShapes::transposed);
		ResultShapes.single(table, "Squeeze", ViewShapes::squeezed);
		ResultShapes.single(table, "Unsqueeze", ViewShapes::unsqueezed);
		ResultShapes.single(table, "Shape", c -> new long[] { rangeOfAxes(c) });
		ResultShapes.single(table, "Size", c -> new long[0]);
		ResultShapes.single(table, "DepthToSpace", c -> blocks(c, false));
		ResultShapes.single(table, "SpaceToDepth", c -> blocks(c, true));
	}

	private static long[] reshaped(final ShapeRule.Call c) {
		final long[] shape = c.elements(1);
		final double size = c.in().get(0).size();
		double known = 1;
		int open = -1;
		for (int i = 0; i < shape.length; i++) {
			if (shape[i] == 0 && c.attributes().integer("allowzero", 0) == 0) shape[i] = c.shape(0)[i];
			if (shape[i] == -1) {
				if (open >= 0) return null;
				open = i;
			}
			else known *= shape[i];
		}
		if (open >= 0) shape[open] = known == 0 ? 0 : (long) (size / known);
		return Operand.size(shape) == size ? shape : null;
	}

	private static long[] flattened(final ShapeRule.Call c) {
		final int axis = Axes.axis(c.attributes().integer("axis", 1), c.shape(0).length);
		return new long[] { Axes.product(Arrays.copyOf(c.shape(0), axis)), Axes.product(Arrays.copyOfRange(c.shape(0), axis,
			c.shape(0).length)) };
	}

	private static long[] transposed(final ShapeRule.Call c) {
		final int rank = c.shape(0).length;
		final long[] perm = c.attributes().integers("perm", null);
		final long[] shape = new long[rank];
		for (int i = 0; i < rank; i++)
			shape[i] = c.shape(0)[perm == null ? rank - 1 - i : Axes.axis(perm[i], rank)];
		return shape;
	}

	private static long[] squeezed(final ShapeRule.Call c) {
		if (c.has(1)) return Axes.without(c.shape(0), c.elements(1), false);
		return Arrays.stream(c.shape(0)).filter(n -> n != 1).toArray();
	}

	private static long[] unsqueezed(final ShapeRule.Call c) {
		final long[] axes = c.elements(1);
		final long[] shape = new long[c.shape(0).length + axes.length];
		Arrays.fill(shape, -1);
		for (final long axis : axes)
			shape[Axes.axis(axis, shape.length)] = 1;
		int n = 0;
		for (int i = 0; i < shape.length; i++)
			if (shape[i] < 0) shape[i] = c.shape(0)[n++];
		return shape;
	}

	private static long rangeOfAxes(final ShapeRule.Call c) {
		final int rank = c.shape(0).length;
		final long from = Axes.bound(c.attributes().integer("start", 0), rank);
		return Math.max(0, Axes.bound(c.attributes().integer("end", rank), rank) - from);
	}

	private static long[] blocks(final ShapeRule.Call c, final boolean deeper) {
		final long b = c.attributes().integer("blocksize", 1);
		final long[] s = c.shape(0);
		return deeper ? new long[] { s[0], Math.multiplyExact(s[1], Math.multiplyExact(b, b)), s[2] / b, s[3] / b }
			: new long[] { s[0], s[1] / Math.multiplyExact(b, b), Math.multiplyExact(s[2], b), Math.multiplyExact(s[3], b) };
	}
}
