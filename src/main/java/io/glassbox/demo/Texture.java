package io.glassbox.demo;

/**
 * Random texture whose power falls with spatial frequency as 1/f^beta, as that of mammograms does with a
 * beta near 3 (Burgess, Med. Phys. 28, 2001).
 * <p>
 * It is a sum of octaves, each a lattice of random numbers interpolated by cubic B-splines, which leave no
 * visible grid. In two dimensions an octave of spacing s has the amplitude s^((beta - 2) / 2).
 * </p>
 */
final class Texture {

	private Texture() {}

	/** Zero mean, unit variance; coarsest structures of {@code coarsest} pixels, finest of {@code finest}. */
	static Field powerLaw(final Dice dice, final double beta, final int coarsest, final int finest) {
		final Field sum = new Field();
		for (int spacing = coarsest; spacing >= finest; spacing /= 2)
			addOctave(sum, dice, spacing, StrictMath.pow(spacing, (beta - 2) / 2));
		return sum.standardised();
	}

	/**
	 * Thin bright strands that run towards a point, as ligaments, ducts and vessels do towards the nipple: 1 on
	 * the crest of a strand, 0 elsewhere. They lie where a random field, stretched along the rays from that
	 * point, passes through zero.
	 */
	static Field strands(final Dice dice, final double toX, final double toY, final double width) {
		final Field f = powerLaw(dice, 2.6, 16, 4);
		final Field strands = new Field();
		for (int y = 0; y < Field.SIZE; y++)
			for (int x = 0; x < Field.SIZE; x++) {
				final double dx = toX - x;
				final double dy = y - toY;
				final double radius = Math.sqrt(dx * dx + dy * dy);
				final double ray = dy / (Math.abs(dy) + Math.max(0, dx) + 25);
				final double across = Field.SIZE / 2.0 + 62 * ray;
				strands.set(x, y, Field.bell(f.between(0.45 * radius, across) / width));
			}
		return strands;
	}

	private static void addOctave(final Field sum, final Dice dice, final int spacing, final double amplitude) {
		final int n = Field.SIZE / spacing + 4;
		final double[][] acrossX = spline(spacing, dice.unit());
		final double[][] acrossY = spline(spacing, dice.unit());
		final double[][] rows = new double[n][Field.SIZE];
		final double[] lattice = new double[n];
		for (final double[] row : rows) {
			for (int i = 0; i < n; i++)
				lattice[i] = amplitude * dice.gaussian();
			for (int x = 0; x < Field.SIZE; x++) {
				final double[] w = acrossX[x];
				final int k = (int) w[4];
				row[x] = w[0] * lattice[k] + w[1] * lattice[k + 1] + w[2] * lattice[k + 2] + w[3] * lattice[k + 3];
			}
		}
		for (int y = 0; y < Field.SIZE; y++) {
			final double[] w = acrossY[y];
			final int k = (int) w[4];
			for (int x = 0; x < Field.SIZE; x++)
				sum.add(x, y, w[0] * rows[k][x] + w[1] * rows[k + 1][x] + w[2] * rows[k + 2][x] + w[3] * rows[k + 3][x]);
		}
	}

	/** For each pixel the weights of four neighbouring lattice points, and the index of the first of them. */
	private static double[][] spline(final int spacing, final double shift) {
		final double[][] weights = new double[Field.SIZE][];
		for (int i = 0; i < Field.SIZE; i++) {
			final double position = (double) i / spacing + shift;
			final int k = (int) position;
			final double t = position - k;
			final double u = 1 - t;
			weights[i] = new double[] { u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * u * u * u - 6 * u * u + 4) /
				6, t * t * t / 6, k };
		}
		return weights;
	}
}
