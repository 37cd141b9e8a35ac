package io.glassbox.graph.patch;

import java.util.Arrays;

/**
 * A box of places of a map, from its first place up to, and without, its last.
 *
 * @param from one for each axis, [depth,] height, width
 * @param to likewise; above {@code from}
 */
public record Box(int[] from, int[] to) {

	/** The smallest box around both. */
	Box with(final Box other) {
		final int[] low = from.clone();
		final int[] high = to.clone();
		for (int a = 0; a < low.length; a++) {
			low[a] = Math.min(low[a], other.from[a]);
			high[a] = Math.max(high[a], other.to[a]);
		}
		return new Box(low, high);
	}

	int size(final int axis) {
		return to[axis] - from[axis];
	}

	/** How many places it has along each axis. */
	int[] size() {
		final int[] size = new int[from.length];
		Arrays.setAll(size, this::size);
		return size;
	}

	/** How many places a box of that size has. */
	static long places(final int[] size) {
		return Arrays.stream(size).asLongStream().reduce(1, Math::multiplyExact);
	}

	@Override
	public String toString() {
		return Arrays.toString(from) + " to " + Arrays.toString(to);
	}
}
