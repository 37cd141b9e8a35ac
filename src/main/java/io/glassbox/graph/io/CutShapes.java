package io.glassbox.graph.io;

import io.glassbox.graph.Attributes;
import io.glassbox.graph.Node;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Map;

/**
 * The shapes that operators give to what they cut, pad, repeat or pick, as far as their operands are fixed. Speaks of
 * extents as {@link Shapes} does.
 */
final class CutShapes {

	private final Map<String, Tensor> constants;

	private final Map<String, Tensor> partial;

	/** @param partial lists of whole numbers of which some elements are {@link Integers#UNKNOWN} */
	CutShapes(final Map<String, Tensor> constants, final Map<String, Tensor> partial) {
		this.constants = constants;
		this.partial = partial;
	}

	private long[] longs(final Node n, final int operand) {
		final Tensor t = constants.get(n.input(operand));
		return t == null || t.isFloat() ? null : t.longs();
	}

	/** Extents as far as they are known. */
	private long[] extents(final Node n, final int operand) {
		final Tensor t = partial.get(n.input(operand));
		return t == null ? longs(n, operand) : t.longs();
	}

	private static int[] unknown(final int rank) {
		final int[] shape = new int[rank];
		Arrays.fill(shape, Port.ANY);
		return shape;
	}

	static int extent(final long n) {
		return n == Integers.SAMPLES ? Shapes.BATCH : n < 0 || n > Integer.MAX_VALUE ? Port.ANY : (int) n;
	}

	/** An axis that is taken whole stays what it was, the batch included. */
	int[] slice(final Node n, final int[] x) {
		final long[] starts = longs(n, 1);
		final long[] ends = longs(n, 2);
		final long[] steps = n.input(4).isEmpty() ? null : longs(n, 4);
		final boolean told = n.input(3).isEmpty() || longs(n, 3) != null;
		final int count = starts != null ? starts.length : ends != null ? ends.length : -1;
		if (!told || count < 0 && n.input(3).isEmpty()) return unknown(x.length);
		final long[] axes = n.input(3).isEmpty() ? null : longs(n, 3);
		final int[] shape = x.clone();
		for (int i = 0; i < (axes == null ? count : axes.length); i++) {
			final int axis = axes == null ? i : Shapes.axis(axes[i], x.length);
			final boolean fixed = starts != null && ends != null && (n.input(4).isEmpty() || steps != null);
			shape[axis] = fixed ? cut(x[axis], starts[i], ends[i], steps == null ? 1 : steps[i]) : Port.ANY;
		}
		return shape;
	}

	private static int cut(final int extent, final long start, final long end, final long step) {
		if (start == 0 && end >= Integer.MAX_VALUE && step == 1) return extent;
		if (extent < 0 || step == 0) return Port.ANY;
		final long low = step > 0 ? 0 : -1;
		final long high = step > 0 ? extent : extent - 1;
		final long from = Math.max(low, Math.min(high, start < 0 ? start + extent : start));
		final long to = Math.max(low, Math.min(high, end < 0 ? end + extent : end));
		return (int) Math.max(0, step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step);
	}

	/** The shape of each part. */
	int[][] split(final Node n, final int[] x) {
		final int axis = Shapes.axis(n.op().attributes().integer("axis", 0), x.length);
		final int parts = n.outputs().size();
		final long[] sizes = n.input(1).isEmpty() ? null : longs(n, 1);
		final long even = x[axis] < 0 ? -1 : (x[axis] + parts - 1L) / parts;
		final int[][] shapes = new int[parts][];
		for (int i = 0; i < parts; i++) {
			shapes[i] = x.clone();
			shapes[i][axis] = sizes != null && i < sizes.length ? extent(sizes[i]) : even < 0 || !n.input(1).isEmpty()
				? Port.ANY : extent(Math.min(even, x[axis] - i * even));
		}
		return shapes;
	}

	int[] pad(final Node n, final int[] x) {
		final long[] pads = longs(n, 1);
		if (pads == null || pads.length != 2 * x.length || !n.input(3).isEmpty()) return unknown(x.length);
		final int[] shape = x.clone();
		for (int i = 0; i < x.length; i++)
			if (pads[i] != 0 || pads[i + x.length] != 0) shape[i] = x[i] < 0 ? Port.ANY : extent(x[i] + pads[i] + pads[i +
				x.length]);
		return shape;
	}

