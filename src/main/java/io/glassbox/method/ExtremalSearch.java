package io.glassbox.method;

import java.util.Arrays;

/**
 * The mask of the given area: extremal perturbations, Fong, Patrick and Vedaldi 2019.
 * <p>
 * Equation 3: the sorted values of the mask should be as many ones as the area has places, and zeros. The weight of
 * that grows, so that first the place is found, then the size. Steps with momentum, all as in the authors' program
 * (TorchRay); scores, there as they are, are measured in tenths of their whole range, which is about what they are for
 * the networks it was made for. There the area is one of the image with a margin, here of the image; cells at the
 * border, which reach fewer places, move as fast as the others, or masks would stick to the border. Areas much smaller
 * than what one cell fills come out larger.
 * </p>
 */
final class ExtremalSearch implements MaskSearch {

	private static final double WEIGHT = 300;

	/** The weight's growth over the whole search: 1.0035 over 800 moves. */
	private static final double GROWTH = 800 * Math.log(1.0035);

	/** Cells move so far over 800 moves for each unit of the derivative. */
	private static final double RATE = 0.01 * 800;

	private static final double MOMENTUM = 0.9;

	/** Cells that reach less than this, as a fraction of the others, move more slowly. */
	private static final double LEAST = 0.02;

	/** Values of the mask that differ by less have no order. */
	private static final double ALIKE = 1e-4;

	private final MaskCells cells;
	private final double start;
	private final double area;
	private final int moves;
	private final double[] reach;
	private final double[] speed;

	/** @param area of the mask, as a fraction of the image */
	ExtremalSearch(final int[] extents, final int step, final MaskGame game, final double area, final int moves) {
		final int wide = extents.length == 2 ? 3 : 2; // fewer cells reach a place of a volume
		cells = new MaskCells(extents, step, wide * step, wide + 1, MaskCells.Joining.SMOOTH_MAX);
		start = game == MaskGame.DELETE ? 0.5 : 1; // of an image that is gone as a whole nothing can be learned by deletion
		this.area = area;
		this.moves = moves;
		speed = new double[cells.count()];
		final double[] alike = new double[cells.count()];
		Arrays.fill(alike, start);
		final double[] everywhere = new double[cells.places()];
		Arrays.fill(everywhere, 1);
		reach = cells.back(alike, everywhere);
		final double most = Arrays.stream(reach).max().orElseThrow();
		Arrays.setAll(reach, c -> Math.max(LEAST, reach[c] / most));
	}

	@Override
	public MaskCells cells() {
		return cells;
	}

	@Override
	public double start() {
		return start;
	}

	@Override
	public double rewardWeight() {
		return 10;
	}

	/** Places that are alike share the ones among them: at first all are, and none must be preferred for where it lies. */
	@Override
	public void addToPlaces(final double[] mask, final double[] byPlace, final int move) {
		final int n = mask.length;
		final long[] sorted = new long[n];
		for (int k = 0; k < n; k++)
			sorted[k] = Math.round(mask[k] / ALIKE) << 32 | k;
		Arrays.parallelSort(sorted);
		final int zeros = (int) Math.round(n * (1 - area));
		final double weight = WEIGHT * Math.exp(GROWTH * move / moves);
		for (int from = 0, to; from < n; from = to) {
			to = from + 1;
			while (to < n && sorted[to] >> 32 == sorted[from] >> 32)
				to++;
			final double wanted = (double) Math.max(0, to - Math.max(from, zeros)) / (to - from);
			for (int rank = from; rank < to; rank++) {
				final int k = (int) sorted[rank];
				byPlace[k] += 2 * weight / n * (mask[k] - wanted);
			}
		}
	}

	@Override
	public void addToCells(final double[] values, final double[] byCell) {
		// the mask alone counts
	}

	@Override
	public void move(final double[] values, final double[] byCell, final int move) {
		for (int c = 0; c < values.length; c++) {
			final double by = byCell[c] / reach[c];
			speed[c] = move == 0 ? by : MOMENTUM * speed[c] + (1 - MOMENTUM) * by;
			values[c] = Math.max(0, Math.min(1, values[c] - RATE / moves * speed[c]));
		}
	}
}
