package io.glassbox.method;

import java.util.Arrays;

/**
 * An image moved by a few pixels, its border repeated, so that what is learned of it hangs on no pixel's exact place.
 *
 * @param from for each place of the moved image the place it comes from
 */
record Jitter(int[] from) {

	/**
	 * @param extents of the image
	 * @param by for each axis how many places
	 */
	static Jitter of(final int[] extents, final int[] by) {
		final int[] from = new int[Arrays.stream(extents).reduce(1, Math::multiplyExact)];
		for (int place = 0; place < from.length; place++) {
			int rest = place;
			int stride = 1;
			for (int a = extents.length - 1; a >= 0; a--) {
				final int at = rest % extents[a];
				rest /= extents[a];
				from[place] += stride * Math.max(0, Math.min(extents[a] - 1, at - by[a]));
				stride *= extents[a];
			}
		}
		return new Jitter(from);
	}

	/** @param elements channels one after another */
	float[] moved(final float[] elements) {
		final float[] moved = new float[elements.length];
		for (int e = 0; e < moved.length; e++)
			moved[e] = elements[e / from.length * from.length + from[e % from.length]];
		return moved;
	}

	/** The derivative by the elements of something whose derivative by the moved ones is known. */
	float[] back(final float[] byMoved) {
		final float[] back = new float[byMoved.length];
		for (int e = 0; e < back.length; e++)
			back[e / from.length * from.length + from[e % from.length]] += byMoved[e];
		return back;
	}
}
