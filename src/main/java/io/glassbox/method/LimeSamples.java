package io.glassbox.method;

import io.glassbox.perturb.Coalitions;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * LIME's copies of an image: who is there in which, and the scores so far. Runs follow one another, of each the first
 * copy is the image itself.
 */
final class LimeSamples implements Coalitions {

	private final Lime lime;
	private final IntFunction<Optional<String>> names;
	private final boolean[][] there;
	private final double[][] scores;
	private int scored;

	/**
	 * @param each how many copies a run may have
	 * @param names of the features that are no segments, by their numbers
	 */
	LimeSamples(final Lime lime, final int each, final int players, final int targets, final IntFunction<Optional<String>> names) {
		this.lime = lime;
		this.names = names;
		there = new boolean[Math.multiplyExact(each, lime.runs())][players];
		scores = new double[targets][there.length];
		for (int run = 0; run < lime.runs(); run++) {
			final SplittableRandom random = new SplittableRandom(lime.seed() + run);
			for (int i = run * each; i < (run + 1) * each; i++)
				for (int j = 0; j < players; j++)
					there[i][j] = i == run * each || random.nextBoolean();
		}
	}

	int count() {
		return there.length;
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

	/** Of all samples so far. */
	Surrogate fit(final int target) {
		return fit(target, IntStream.range(0, scored));
	}

	/** Every other sample against the others; or each run that is complete against each other one, if there are two. */
	LimeStability stability(final int target) {
		final int each = there.length / lime.runs();
		final boolean halves = scored < 2 * each;
		final List<Surrogate> parts = IntStream.range(0, halves ? 2 : scored / each).mapToObj(p -> fit(target, halves ? IntStream.range(
			0, scored).filter(i -> i % 2 == p) : IntStream.range(p * each, (p + 1) * each))).toList();
		return LimeStability.of(parts, Math.min(lime.features(), there[0].length));
	}

	private Surrogate fit(final int target, final IntStream samples) {
		final int[] chosen = samples.toArray();
		return lime.fit(Arrays.stream(chosen).mapToObj(i -> there[i]).toArray(boolean[][]::new), Arrays.stream(chosen).mapToDouble(
			i -> scores[target][i]).toArray(), names);
	}
}
