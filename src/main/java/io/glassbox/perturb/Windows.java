package io.glassbox.perturb;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.patch.Box;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A box that moves over an image in steps, from corner to corner. What sticks out at the end is cut off, so that every place is
 * in a box.
 *
 * @param extents of the image, [depth,] height, width
 * @param window of the box, likewise
 * @param stride how far it moves at a time along each axis
 */
public record Windows(int[] extents, int[] window, int[] stride) {

	/** Does something with each row of places of a box. */
	@FunctionalInterface
	public interface Row {

		/**
		 * @param from the first place, counted in the order of the image's places
		 * @param length how many there are
		 */
		void at(int from, int length);
	}

	/** @throws GlassboxException if a box or a step has no extent, or steps would leave places out */
	public Windows {
		for (int a = 0; a < extents.length; a++) {
			if (window[a] < 1 || stride[a] < 1) throw new GlassboxException("A window of " + text(window) + " that moves by " + text(
				stride) + " was asked for; both are 1 or more along each axis.");
			if (stride[a] > window[a] && window[a] < extents[a]) throw new GlassboxException("A window of " + text(window) +
				" that moves by " + text(stride) + " leaves pixels out; let it move by no more than its size.");
		}
	}

	/**
	 * Reads sizes as people write them: {@code 16} for all axes, {@code 16x16}, or {@code 8x16x16} with depth first.
	 *
	 * @param axes how many are wanted
	 * @throws GlassboxException if it is nothing like that
	 */
	public static int[] parse(final String text, final int axes) {
		final String[] parts = text.trim().toLowerCase(java.util.Locale.ROOT).split("\\s*x\\s*");
		final boolean understood = (parts.length == 1 || parts.length == axes) && Arrays.stream(parts).allMatch(p -> p.matches(
			"[1-9]\\d{0,5}"));
		if (!understood) throw new GlassboxException("A size of pixels was expected, 16" + (axes == 3 ? " or 8x16x16 (depth first)"
			: " or 16x16 (height first)") + "; found '" + text + "'.");
		final int[] sizes = new int[axes];
		for (int a = 0; a < axes; a++)
			sizes[a] = Integer.parseInt(parts[parts.length == 1 ? 0 : a]);
		return sizes;
	}

	/** How people write sizes. */
	public static String text(final int[] sizes) {
		return Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining("x"));
	}

	/** How many boxes there are. */
	public int count() {
		return Arrays.stream(steps()).reduce(1, Math::multiplyExact);
	}

	/** How many places the image has. */
	public int places() {
		return Arrays.stream(extents).reduce(1, Math::multiplyExact);
	}

	/** As captum counts them: the last box may stick out. */
	private int[] steps() {
		final int[] steps = new int[extents.length];
		for (int a = 0; a < steps.length; a++)
			steps[a] = Math.max(0, (extents[a] - window[a] + stride[a] - 1) / stride[a]) + 1;
		return steps;
	}

	/** Where a box lies. */
	public Box box(final int number) {
		final int[] steps = steps();
		final int[] from = new int[extents.length];
		final int[] to = new int[extents.length];
		int rest = number;
		for (int a = extents.length - 1; a >= 0; a--) {
			from[a] = rest % steps[a] * stride[a];
			to[a] = Math.min(extents[a], from[a] + window[a]);
			rest /= steps[a];
		}
		return new Box(from, to);
	}

	/** Goes through the places of a box, row by row. */
	public void forEachRow(final int number, final Row row) {
		final int axes = extents.length;
		final Box box = box(number);
		final int[] from = box.from();
		final int[] to = box.to();
		final int planes = axes == 3 ? to[0] - from[0] : 1;
		final int y = axes - 2;
		final int x = axes - 1;
		for (int z = 0; z < planes; z++)
			for (int r = from[y]; r < to[y]; r++) {
				final int plane = axes == 3 ? (from[0] + z) * extents[y] : 0;
				row.at((plane + r) * extents[x] + from[x], to[x] - from[x]);
			}
	}
}
