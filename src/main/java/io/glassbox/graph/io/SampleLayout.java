package io.glassbox.graph.io;

/**
 * Where the samples of a batch lie in a value: along one axis, which counts {@code outer} parts, in each of them the
 * samples, in each sample {@code inner} parts. So that axis has {@code outer x inner} elements for one sample.
 * <p>
 * An image batch is counted along axis 0, 1 by 1. Windows cut from images are (0, 1, 64): 64 of the first sample, then 64
 * of the second. Tokens that come before samples, made into rows, are (0, 197, 1): the first token of each sample, then
 * the second of each.
 * </p>
 */
record SampleLayout(int axis, long outer, long inner) {

	/** Samples one by one along the first axis. */
	static final SampleLayout FIRST = new SampleLayout(0, 1, 1);

	SampleLayout at(final int newAxis) {
		return new SampleLayout(newAxis, outer, inner);
	}

	/** Whether the axis counts samples and nothing else. */
	boolean isPlain() {
		return outer == 1 && inner == 1;
	}

	/**
	 * The layout after the same elements, in the same order, are given another shape; null if samples would come to lie
	 * across two axes.
	 * <p>
	 * Before and behind each element of a sample's part lie as many elements as before. Often two axes will do, as the end of one
	 * is the begin of the next: that of one element is taken, else the second, unless it is the last, whose elements
	 * are most often features.
	 * </p>
	 *
	 * @param from the shape now, for one sample
	 * @param to the shape then, for one sample
	 */
	SampleLayout reshaped(final int[] from, final int[] to) {
		final long before = product(from, 0, axis) * outer;
		final long behind = product(from, axis + 1, from.length) * inner;
		SampleLayout found = null;
		for (int i = 0; i < to.length; i++) {
			final long left = product(to, 0, i);
			final long right = product(to, i + 1, to.length);
			if (left == 0 || right == 0 || before % left != 0 || behind % right != 0) continue;
			final SampleLayout candidate = new SampleLayout(i, before / left, behind / right);
			if (candidate.outer * candidate.inner != to[i]) continue;
			if (candidate.isPlain()) return candidate;
			if (found == null || i < to.length - 1) found = candidate;
		}
		return found;
	}

	private static long product(final int[] shape, final int begin, final int end) {
		long n = 1;
		for (int i = begin; i < end; i++)
			n *= shape[i];
		return n;
	}
}
