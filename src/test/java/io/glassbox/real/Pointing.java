package io.glassbox.real;

import java.util.Collection;
import java.util.Locale;

/**
 * How well a map points at a lesion: a number from 0 to 1 each, for one map or the mean of many.
 *
 * @param hit whether the highest value lies in the lesion
 * @param near whether it lies in the lesion or not farther from it than half a stride of the layer
 * @param mass share of the positive relevance that lies in the lesion
 * @param area share of the image that is lesion: what {@code hit} and {@code mass} are by chance
 * @param nearArea share of the image not farther from it than half a stride: what {@code near} is by chance
 */
record Pointing(double hit, double near, double mass, double area, double nearArea) {

	/** @param stride of the layer, in pixels of the network's input */
	static Pointing of(final float[] map, final boolean[] lesion, final int stride) {
		final boolean[] wide = dilated(lesion, stride / 2);
		int peak = 0;
		double all = 0;
		double inside = 0;
		for (int i = 0; i < map.length; i++) {
			if (map[i] > map[peak]) peak = i;
			all += Math.max(0, map[i]);
			if (lesion[i]) inside += Math.max(0, map[i]);
		}
		return new Pointing(lesion[peak] ? 1 : 0, wide[peak] ? 1 : 0, all == 0 ? 0 : inside / all, share(lesion), share(
			wide));
	}

	static Pointing mean(final Collection<Pointing> all) {
		return new Pointing(all.stream().mapToDouble(Pointing::hit).average().orElse(Double.NaN), all.stream().mapToDouble(
			Pointing::near).average().orElse(Double.NaN), all.stream().mapToDouble(Pointing::mass).average().orElse(
				Double.NaN), all.stream().mapToDouble(Pointing::area).average().orElse(Double.NaN), all.stream().mapToDouble(
					Pointing::nearArea).average().orElse(Double.NaN));
	}

	private static boolean[] dilated(final boolean[] mask, final int radius) {
		final boolean[] wide = new boolean[mask.length];
		for (int i = 0; i < mask.length; i++)
			if (mask[i]) for (int dy = -radius; dy <= radius; dy++)
				for (int dx = -radius; dx <= radius; dx++) {
					final int x = i % Scan.SIDE + dx;
					final int y = i / Scan.SIDE + dy;
					final boolean within = x >= 0 && y >= 0 && x < Scan.SIDE && y < Scan.SIDE;
					if (within && dx * dx + dy * dy <= radius * radius) wide[y * Scan.SIDE + x] = true;
				}
		return wide;
	}

	private static double share(final boolean[] mask) {
		int count = 0;
		for (final boolean m : mask)
			if (m) count++;
		return (double) count / mask.length;
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%5.0f %% %5.0f %% %6.1f %% %6.1f %% %6.1f %%", 100 * hit, 100 * near, 100 * mass,
			100 * area, 100 * nearArea);
	}
}
