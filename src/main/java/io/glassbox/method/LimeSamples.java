package io.glassbox.method;

import io.glassbox.perturb.Coalitions;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** LIME's copies of an image: who is there in which, and the scores so far. The first is the image itself. */
final class LimeSamples implements Coalitions {

	private final boolean[][] there;
	private final double[][] scores;
	private int scored;

	/** @param most how many there may be */
	LimeSamples(final int most, final int players, final int targets, final long seed) {
		there = new boolean[most][players];
		scores = new double[targets][most];
		final SplittableRandom random = new SplittableRandom(seed);
		for (int i = 0; i < most; i++)
			for (int j = 0; j < players; j++)
				there[i][j] = i == 0 || random.nextBoolean();
	}

	@Override
	public boolean has(final int copy, final int feature) {
		return there[copy][feature];
	}

	/** @param of the next copy, one for each target */
	void add(final double[] of) {
		for (int t = 0; t < of.length; t++)
			scores[t][scored] = of[t];
		scored++;
	}

	int scored() {
		return scored;
	}

	Surrogate fit(final int target, final Lime lime) {
		return fit(target, lime, IntStream.range(0, scored));
	}

	/** Every other sample against the others. */
	LimeStability stability(final int target, final Lime lime) {
		return LimeStability.of(fit(target, lime, IntStream.range(0, scored).filter(i -> i % 2 == 0)), fit(target, lime, IntStream
			.range(0, scored).filter(i -> i % 2 == 1)), Math.min(lime.features(), there[0].length));
	}

	private Surrogate fit(final int target, final Lime lime, final IntStream samples) {
		final int[] chosen = samples.toArray();
		return lime.fit(Arrays.stream(chosen).mapToObj(i -> there[i]).toArray(boolean[][]::new), Arrays.stream(chosen).mapToDouble(
			i -> scores[target][i]).toArray());
	}
}
