package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;

/**
 * A Gaussian blur of the spatial axes of a tensor, and how its result changes with sigma.
 * <p>
 * The kernel is the sampled Gaussian, normalised to a sum of 1, cut off where it has fallen to 1.5e-8 of its peak. Beyond the
 * border the image goes on as its mirror image, the pixel at the border repeated (<em>reflect</em> in SciPy, <em>symmetric</em>
 * in NumPy): a constant stays what it is, and means are kept. Batch and channels are blurred apart from one another; all
 * spatial axes alike, in pixels. Along each axis, kernel and border together are one symmetric matrix, whose derivative by
 * sigma is known in closed form: a path over sigma is smooth, and no step of a difference quotient has to be chosen.
 * </p>
 */
public final class GaussianBlur {

	/** In units of sigma: exp(-36 / 2) is below the precision of a float. */
	private static final double REACH = 6;

	/** Below, all weights but the middle one are 0 in double precision. */
	private static final double SHARP = 0.02;

	private GaussianBlur() {}

	/**
	 * A tensor blurred, and its derivative by sigma, element by element.
	 *
	 * @param blurred in the order of the tensor
	 * @param change likewise, per pixel of sigma
	 */
	public record Change(double[] blurred, double[] change) {}

	/**
	 * @param input batch x channels x one or more spatial extents
	 * @param sigma in pixels, 0 or more
	 * @throws GlassboxException if it has no spatial extents
	 */
	public static Tensor of(final Tensor input, final double sigma) {
		requireSpace(input);
		double[] blurred = doubles(input);
		for (int axis = 2; axis < input.rank(); axis++)
			blurred = along(axis, input.shape(), blurred, new Kernel(sigma).matrix(input.size(axis)));
		return Tensor.of(floats(blurred), input.shape());
	}

	/** As {@link #of}, with the derivative: by the product rule, since the blurs of the axes follow one another. */
	public static Change change(final Tensor input, final double sigma) {
		requireSpace(input);
		final Kernel kernel = new Kernel(sigma);
		double[] blurred = doubles(input);
		double[] change = new double[blurred.length];
		for (int axis = 2; axis < input.rank(); axis++) {
			final Matrix weights = kernel.matrix(input.size(axis));
			final double[] here = along(axis, input.shape(), blurred, kernel.derivative(input.size(axis)));
			if (axis > 2) change = along(axis, input.shape(), change, weights);
			for (int i = 0; i < change.length; i++)
				change[i] += here[i];
			blurred = along(axis, input.shape(), blurred, weights);
		}
		return new Change(blurred, change);
	}

	static void requireSpace(final Tensor input) {
		if (input.rank() < 3) throw new GlassboxException("An input of shape " + Arrays.toString(input.shape()) +
			" cannot be blurred: it has no height and width. Choose another baseline or method.");
	}

	private static double[] doubles(final Tensor input) {
		final double[] all = new double[input.length()];
		for (int i = 0; i < all.length; i++)
			all[i] = input.floats()[i];
		return all;
	}

	private static float[] floats(final double[] values) {
		final float[] all = new float[values.length];
		for (int i = 0; i < all.length; i++)
			all[i] = (float) values[i];
		return all;
	}

	/** Multiplies by a matrix along one axis; the innermost loop runs over neighbours in memory. */
	private static double[] along(final int axis, final int[] shape, final double[] in, final Matrix matrix) {
		final int n = shape[axis];
		final int inner = Math.toIntExact(Tensor.count(Arrays.copyOfRange(shape, axis + 1, shape.length)));
		final double[] out = new double[in.length];
		for (int start = 0; start < in.length; start += n * inner)
			for (int i = 0; i < n; i++) {
				final double[] row = matrix.rows[i];
				final int first = Math.max(0, i - matrix.reach);
				final int last = Math.min(n - 1, i + matrix.reach);
				if (inner == 1) {
					final double v = in[start + i];
					for (int j = first; j <= last; j++)
						out[start + j] += v * row[j]; // the matrix is symmetric
				}
				else for (int j = first; j <= last; j++)
					add(row[j], in, start + j * inner, out, start + i * inner, inner);
			}
		return out;
	}

	private static void add(final double weight, final double[] in, final int from, final double[] out, final int to,
		final int length)
	{
		for (int k = 0; k < length; k++)
			out[to + k] += weight * in[from + k];
	}

	/** Symmetric; elements farther than {@code reach} from the diagonal are 0. */
	private record Matrix(double[][] rows, int reach) {}

	/** Half a kernel, from its middle on, with its derivative by sigma. */
	private static final class Kernel {

		private final double[] weights;
		private final double[] derivatives;

		Kernel(final double sigma) {
			final int reach = sigma < SHARP ? 0 : (int) Math.ceil(REACH * sigma);
			weights = new double[reach + 1];
			derivatives = new double[reach + 1];
			double sum = 0;
			for (int m = 0; m <= reach; m++) {
				weights[m] = m == 0 ? 1 : Math.exp(-0.5 * m * m / (sigma * sigma));
				sum += (m == 0 ? 1 : 2) * weights[m];
			}
			double variance = 0;
			for (int m = 0; m <= reach; m++) {
				weights[m] /= sum;
				variance += 2 * weights[m] * m * m;
			}
			for (int m = 0; m <= reach && reach > 0; m++)
				derivatives[m] = weights[m] * ((double) m * m - variance) / (sigma * sigma * sigma);
		}

		Matrix matrix(final int n) {
			return folded(weights, n);
		}

		Matrix derivative(final int n) {
			return folded(derivatives, n);
		}

		/** What reaches beyond the border comes back from it. */
		private static Matrix folded(final double[] half, final int n) {
			final int reach = half.length - 1;
			final double[][] rows = new double[n][n];
			for (int i = 0; i < n; i++)
				for (int m = -reach; m <= reach; m++) {
					final int mirrored = Math.floorMod(i + m, 2 * n);
					rows[i][mirrored < n ? mirrored : 2 * n - 1 - mirrored] += half[Math.abs(m)];
				}
			return new Matrix(rows, reach);
		}
	}
}
