package io.glassbox.method;

import io.glassbox.graph.GlassboxException;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A smooth mask of an image, made of the values of coarse cells, and its derivative by them.
 * <p>
 * A cell's value reaches the places around it, less the farther they are. Where several reach a place they are joined,
 * either by a weighted mean, or by a smooth maximum, which lets a single cell make a full spot and so keeps masks
 * nearly binary (Fong, Patrick and Vedaldi, <em>Understanding Deep Networks via Extremal Perturbations and Smooth
 * Masks</em>, ICCV 2019, section 3.2). All that is used of the maximum is smooth: values {@code v} are weighed by
 * {@code exp(20 v)}.
 * </p>
 * <p>
 * One mask takes an exponential for each place and cell that reaches it: 81 for each pixel of an image, 343 for each of
 * a volume. Cells go on beyond the border as far as they reach, so that where all are alike the mask is alike
 * everywhere.
 * </p>
 */
final class MaskCells {

	/** How values that reach a place become one. */
	enum Joining {
			MEAN, SMOOTH_MAX
	}

	/** How near the smooth maximum comes to the maximum, as in the paper's program. */
	private static final double COLDNESS = 20;

	/** Parts that places are divided into, to be added up in the same order on any machine. */
	private static final int PARTS = 16;

	/** Weights that are kept. */
	private static final double MOST = 1 << 24;

	private static final double BINARY = 1 / Math.log(2);
	private static final int POWERS = 1024;
	private static final double[] TABLE = IntStream.rangeClosed(0, POWERS).mapToDouble(i -> Math.pow(2, (double) i / POWERS)).toArray();

	private final int[] extents;
	private final int[] grid;
	private final int[] step;
	private final int[] reach;
	private final Joining joining;
	private final double[][] weights;

	/**
	 * @param extents [height, width] or [depth, height, width] of the mask
	 * @param step from cell to cell, in places
	 * @param sigma how far a cell reaches, in places: by a Gaussian of this standard deviation, of a smooth maximum one of half
	 *          of it around a flat top of radius {@code sigma / 2}
	 * @param reach cells farther away than so many do not count
	 */
	MaskCells(final int[] extents, final int step, final double sigma, final int reach, final Joining joining) {
		final boolean flat = extents.length == 2;
		this.extents = flat ? new int[] { 1, extents[0], extents[1] } : extents.clone();
		this.step = new int[] { flat ? 1 : step, step, step };
		this.reach = new int[] { flat ? 0 : reach, reach, reach };
		this.joining = joining;
		grid = new int[3];
		Arrays.setAll(grid, a -> (this.extents[a] + this.step[a] - 1) / this.step[a] + 2 * this.reach[a]);
		final double numbers = (double) this.step[0] * step * step * (2 * this.reach[0] + 1) * (2 * reach + 1) * (2 * reach + 1);
		if (numbers > MOST || step > Math.max(this.extents[1], this.extents[2])) throw new GlassboxException("Cells of a mask of " + step +
			" pixels are too large for an image of " + Arrays.toString(extents) + "; take smaller ones, or 0 for about 30 along a side.");
		weights = new double[this.step[0] * step * step][];
		for (int phase = 0; phase < weights.length; phase++)
			weights[phase] = weights(phase, sigma);
	}

	/** Of a place with an offset within its cell, the weights of the cells around. */
	private double[] weights(final int phase, final double sigma) {
		final int[] at = { phase / (step[1] * step[2]), phase / step[2] % step[1], phase % step[2] };
		final double[] all = new double[(2 * reach[0] + 1) * (2 * reach[1] + 1) * (2 * reach[2] + 1)];
		int n = 0;
		for (int z = -reach[0]; z <= reach[0]; z++)
			for (int y = -reach[1]; y <= reach[1]; y++)
				for (int x = -reach[2]; x <= reach[2]; x++)
					all[n++] = weight(Math.sqrt(square(at[0], z, step[0]) + square(at[1], y, step[1]) + square(at[2], x, step[2])) / sigma);
		return all;
	}

