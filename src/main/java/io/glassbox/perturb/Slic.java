package io.glassbox.perturb;

import io.glassbox.explain.Cancellation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;

/**
 * Superpixels: places clustered by where they lie and how they look, from seeds on a regular grid. In two and three dimensions;
 * the same image gives the same segments.
 * <p>
 * R. Achanta et al., SLIC Superpixels Compared to State-of-the-art Superpixel Methods, IEEE TPAMI 34 (2012), Algorithm 1, in the
 * form of scikit-image's {@code slic}: ten rounds, colours as CIE Lab, components below half the mean size joined to a
 * neighbour. An image of one channel is taken as lightness, from 0 to 100, as if it were a gray image of three channels; then
 * one compactness does for both.
 * </p>
 *
 * @param count how many segments are wanted; there are about as many
 * @param compactness how much the distance in space counts beside that of colours, which it divides: more, and they are squarer
 * @param sigma of the blur before, in pixels; 0 for none
 */
public record Slic(int count, double compactness, double sigma) implements Segmentation {

	private static final int ROUNDS = 10;
	private static final double LEAST = 0.5;
	private static final double MOST = 3;

	public Slic {
		if (count < 1) throw new GlassboxException("slic makes 1 segment or more, found " + count + ".");
		if (!(compactness > 0)) throw new GlassboxException("slic's compactness is above 0, found " + compactness + ".");
		if (!(sigma >= 0 && sigma <= 100)) throw new GlassboxException("slic's sigma is from 0 to 100 pixels, found " + sigma + ".");
	}

	@Override
	public Segments of(final Tensor image) {
		final Pixels pixels = Pixels.of(image).lab().blurred(sigma).times(1 / compactness);
		final Seeds seeds = Seeds.of(pixels.extents(), count);
		final int[] labels = clusters(pixels, seeds);
		final double size = (double) labels.length / seeds.at().length;
		return pixels.segments(Components.connected(labels, pixels.extents(), (int) (LEAST * size), (int) (MOST * size)));
	}

	private static int[] clusters(final Pixels pixels, final Seeds seeds) {
		final int[] extents = pixels.extents();
		final int features = 3 + pixels.channels().length;
		final double[][] centres = new double[seeds.at().length][features];
		for (int k = 0; k < centres.length; k++) {
			final int i = seeds.at()[k];
			centres[k][0] = i / (extents[1] * extents[2]);
			centres[k][1] = i / extents[2] % extents[1];
			centres[k][2] = i % extents[2];
		}
		final int[] labels = new int[pixels.count()];
		final double[] nearest = new double[labels.length];
		for (int round = 0; round < ROUNDS; round++) {
			Arrays.fill(nearest, Double.POSITIVE_INFINITY);
			for (int k = 0; k < centres.length; k++) {
				Cancellation.check();
				if (centres[k] != null) assign(k, centres[k], pixels, seeds.steps(), labels, nearest);
			}
			update(centres, labels, pixels, features);
		}
		return labels;
	}

	/** Gives a centre the places near it that are nearer to it than to those before; it looks two steps far. */
	private static void assign(final int k, final double[] centre, final Pixels pixels, final int[] steps, final int[] labels,
		final double[] nearest)
	{
		final int[] extents = pixels.extents();
		final float[][] channels = pixels.channels();
		final int[] from = new int[3];
		final int[] to = new int[3];
		for (int axis = 0; axis < 3; axis++) {
			from[axis] = (int) Math.max(centre[axis] - 2 * steps[axis], 0);
			to[axis] = (int) Math.min(centre[axis] + 2 * steps[axis] + 1, extents[axis]);
		}
		final int step = Arrays.stream(steps).max().getAsInt();
		final double weight = 1.0 / ((double) step * step);
		for (int z = from[0]; z < to[0]; z++)
			for (int y = from[1]; y < to[1]; y++) {
				final double dz = centre[0] - z;
				final double dy = centre[1] - y;
				int i = (z * extents[1] + y) * extents[2] + from[2];
				for (int x = from[2]; x < to[2]; x++, i++) {
					final double dx = centre[2] - x;
					double distance = (dz * dz + dy * dy + dx * dx) * weight;
					for (int c = 0; c < channels.length && distance < nearest[i]; c++) {
						final double d = channels[c][i] - centre[3 + c];
						distance += d * d;
					}
					if (distance < nearest[i]) {
						nearest[i] = distance;
						labels[i] = k;
					}
				}
			}
	}

	/** Moves centres to the means of their places; one that has none is gone. */
	private static void update(final double[][] centres, final int[] labels, final Pixels pixels, final int features) {
		final double[][] sums = new double[centres.length][features];
		final int[] sizes = new int[centres.length];
		final int[] extents = pixels.extents();
		int i = 0;
		for (int z = 0; z < extents[0]; z++)
			for (int y = 0; y < extents[1]; y++)
				for (int x = 0; x < extents[2]; x++, i++) {
					final double[] sum = sums[labels[i]];
					sizes[labels[i]]++;
					sum[0] += z;
					sum[1] += y;
					sum[2] += x;
					for (int c = 3; c < features; c++)
						sum[c] += pixels.channels()[c - 3][i];
				}
		for (int k = 0; k < centres.length; k++) {
			centres[k] = sizes[k] == 0 ? null : sums[k];
			for (int f = 0; f < features && sizes[k] > 0; f++)
				sums[k][f] /= sizes[k];
		}
	}
}
