package io.glassbox.perturb;

import io.glassbox.explain.Elements;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which elements of a network's inputs are there, or absent, together: the players of the game that Shapley values are of.
 *
 * @param elements of the inputs that are explained
 * @param of for each element the number of its feature, from 0 to {@code count} - 1
 * @param count how many features there are
 */
public record Features(Elements elements, int[] of, int count) {

	/** Values of one input; more would take days to score, and nobody could read them. */
	private static final int MOST = 5000;

	public Features {
		if (of.length != elements.length()) throw new IllegalArgumentException(elements.length() + " elements have features, found " +
			of.length);
		final boolean[] used = new boolean[count];
		for (final int feature : of)
			used[feature] = true;
		if (IntStream.range(0, count).anyMatch(k -> !used[k])) throw new IllegalArgumentException("A feature has no elements");
	}

	/**
	 * Segments of the image, which all its channels share; every other image as a whole; and each value of other inputs.
	 *
	 * @throws GlassboxException if the segments do not fit the image, or there are too many values
	 */
	public static Features of(final List<Tensor> inputs, final Segments segments) {
		final Elements elements = Elements.of(inputs);
		final Tensor picture = Elements.picture(inputs);
		segments.requireOn(picture);
		final List<int[]> parts = new ArrayList<>();
		int count = segments.count();
		for (final int i : elements.explained()) {
			final Tensor t = inputs.get(i);
			if (t == picture) {
				parts.add(IntStream.range(0, t.length()).map(k -> segments.labels()[k % segments.labels().length]).toArray());
				continue;
			}
			final int first = count;
			final int each = Elements.features(t);
			if (each > MOST) throw new GlassboxException("An input beside the image has " + each +
				" values, each of which would be a feature; there may be " + MOST + ". Methods that use gradients explain it.");
			parts.add(each == 1 ? filled(t.length(), first) : IntStream.range(first, first + each).toArray());
			count += each;
		}
		return new Features(elements, parts.stream().flatMapToInt(Arrays::stream).toArray(), count);
	}

	private static int[] filled(final int length, final int value) {
		final int[] filled = new int[length];
		Arrays.fill(filled, value);
		return filled;
	}

	/** A value for each feature, given to each of its elements. */
	public float[] spread(final double[] values) {
		final float[] spread = new float[of.length];
		for (int k = 0; k < spread.length; k++)
			spread[k] = (float) values[of[k]];
		return spread;
	}
}