	private static double square(final int at, final int cell, final int step) {
		final double off = at - (step - 1) / 2.0 - cell * step;
		return off * off;
	}

	private double weight(final double distance) {
		if (joining == Joining.MEAN) return Math.exp(-distance * distance / 2);
		final double beyond = Math.max(0, distance - 0.5);
		return Math.exp(-2 * beyond * beyond);
	}

	/** How many cells there are. */
	int count() {
		return grid[0] * grid[1] * grid[2];
	}

	/** Numbers of cells along depth, height and width. */
	int[] grid() {
		return grid.clone();
	}

	int places() {
		return extents[0] * extents[1] * extents[2];
	}

	/** @param cells their values, from 0 to 1 */
	double[] mask(final double[] cells) {
		final double[] mask = new double[places()];
		inParts(part -> {
			final Around around = new Around(cells);
			for (int place = from(part); place < from(part + 1); place++)
				mask[place] = around.value(place);
		});
		return mask;
	}

	/**
	 * The derivative of something by the cells.
	 *
	 * @param byPlace its derivative by the mask
	 */
	double[] back(final double[] cells, final double[] byPlace) {
		final double[][] sums = new double[PARTS][cells.length];
		inParts(part -> {
			final Around around = new Around(cells);
			for (int place = from(part); place < from(part + 1); place++)
				if (byPlace[place] != 0) around.back(place, byPlace[place], sums[part]);
		});
		final double[] byCell = new double[cells.length];
		for (final double[] sum : sums)
			for (int c = 0; c < byCell.length; c++)
				byCell[c] += sum[c];
		return byCell;
	}

	private int from(final int part) {
		return (int) ((long) places() * part / PARTS);
	}

	/** To seven digits, in a fraction of the time that Math takes. */
	private static double exponential(final double v) {
		if (v == 0) return 1; // most cells are 0 in the end
		final double binary = v * BINARY;
		final int whole = (int) binary;
		final double at = (binary - whole) * POWERS;
		final int entry = (int) at;
		return Math.scalb(TABLE[entry] + (at - entry) * (TABLE[entry + 1] - TABLE[entry]), whole);
	}

	private static void inParts(final IntConsumer work) {
		IntStream.range(0, PARTS).parallel().forEach(work);
	}

	/** The cells around one place after another. */
	private final class Around {

		private final double[] cells;
		private final int[] which = new int[weights[0].length];
		private final double[] share = new double[weights[0].length];
		private double[] weight;
		private double all;
		private double value;

		Around(final double[] cells) {
			this.cells = cells;
		}

		double value(final int place) {
			look(place);
			all = 0;
			value = 0;
			for (int i = 0; i < which.length; i++) {
				share[i] = joining == Joining.MEAN ? weight[i] : exponential(COLDNESS * weight[i] * cells[which[i]]);
				all += share[i];
				value += share[i] * (joining == Joining.MEAN ? 1 : weight[i]) * cells[which[i]];
			}
			value /= all;
			return value;
		}

		void back(final int place, final double derivative, final double[] sum) {
			value(place);
			for (int i = 0; i < which.length; i++)
				sum[which[i]] += derivative * share[i] / all * (joining == Joining.MEAN ? 1 : weight[i] * (1 + COLDNESS * (weight[i] *
					cells[which[i]] - value)));
		}

		private void look(final int place) {
			final int z = place / (extents[1] * extents[2]);
			final int y = place / extents[2] % extents[1];
			final int x = place % extents[2];
			weight = weights[(z % step[0] * step[1] + y % step[1]) * step[2] + x % step[2]];
			int n = 0;
			for (int cz = z / step[0]; cz <= z / step[0] + 2 * reach[0]; cz++)
				for (int cy = y / step[1]; cy <= y / step[1] + 2 * reach[1]; cy++)
					for (int cx = x / step[2]; cx <= x / step[2] + 2 * reach[2]; cx++)
						which[n++] = (cz * grid[1] + cy) * grid[2] + cx;
		}
	}
}
