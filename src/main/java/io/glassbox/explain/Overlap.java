package io.glassbox.explain;

import io.glassbox.graph.Tensor;

/** A mask on a grid of other extents: marked is what has something marked in it. */
final class Overlap {

	private final float[] mask;
	private final int[] fine;
	private final int[] extents;
	private final boolean[] marked;

	private Overlap(final Tensor mask, final int[] extents) {
		this.mask = mask.floats();
		this.fine = mask.shape();
		this.extents = extents;
		marked = new boolean[Math.toIntExact(Tensor.count(extents))];
	}

	/** @param extents as many as the mask has axes */
	static boolean[] of(final Tensor mask, final int[] extents) {
		final Overlap overlap = new Overlap(mask, extents);
		overlap.mark(0, 0, new int[extents.length], new int[extents.length]);
		return overlap.marked;
	}

	/** Goes through the places of the coarse grid, and for each through those of the fine one that lie in it. */
	private void mark(final int axis, final int place, final int[] from, final int[] to) {
		if (axis == extents.length) {
			marked[place] = any(0, 0, from, to);
			return;
		}
		for (int i = 0; i < extents[axis]; i++) {
			from[axis] = (int) ((long) i * fine[axis] / extents[axis]);
			to[axis] = (int) Math.max(from[axis] + 1L, (i + 1L) * fine[axis] / extents[axis]);
			mark(axis + 1, place * extents[axis] + i, from, to);
		}
	}

	private boolean any(final int axis, final int place, final int[] from, final int[] to) {
		if (axis == fine.length) return mask[place] != 0;
		for (int i = from[axis]; i < to[axis]; i++)
			if (any(axis + 1, place * fine[axis] + i, from, to)) return true;
		return false;
	}
}
