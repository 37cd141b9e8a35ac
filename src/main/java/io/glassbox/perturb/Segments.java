package io.glassbox.perturb;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * An image cut into parts: the number of its segment for each place.
 *
 * @param labels for each place the number of its segment, from 0 to {@code count} - 1, in the order of the places
 * @param extents [height, width] or [depth, height, width]
 * @param count how many segments there are; each has a place at least
 */
public record Segments(int[] labels, int[] extents, int count) {

	public Segments {
		final int places = Arrays.stream(extents).reduce(1, Math::multiplyExact);
		if (extents.length != 2 && extents.length != 3) throw new IllegalArgumentException("Segments have 2 or 3 axes, found " +
			Arrays.toString(extents));
		if (labels.length != places) throw new IllegalArgumentException(places + " labels were expected for " + Arrays.toString(
			extents) + ", found " + labels.length);
		final boolean[] used = new boolean[count];
		for (final int label : labels)
			used[label] = true;
		for (int s = 0; s < count; s++)
			if (!used[s]) throw new IllegalArgumentException("Segment " + s + " of " + count + " has no place");
	}

	/** Of labels as they come, any integers: they are numbered anew, in the order in which they first occur. */
	public static Segments of(final int[] labels, final int... extents) {
		final Map<Integer, Integer> numbers = new HashMap<>();
		final int[] renamed = new int[labels.length];
		for (int i = 0; i < labels.length; i++)
			renamed[i] = numbers.computeIfAbsent(labels[i], label -> numbers.size());
		return new Segments(renamed, extents.clone(), numbers.size());
	}

	/** How many places each segment has. */
	public int[] sizes() {
		final int[] sizes = new int[count];
		for (final int label : labels)
			sizes[label]++;
		return sizes;
	}

	/**
	 * A value for each segment as an image.
	 *
	 * @return [height, width] or [depth, height, width]
	 */
	public Tensor painted(final double[] values) {
		final float[] image = new float[labels.length];
		for (int i = 0; i < image.length; i++)
			image[i] = (float) values[labels[i]];
		return Tensor.of(image, extents);
	}

	/**
	 * Checks that these are segments of an input.
	 *
	 * @param input 1 x channels x spatial extents
	 * @throws GlassboxException if they have other extents
	 */
	void requireOn(final Tensor input) {
		final int[] spatial = Arrays.copyOfRange(input.shape(), Math.min(2, input.rank()), input.rank());
		if (!Arrays.equals(spatial, extents)) throw new GlassboxException("The segments have the extents " + Arrays.toString(
			extents) + ", the network's input has " + Arrays.toString(spatial) + "; segments are of the image as the network gets it.");
	}
}
