package io.glassbox.image;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds connected regions of strong pixels in one plane; pixels that touch at a corner are connected.
 * <p>
 * Works on runs: unbroken stretches of strong pixels in one row. A run joins the runs above it that it touches
 * (union-find). Memory goes with the number of runs, not with the image.
 * </p>
 */
final class Components {

	/** Strong pixels side by side: columns {@code from} to {@code to}, the latter not included. */
	record Run(int y, int from, int to, double sum, float peak) {

		int length() {
			return to - from;
		}
	}

	/**
	 * How large some runs are together, and where.
	 *
	 * @param x of the centroid, in pixels; the image's edge is 0, the centre of the first pixel 0.5
	 * @param y likewise
	 */
	record Mass(long pixels, double x, double y) {

		static Mass of(final List<Run> runs) {
			long pixels = 0;
			double x = 0;
			double y = 0;
			for (final Run run : runs) {
				pixels += run.length();
				x += run.length() * (run.from() + run.to()) / 2.0;
				y += run.length() * (run.y() + 0.5);
			}
			return new Mass(pixels, x / pixels, y / pixels);
		}
	}

	private final float threshold;
	private final int sign;
	private final List<Run> runs = new ArrayList<>();
	private final List<Integer> parents = new ArrayList<>();
	private int rowAbove;
	private int thisRow;

	private Components(final float threshold, final int sign) {
		this.threshold = threshold;
		this.sign = sign;
	}

	/**
	 * The components of one plane, each a list of runs from top to bottom.
	 *
	 * @param sign 1 for values of at least the threshold, -1 for values of at most its negative
	 */
	static Collection<List<Run>> of(final RelevanceMap map, final int plane, final float threshold, final int sign) {
		final Components c = new Components(threshold, sign);
		map.forEachRow(plane, c::addRow);
		final Map<Integer, List<Run>> byRoot = new TreeMap<>();
		for (int i = 0; i < c.runs.size(); i++)
			byRoot.computeIfAbsent(c.root(i), k -> new ArrayList<>()).add(c.runs.get(i));
		return byRoot.values();
	}

	private void addRow(final int y, final float[] row) {
		rowAbove = thisRow;
		thisRow = runs.size();
		for (int x = 0; x < row.length; x++) {
			if (!isStrong(row[x])) continue;
			final int from = x;
			double sum = 0;
			float peak = 0;
			for (; x < row.length && isStrong(row[x]); x++) {
				sum += row[x];
				if (Math.abs(row[x]) > Math.abs(peak)) peak = row[x];
			}
			parents.add(runs.size());
			runs.add(new Run(y, from, x, sum, peak));
			joinAbove(runs.size() - 1);
		}
	}

	private boolean isStrong(final float value) {
		return sign * value >= threshold && value != 0;
	}

	/** Runs are in order, so those above that lie wholly to the left need not be looked at again. */
	private void joinAbove(final int index) {
		final Run run = runs.get(index);
		for (; rowAbove < thisRow && runs.get(rowAbove).to < run.from; rowAbove++) {
			// corner contact is to == from
		}
		for (int i = rowAbove; i < thisRow && runs.get(i).from <= run.to; i++) {
			final int a = root(i);
			final int b = root(index);
			parents.set(Math.max(a, b), Math.min(a, b));
		}
	}

	private int root(final int index) {
		int i = index;
		while (parents.get(i) != i) {
			parents.set(i, parents.get(parents.get(i)));
			i = parents.get(i);
		}
		return i;
	}
}
