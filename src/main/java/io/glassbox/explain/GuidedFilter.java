package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;

/**
 * Smooths a map, but not across the edges of an image that guides it.
 * <p>
 * He, Sun and Tang, <em>Guided Image Filtering</em>, IEEE TPAMI 2013, equations 5 to 8, for guides of several channels 14 to 16.
 * In every window the map is fitted by a linear function of the image, {@code a I + b}, by least squares with {@code epsilon
 * |a|^2} added; each place gets the mean of what the windows say that hold it. Windows end at the border. The image is scaled to
 * reach from 0 to 1 first, all channels alike, so that epsilon means the same for all: edges far weaker than its root
 * are smoothed over. Time does not depend on the size of windows.
 * </p>
 */
public final class GuidedFilter {

	/** Of more channels, their mean guides: memory grows with their square. */
	private static final int MOST_CHANNELS = 4;

	private final int[] space;
	private final int[] radius;

	private GuidedFilter(final int[] space, final int[] radius) {
		this.space = space;
		this.radius = radius;
	}

	/**
	 * @param map 1 x 1 x spatial extents
	 * @param guide 1 x channels x the same extents
	 * @param radius of windows along each axis, which reach over {@code 2 radius + 1} places
	 * @param epsilon above 0
	 * @return shaped like the map
	 * @throws GlassboxException if the extents differ
	 */
	public static Tensor of(final Tensor map, final Tensor guide, final int[] radius, final double epsilon) {
		final int[] space = Arrays.copyOfRange(guide.shape(), 2, guide.rank());
		if (!Arrays.equals(space, Arrays.copyOfRange(map.shape(), 2, map.rank()))) throw new GlassboxException("A map of shape " +
			Arrays.toString(map.shape()) + " cannot be guided by an image of shape " + Arrays.toString(guide.shape()) +
			": the same spatial extents were expected.");
		final double[] values = new double[map.length()];
		for (int i = 0; i < values.length; i++)
			values[i] = map.floats()[i];
		final double[] q = new GuidedFilter(space, radius).filtered(values, channels(guide), epsilon);
		final float[] out = new float[q.length];
		for (int i = 0; i < q.length; i++)
			out[i] = (float) q[i];
		return Tensor.of(out, map.shape());
	}

	/** The image from 0 to 1, a row for each channel. */
	private static double[][] channels(final Tensor guide) {
		final float[] v = guide.floats();
		final int channels = guide.size(1);
		final int places = v.length / channels;
		final int used = channels > MOST_CHANNELS ? 1 : channels;
		final double[][] rows = new double[used][places];
		for (int i = 0; i < v.length; i++)
			rows[i / places % used][i % places] += (double) v[i] * used / channels;
		double low = Double.POSITIVE_INFINITY;
		double high = Double.NEGATIVE_INFINITY;
		for (final double[] row : rows)
			for (final double x : row) {
				low = Math.min(low, x);
				high = Math.max(high, x);
			}
		final double span = high > low ? high - low : 1;
		for (final double[] row : rows)
			for (int i = 0; i < places; i++)
				row[i] = (row[i] - low) / span;
		return rows;
	}

	private double[] filtered(final double[] p, final double[][] guide, final double epsilon) {
		final int n = guide.length;
		final double[] meanOfMap = mean(p.clone());
		final double[][] means = new double[n][];
		final double[][] withMap = new double[n][];
		final double[][][] among = new double[n][n][];
		for (int c = 0; c < n; c++) {
			means[c] = mean(guide[c].clone());
			withMap[c] = covariance(guide[c], means[c], p, meanOfMap);
			for (int d = 0; d <= c; d++)
				among[c][d] = covariance(guide[c], means[c], guide[d], means[d]);
		}
		final double[][] a = withMap; // overwritten place by place
		final double[] b = meanOfMap;
		final double[][] matrix = new double[n][n];
		final double[] x = new double[n];
		for (int i = 0; i < p.length; i++) {
			for (int c = 0; c < n; c++) {
				x[c] = withMap[c][i];
				for (int d = 0; d <= c; d++)
					matrix[c][d] = among[c][d][i] + (c == d ? epsilon : 0);
			}
			solve(matrix, x);
			for (int c = 0; c < n; c++) {
				a[c][i] = x[c];
				b[i] -= x[c] * means[c][i];
			}
		}
		final double[] q = mean(b);
		for (int c = 0; c < n; c++) {
			final double[] slope = mean(a[c]);
			for (int i = 0; i < q.length; i++)
				q[i] += slope[i] * guide[c][i];
		}
		return q;
	}

	private double[] covariance(final double[] u, final double[] meanOfU, final double[] v, final double[] meanOfV) {
		final double[] products = new double[u.length];
		for (int i = 0; i < u.length; i++)
			products[i] = u[i] * v[i];
		mean(products);
		for (int i = 0; i < u.length; i++)
			products[i] -= meanOfU[i] * meanOfV[i];
		return products;
	}

	/** Solves a symmetric system, given its lower half, which is overwritten, by Cholesky's decomposition. */
	private static void solve(final double[][] lower, final double[] x) {
		for (int c = 0; c < x.length; c++)
			for (int d = 0; d <= c; d++) {
				for (int k = 0; k < d; k++)
					lower[c][d] -= lower[c][k] * lower[d][k];
				lower[c][d] = c == d ? Math.sqrt(lower[c][c]) : lower[c][d] / lower[d][d];
			}
		for (int c = 0; c < x.length; c++) {
			for (int k = 0; k < c; k++)
				x[c] -= lower[c][k] * x[k];
			x[c] /= lower[c][c];
		}
		for (int c = x.length - 1; c >= 0; c--) {
			for (int k = c + 1; k < x.length; k++)
				x[c] -= lower[k][c] * x[k];
			x[c] /= lower[c][c];
		}
	}

	/** Overwrites values by the means of the windows around them, and returns them. */
	private double[] mean(final double[] v) {
		int stride = 1;
		for (int axis = space.length - 1; axis >= 0; axis--) {
			final int n = space[axis];
			final double[] sums = new double[n + 1];
			for (int first = 0; first < v.length; first++) {
				if (first / stride % n != 0) continue;
				for (int j = 0; j < n; j++)
					sums[j + 1] = sums[j] + v[first + j * stride];
				for (int j = 0; j < n; j++) {
					final int from = Math.max(0, j - radius[axis]);
					final int to = Math.min(n, j + radius[axis] + 1);
					v[first + j * stride] = (sums[to] - sums[from]) / (to - from);
				}
			}
			stride *= n;
		}
		return v;
	}
}
