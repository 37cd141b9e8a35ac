package io.glassbox.graph;

import java.util.Arrays;

/** Arithmetic with extents and axes, on which the rules of shapes rest; axes below zero count from the last. */
final class Axes {

	private Axes() {}

	/** An axis counted from the front. */
	static int axis(final long axis, final int rank) {
		return Math.toIntExact(axis < 0 ? axis + rank : axis);
	}

	static long[] ones(final int n) {
		final long[] one = new long[n];
		Arrays.fill(one, 1);
		return one;
	}

	/** With another extent along one axis. */
	static long[] replaced(final long[] shape, final int axis, final long extent) {
		final long[] result = shape.clone();
		result[axis] = extent;
		return result;
	}

	/** What both become where extents of 1 are repeated; null if they do not fit. */
	static long[] broadcast(final long[] p, final long[] q) {
		if (p == null) return null;
		final long[] shape = new long[Math.max(p.length, q.length)];
		for (int i = 1; i <= shape.length; i++) {
			final long m = i > p.length ? 1 : p[p.length - i];
			final long n = i > q.length ? 1 : q[q.length - i];
			if (m != n && m != 1 && n != 1) return null;
			shape[shape.length - i] = m == 1 ? n : m;
		}
		return shape;
	}

	/** With axes gone, or, if they are kept, of extent 1. */
	static long[] without(final long[] shape, final long[] axes, final boolean keep) {
		final boolean[] gone = new boolean[shape.length];
		for (final long axis : axes)
			gone[axis(axis, shape.length)] = true;
		final long[] result = new long[shape.length];
		int n = 0;
		for (int i = 0; i < shape.length; i++)
			if (!gone[i] || keep) result[n++] = gone[i] ? 1 : shape[i];
		return Arrays.copyOf(result, n);
	}

	/** The place of an index that may be counted from the end, within what there is. */
	static long bound(final long index, final long n) {
		return Math.max(0, Math.min(n, index < 0 ? index + n : index));
	}

	/** How many steps fit into a length, rounded up. */
	static long parts(final long length, final long step) {
		return length <= 0 ? 0 : (length - 1) / step + 1;
	}

	static long product(final long[] extents) {
		return Arrays.stream(extents).reduce(1, Math::multiplyExact);
	}
}
