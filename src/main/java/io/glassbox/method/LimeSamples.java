package io.glassbox.method;

import io.glassbox.graph.GlassboxException;
import io.glassbox.perturb.Coalitions;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * LIME's copies of an image: who is there in which, and the scores so far. Runs follow one another, of each the first
 * copy is the image itself.
 */
final class LimeSamples implements Coalitions {

	/** Fewer samples that count are no sample; and no part of one to compare with another. */
	private static final double FEWEST = 3;
	private static final double FEWEST_OF_PART = 1.5;

	private final Lime lime;
	private final IntFunction<Optional<String>> names;
	private final boolean[][] there;
	private final double[][] scores;
	private final double[] weights;
	private final int each;
	private double sum;
	private double squares;
	private int scored;

	/** @param names of the features that are no segments, by their numbers */
	LimeSamples(final Lime lime, final int players, final int targets, final IntFunction<Optional<String>> names) {
		this.lime = lime;
		this.names = names;
		each = lime.copies().most();
		there = new boolean[Math.multiplyExact(each, lime.copies().runs())][players];
		scores = new double[targets][there.length];
		weights = new double[there.length];
		for (int run = 0; run < lime.copies().runs(); run++) {
			final SplittableRandom random = new SplittableRandom(lime.copies().seed() + run);
			for (int i = 0; i < each; i++) {
				final boolean[] row = there[run * each + i];
				for (int j = 0; j < players; j++)
					row[j] = i == 0 || (isSecond(i) ? !there[run * each + i - 1][j] : random.nextBoolean());
			}
		}
	}

	/** Whether a copy has just the segments that the one before lacks. */
	private boolean isSecond(final int inRun) {
		return lime.copies().paired() && inRun > 0 && inRun % 2 == 0;
	}

	/** Number of the draw a copy comes from, from 0, of the image itself. */
	private int draw(final int inRun) {
		return lime.copies().paired() ? (inRun + 1) / 2 : inRun;
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
		final double weight = lime.weight(there[scored]);
		weights[scored] = weight;
		sum += weight;
		squares += weight * weight;
		scored++;
	}

	int scored() {
		return scored;
	}

	/**
	 * Of all samples so far.
	 *
	 * @throws GlassboxException if hardly any of them counts
	 */
	Surrogate fit(final int target) {
		if (!isEnough()) throw new GlassboxException(String.format(Locale.ROOT, "LIME's kernel of width %s leaves what %.1f of %d " +
			"copies tell: all others are too far from the image. Take a wider one, 0.25 or more, or more samples.", lime.width(), effective(
				sum, squares), scored));
		return fit(target, IntStream.range(0, scored).toArray());
	}

	/** Whether the samples so far suffice for a fit. */
	boolean isEnough() {
		return effective(sum, squares) >= FEWEST;
	}

	/** So many samples of equal weight would tell as much: the sum of weights squared over that of squares (Kish 1965). */
	private static double effective(final double sum, final double squares) {
		return squares > 0 ? sum * sum / squares : 0;
	}

	private boolean isEnoughToCompare(final int[] part) {
		return effective(Arrays.stream(part).mapToDouble(i -> weights[i]).sum(), Arrays.stream(part).mapToDouble(i -> weights[i] *
			weights[i]).sum()) >= FEWEST_OF_PART;
	}

	/** Every other draw against the others; or each run that is complete against each other one, if there are two. */
	LimeStability stability(final int target) {
		final List<int[]> parts = IntStream.range(0, inHalves() ? 2 : scored / each).mapToObj(p -> (inHalves() ? IntStream.range(0,
			scored).filter(i -> draw(i % each) % 2 == p) : IntStream.range(p * each, (p + 1) * each)).toArray()).toList();
		final int top = Math.min(lime.features(), there[0].length);
		if (!parts.stream().allMatch(this::isEnoughToCompare)) return LimeStability.unknown(parts.size(), top);
		return LimeStability.of(parts.stream().map(p -> fit(target, p)).toList(), top);
	}

	/** Whether halves of the copies are compared, for want of two complete runs. */
	boolean inHalves() {
		return scored < 2 * each;
	}

	private Surrogate fit(final int target, final int[] chosen) {
		final boolean[][] rows = Arrays.stream(chosen).mapToObj(i -> there[i]).toArray(boolean[][]::new);
		return lime.surrogate().of(new LocalSamples(rows, Arrays.stream(chosen).mapToDouble(i -> scores[target][i]).toArray(), Arrays
			.stream(chosen).mapToDouble(i -> weights[i]).toArray(), Arrays.stream(chosen).map(i -> i / each * each + draw(i % each)).toArray()), names);
	}
}