	int[] resize(final Node n, final int[] x) {
		final Attributes a = n.op().attributes();
		if (a.has("keep_aspect_ratio_policy")) return unknown(x.length);
		final long[] sizes = extents(n, 3);
		final Tensor scales = constants.get(n.input(2));
		if (a.has("axes")) return resized(x, a.integers("axes", new long[0]), sizes, scales);
		final int[] shape = unknown(x.length);
		for (int i = 0; i < x.length; i++)
			if (sizes != null && sizes.length == x.length) shape[i] = extent(sizes[i]);
			else if (scales != null && scales.isFloat() && scales.length() == x.length) shape[i] = scales.floats()[i] == 1 ? x[i]
				: x[i] < 0 ? Port.ANY : extent((long) Math.floor(x[i] * (double) scales.floats()[i]));
			else if (i < 2) shape[i] = x[i];
		return shape;
	}

	/** Some axes by sizes or scales of their own, the others as they are. */
	private static int[] resized(final int[] x, final long[] axes, final long[] sizes, final Tensor scales) {
		final int[] shape = x.clone();
		for (int i = 0; i < axes.length; i++) {
			final int axis = Shapes.axis(axes[i], x.length);
			final boolean scaled = scales != null && scales.isFloat() && scales.length() == axes.length && x[axis] >= 0;
			if (sizes != null && sizes.length == axes.length) shape[axis] = extent(sizes[i]);
			else shape[axis] = scaled ? extent((long) Math.floor(x[axis] * (double) scales.floats()[i])) : Port.ANY;
		}
		return shape;
	}

	/** With the extents asked for where the operand has one element, else as it is. */
	int[] expand(final Node n, final int[] x) {
		final long[] wanted = extents(n, 1);
		if (wanted == null) return null;
		final int[] shape = new int[Math.max(wanted.length, x.length)];
		for (int i = 1; i <= shape.length; i++) {
			final int own = i > x.length ? 1 : x[x.length - i];
			final long asked = i > wanted.length ? 1 : wanted[wanted.length - i];
			shape[shape.length - i] = own == 1 ? extent(asked) : own;
		}
		return shape;
	}

	int[] tile(final Node n, final int[] x) {
		final long[] times = longs(n, 1);
		if (times == null || times.length != x.length) return unknown(x.length);
		final int[] shape = x.clone();
		for (int i = 0; i < x.length; i++)
			if (times[i] != 1) shape[i] = x[i] < 0 ? Port.ANY : extent(x[i] * times[i]);
		return shape;
	}

	int[] filled(final Node n) {
		final long[] wanted = extents(n, 0);
		return wanted == null ? null : Arrays.stream(wanted).mapToInt(CutShapes::extent).toArray();
	}

	int[] range(final Node n) {
		final Tensor[] t = { constants.get(n.input(0)), constants.get(n.input(1)), constants.get(n.input(2)) };
		if (t[0] == null || t[1] == null || t[2] == null) return unknown(1);
		final double count = Math.ceil((number(t[1]) - number(t[0])) / number(t[2]));
		return new int[] { Double.isNaN(count) || count > Integer.MAX_VALUE ? Port.ANY : (int) Math.max(0, count) };
	}

	private static double number(final Tensor t) {
		return t.isFloat() ? t.floats()[0] : t.longs()[0];
	}

	int[] oneHot(final Node n, final int[] x) {
		final long[] depth = longs(n, 1);
		final int axis = Shapes.axis(n.op().attributes().integer("axis", -1), x.length + 1);
		final int[] shape = new int[x.length + 1];
		for (int i = 0; i < shape.length; i++)
			shape[i] = i == axis ? depth == null ? Port.ANY : extent(depth[0]) : x[i < axis ? i : i - 1];
		return shape;
	}

	/** One position for each line along an axis. */
	static int[] position(final Node n, final int[] x) {
		final int axis = Shapes.axis(n.op().attributes().integer("axis", 0), x.length);
		final boolean keep = n.op().attributes().integer("keepdims", 1) != 0;
		final int[] shape = new int[keep ? x.length : x.length - 1];
		for (int i = 0; i < shape.length; i++)
			shape[i] = keep && i == axis ? 1 : x[!keep && i >= axis ? i + 1 : i];
		return shape;
	}

	int[] topK(final Node n, final int[] x) {
		final long[] k = longs(n, 1);
		final int[] shape = x.clone();
		shape[Shapes.axis(n.op().attributes().integer("axis", -1), x.length)] = k == null ? Port.ANY : extent(k[0]);
		return shape;
	}

	/** Blocks of pixels and channels exchanged. */
	static int[] blocks(final Node n, final int[] x) {
		final int b = (int) n.op().attributes().integer("blocksize", 1);
		if (x.length != 4 || b < 1) return null;
		final boolean out = n.is("DepthToSpace");
		final int[] shape = x.clone();
		if (x[1] >= 0) shape[1] = out ? x[1] / (b * b) : x[1] * b * b;
		for (int i = 2; i < 4; i++)
			if (x[i] >= 0) shape[i] = out ? x[i] * b : x[i] / b;
		return shape;
	}
}
