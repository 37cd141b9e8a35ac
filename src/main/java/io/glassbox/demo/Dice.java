package io.glassbox.demo;

import java.util.SplittableRandom;

/**
 * Random numbers that are the same on every Java: everything is derived from {@code nextLong} by exact
 * arithmetic, since the library's own gaussians have changed between versions.
 */
final class Dice {

	private static final double SQRT3 = Math.sqrt(3);

	private final SplittableRandom random;

	Dice(final long seed) {
		this(new SplittableRandom(seed));
	}

	private Dice(final SplittableRandom random) {
		this.random = random;
	}

	/** Dice for one part of a picture, so that what the other parts draw does not disturb it. */
	Dice split() {
		return new Dice(random.split());
	}

	/** Uniform in [0, 1). */
	double unit() {
		return (random.nextLong() >>> 11) * 0x1p-53;
	}

	double between(final double low, final double high) {
		return low + (high - low) * unit();
	}

	/** Uniform in 0 .. n-1. */
	int below(final int n) {
		return (int) (unit() * n);
	}

	boolean chance(final double probability) {
		return unit() < probability;
	}

	/** Nearly normal, zero mean, unit variance: the sum of four uniform numbers, hence never beyond 3.5. */
	double gaussian() {
		return (unit() + unit() + unit() + unit() - 2) * SQRT3;
	}

	/** The numbers 0 .. n-1 in random order. */
	int[] permutation(final int n) {
		final int[] order = new int[n];
		for (int i = 0; i < n; i++) {
			final int k = below(i + 1);
			order[i] = order[k];
			order[k] = i;
		}
		return order;
	}
}
