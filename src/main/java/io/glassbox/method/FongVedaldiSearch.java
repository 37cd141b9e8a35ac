package io.glassbox.method;

/**
 * The small and smooth mask: meaningful perturbations, Fong and Vedaldi, <em>Interpretable Explanations of Black Boxes
 * by Meaningful Perturbation</em>, ICCV 2017, equation 5, by Adam as there.
 * <p>
 * The sum of the mask and the cube of its differences between neighbours are taken as means over the cells, 28 along the
 * longer side unless asked otherwise, so that their weights do not hang on the image's size. All cells start at a half,
 * where the paper starts from the smallest disc that does. By default smoothness costs a tenth of what it
 * costs there beside sparsity: borders are three cells wide, not seven.
 * </p>
 */
final class FongVedaldiSearch implements MaskSearch {

	private static final double RATE = 0.1;
	private static final double FIRST = 0.9;
	private static final double SECOND = 0.999;
	private static final double POWER = 3;

	private final MaskCells cells;
	private final double sparsity;
	private final double smoothness;
	private final double[] mean;
	private final double[] square;

	/**
	 * @param sparsity what a mask that covers all costs
	 * @param smoothness what a mask costs whose neighbouring cells all differ by 1, for each axis
	 */
	FongVedaldiSearch(final int[] extents, final int step, final double sparsity, final double smoothness) {
		cells = new MaskCells(extents, step, 0.625 * step, 2, MaskCells.Joining.MEAN); // 5 of 8 pixels, as there
		this.sparsity = sparsity;
		this.smoothness = smoothness;
		mean = new double[cells.count()];
		square = new double[cells.count()];
	}

	@Override
	public MaskCells cells() {
		return cells;
	}

	@Override
	public double start() {
		return 0.5;
	}

	@Override
	public double rewardWeight() {
		return 1;
	}

	@Override
	public void addToPlaces(final double[] mask, final double[] byPlace, final int move) {
		// cells alone count
	}

	@Override
	public void addToCells(final double[] values, final double[] byCell) {
		final int[] grid = cells.grid();
		int stride = 1;
		for (int axis = 2; axis >= 0; axis--) {
			for (int c = 0; c < values.length; c++) {
				if (c / stride % grid[axis] == grid[axis] - 1) continue;
				final double off = values[c + stride] - values[c];
				final double by = smoothness / values.length * POWER * Math.pow(Math.abs(off), POWER - 1) * Math.signum(off);
				byCell[c + stride] += by;
				byCell[c] -= by;
			}
			stride *= grid[axis];
		}
		for (int c = 0; c < values.length; c++)
			byCell[c] += sparsity / values.length;
	}

	@Override
	public void move(final double[] values, final double[] byCell, final int move) {
		for (int c = 0; c < values.length; c++) {
			mean[c] = FIRST * mean[c] + (1 - FIRST) * byCell[c];
			square[c] = SECOND * square[c] + (1 - SECOND) * byCell[c] * byCell[c];
			final double off = mean[c] / (1 - Math.pow(FIRST, move + 1)) / (Math.sqrt(square[c] / (1 - Math.pow(SECOND, move + 1))) +
				1e-12);
			values[c] = Math.max(0, Math.min(1, values[c] - RATE * off));
		}
	}
}
