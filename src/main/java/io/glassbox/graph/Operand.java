package io.glassbox.graph;

/**
 * What is known of an operand before an operator runs.
 *
 * @param shape extents
 * @param elements the elements of a short list of integers, by which many operators tell the shape of their result; null
 *          if it holds something else, or they are not known
 * @param numbers likewise those of a short list of floats
 */
record Operand(long[] shape, long[] elements, float[] numbers) {

	/** Longer lists than this tell no shape. */
	static final int LONGEST = 1 << 10;

	static Operand of(final long... shape) {
		return new Operand(shape, null, null);
	}

	static Operand of(final Tensor t) {
		final long[] shape = new long[t.rank()];
		for (int i = 0; i < shape.length; i++)
			shape[i] = t.size(i);
		final boolean known = t.length() <= LONGEST;
		return new Operand(shape, known && !t.isFloat() ? t.longs() : null, known && t.isFloat() ? t.floats() : null);
	}

	int rank() {
		return shape.length;
	}

	/** Number of elements, as a real number, which may be beyond any integer. */
	double size() {
		return size(shape);
	}

	static double size(final long[] shape) {
		double n = 1;
		for (final long extent : shape)
			n *= Math.max(0, extent);
		return n;
	}
}
