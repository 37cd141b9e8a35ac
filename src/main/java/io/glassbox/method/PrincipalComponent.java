package io.glassbox.method;

import io.glassbox.graph.Tensor;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * A layer's output, seen as places in a space of channels, projected on the direction in which it varies most.
 * <p>
 * The direction is an eigenvector of the smaller of the two products of the matrix with its transpose, in double precision.
 * </p>
 */
final class PrincipalComponent {

	private PrincipalComponent() {}

	/**
	 * @param x 1 x channels x spatial extents
	 * @return 1 x 1 x spatial extents; of its two signs the one by which it goes with the sum of the channels
	 */
	static Tensor of(final Tensor x) {
		final int channels = x.size(1);
		final int places = x.length() / channels;
		final double[][] centred = centred(x.floats(), channels, places);
		final double[] map = places <= channels ? fromPlaces(centred) : fromChannels(centred);
		final double sign = goesWithSum(map, x.floats()) < 0 ? -1 : 1;
		final float[] out = new float[places];
		for (int i = 0; i < places; i++)
			out[i] = (float) (sign * map[i]);
		final int[] shape = x.shape();
		shape[1] = 1;
		return Tensor.of(out, shape);
	}

	/** A row for each channel, whose mean is zero. */
	private static double[][] centred(final float[] x, final int channels, final int places) {
		final double[][] rows = new double[channels][places];
		for (int k = 0; k < channels; k++) {
			double mean = 0;
			for (int i = 0; i < places; i++)
				mean += x[k * places + i] / (double) places;
			for (int i = 0; i < places; i++)
				rows[k][i] = x[k * places + i] - mean;
		}
		return rows;
	}

	/** The eigenvector of the places' products, as long as the projection is. */
	private static double[] fromPlaces(final double[][] rows) {
		final int places = rows[0].length;
		final double[][] products = new double[places][places];
		for (final double[] row : rows)
			for (int i = 0; i < places; i++)
				for (int j = 0; j <= i; j++)
					products[i][j] += row[i] * row[j];
		final double[][] best = new double[1][];
		final double value = first(products, best);
		for (int i = 0; i < places; i++)
			best[0][i] *= Math.sqrt(Math.max(0, value));
		return best[0];
	}

	/** The projection on the eigenvector of the channels' products. */
	private static double[] fromChannels(final double[][] rows) {
		final int channels = rows.length;
		final double[][] products = new double[channels][channels];
		for (int a = 0; a < channels; a++)
			for (int b = 0; b <= a; b++)
				for (int i = 0; i < rows[a].length; i++)
					products[a][b] += rows[a][i] * rows[b][i];
		final double[][] best = new double[1][];
		first(products, best);
		final double[] map = new double[rows[0].length];
		for (int k = 0; k < channels; k++)
			for (int i = 0; i < map.length; i++)
				map[i] += best[0][k] * rows[k][i];
		return map;
	}

	/** The largest eigenvalue and its vector, of length 1, of a symmetric matrix of which the lower half is given. */
	private static double first(final double[][] lower, final double[][] vector) {
		for (int i = 0; i < lower.length; i++)
			for (int j = 0; j < i; j++)
				lower[j][i] = lower[i][j];
		final EigenDecomposition e = new EigenDecomposition(new Array2DRowRealMatrix(lower, false));
		int best = 0;
		for (int i = 1; i < lower.length; i++)
			if (e.getRealEigenvalue(i) > e.getRealEigenvalue(best)) best = i;
		vector[0] = e.getEigenvector(best).toArray();
		return e.getRealEigenvalue(best);
	}

	private static double goesWithSum(final double[] map, final float[] x) {
		double product = 0;
		for (int i = 0; i < x.length; i++)
			product += map[i % map.length] * x[i];
		return product;
	}
}
