package io.glassbox.perturb;

import java.util.Arrays;

/** Segments made connected: each component becomes one of its own, a small one part of a neighbour. */
final class Components {

	private static final int[][] NEIGHBOURS = { { 0, 0, 1 }, { 0, 0, -1 }, { 0, 1, 0 }, { 0, -1, 0 }, { 1, 0, 0 }, { -1, 0, 0 } };

	private Components() {}

	/**
	 * Labels anew, in the order of the places; by faces, as the SLIC paper's program does it.
	 *
	 * @param extents depth, height, width
	 * @param least places of a component; one that has fewer joins the neighbour seen last
	 * @param most places of a component; what is left of one that has more is another
	 */
	static int[] connected(final int[] labels, final int[] extents, final int least, final int most) {
		final int[] renamed = new int[labels.length];
		Arrays.fill(renamed, -1);
		final int[] queue = new int[Math.max(1, most)];
		int next = 0;
		for (int start = 0; start < labels.length; start++) {
			if (renamed[start] >= 0) continue;
			int adjacent = next;
			int size = 1;
			queue[0] = start;
			renamed[start] = next;
			for (int visited = 0; visited < size && size < queue.length; visited++)
				for (final int[] step : NEIGHBOURS) {
					final int at = neighbour(queue[visited], step, extents);
					if (at < 0) continue;
					if (labels[at] == labels[start] && renamed[at] < 0) {
						renamed[at] = next;
						queue[size++] = at;
						if (size == queue.length) break;
					}
					else if (renamed[at] >= 0 && renamed[at] != next) adjacent = renamed[at];
				}
			if (size < least && adjacent != next) for (int i = 0; i < size; i++)
				renamed[queue[i]] = adjacent;
			else next++;
		}
		return renamed;
	}

	/** The place a step away, -1 if it lies outside. */
	static int neighbour(final int place, final int[] step, final int[] extents) {
		final int z = place / (extents[1] * extents[2]) + step[0];
		final int y = place / extents[2] % extents[1] + step[1];
		final int x = place % extents[2] + step[2];
		return z < 0 || y < 0 || x < 0 || z >= extents[0] || y >= extents[1] || x >= extents[2] ? -1 : (z * extents[1] + y) *
			extents[2] + x;
	}
}
