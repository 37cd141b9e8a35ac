package io.glassbox.demo;

/** A square picture of floats under construction, {@value #SIZE} pixels each way. */
final class Field {

	/**
	 * Extent of all phantoms. At 128 pixels a mass of 10 to 26 pixels has room for spicules a pixel wide, and a
	 * network of a few layers trains in minutes on a CPU.
	 */
	static final int SIZE = 128;

	final float[] values = new float[SIZE * SIZE];

	float at(final int x, final int y) {
		return values[y * SIZE + x];
	}

	/** Linearly interpolated; the border is repeated. */
	double between(final double x, final double y) {
		final double u = Math.min(SIZE - 1.001, Math.max(0, x));
		final double v = Math.min(SIZE - 1.001, Math.max(0, y));
		final int i = (int) u;
		final int k = (int) v;
		final double s = u - i;
		final double t = v - k;
		return (1 - t) * ((1 - s) * at(i, k) + s * at(i + 1, k)) + t * ((1 - s) * at(i, k + 1) + s * at(i + 1, k + 1));
	}

	void add(final int x, final int y, final double value) {
		values[y * SIZE + x] += (float) value;
	}

	void set(final int x, final int y, final double value) {
		values[y * SIZE + x] = (float) value;
	}

	/** Never less than {@code value} here. */
	void raise(final int x, final int y, final double value) {
		final int i = y * SIZE + x;
		values[i] = Math.max(values[i], (float) value);
	}

	/** Shifted and scaled to zero mean and unit variance. */
	Field standardised() {
		double sum = 0;
		double squares = 0;
		for (final float v : values) {
			sum += v;
			squares += (double) v * v;
		}
		final double mean = sum / values.length;
		final double deviation = Math.sqrt(Math.max(1e-12, squares / values.length - mean * mean));
		for (int i = 0; i < values.length; i++)
			values[i] = (float) ((values[i] - mean) / deviation);
		return this;
	}

	/** Left and right exchanged. */
	Field mirrored() {
		final Field m = new Field();
		for (int y = 0; y < SIZE; y++)
			for (int x = 0; x < SIZE; x++)
				m.set(SIZE - 1 - x, y, at(x, y));
		return m;
	}

	/** Blurred by (side, centre, side) along both axes; the border is repeated. */
	Field blurred(final double side) {
		return pass(side, true).pass(side, false);
	}

	private Field pass(final double side, final boolean alongX) {
		final Field out = new Field();
		final int last = SIZE - 1;
		for (int y = 0; y < SIZE; y++)
			for (int x = 0; x < SIZE; x++) {
				final float before = alongX ? at(Math.max(0, x - 1), y) : at(x, Math.max(0, y - 1));
				final float after = alongX ? at(Math.min(last, x + 1), y) : at(x, Math.min(last, y + 1));
				out.set(x, y, (1 - 2 * side) * at(x, y) + side * (before + after));
			}
		return out;
	}

	/** 0 below {@code low}, 1 above {@code high}, smooth between. */
	static double smoothStep(final double low, final double high, final double x) {
		final double t = Math.min(1, Math.max(0, (x - low) / (high - low)));
		return t * t * (3 - 2 * t);
	}

	/** exp(-x²/2). */
	static double bell(final double x) {
		return Math.abs(x) > 4 ? 0 : StrictMath.exp(-x * x / 2);
	}
}
