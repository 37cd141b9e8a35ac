package io.glassbox.perturb;

import io.glassbox.explain.GaussianBlur;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;

/**
 * An image as segmentations see it: all values scaled together to between 0 and 1, whatever range the network takes, since
 * normalised images have any; an image of one value is 0. Two dimensions are one plane.
 *
 * @param channels each plane by plane, row by row
 * @param extents depth (1 in two dimensions), height, width
 * @param flat whether there are two dimensions
 */
record Pixels(float[][] channels, int[] extents, boolean flat) {

	private static final int COLOURS = 3;

	/** The largest lightness. */
	private static final double LIGHTEST = 100;

	/** White of the standard illuminant D65, for the CIE's observer of 2 degrees. */
	private static final double[] WHITE = { 0.95047, 1, 1.08883 };

	/** From linear sRGB (IEC 61966-2-1) to XYZ. */
	private static final double[][] XYZ = { { 0.412453, 0.357580, 0.180423 }, { 0.212671, 0.715160, 0.072169 }, { 0.019334,
		0.119193, 0.950227 } };

	/**
	 * @param image 1 x channels x [depth x] height x width
	 * @throws GlassboxException if it holds values that are no finite numbers
	 */
	static Pixels of(final Tensor image) {
		final int[] spatial = Arrays.copyOfRange(image.shape(), 2, image.rank());
		final boolean flat = spatial.length == 2;
		float min = Float.POSITIVE_INFINITY;
		float max = Float.NEGATIVE_INFINITY;
		for (final float v : image.floats()) {
			if (!Float.isFinite(v)) throw new GlassboxException("The image holds " + v +
				", so that it cannot be cut by its content; replace such values, or take segments that do not look: grid or hexagons.");
			min = Math.min(min, v);
			max = Math.max(max, v);
		}
		final double range = max > min ? (double) max - min : 1;
		final int places = Math.toIntExact(Tensor.count(spatial));
		final float[][] channels = new float[image.size(1)][places];
		for (int c = 0; c < channels.length; c++)
			for (int i = 0; i < places; i++)
				channels[c][i] = (float) (((double) image.floats()[c * places + i] - min) / range);
		return new Pixels(channels, flat ? new int[] { 1, spatial[0], spatial[1] } : spatial, flat);
	}

	int count() {
		return channels[0].length;
	}

	/** Whether its channels are a gray, or red, green and blue. */
	boolean hasColours() {
		return channels.length == 1 || channels.length == COLOURS;
	}

	/**
	 * As CIE Lab, lightness from 0 to 100, where there are three channels, taken as sRGB; one channel is taken as a gray that has
	 * lightness alone; of any other number each is from 0 to 100.
	 */
	Pixels lab() {
		if (!hasColours()) return times(LIGHTEST);
		final float[][] lab = new float[channels.length][count()];
		for (int i = 0; i < count(); i++) {
			final double[] rgb = new double[COLOURS];
			for (int c = 0; c < COLOURS; c++)
				rgb[c] = linear(channels[Math.min(c, channels.length - 1)][i]);
			final double[] f = new double[COLOURS];
			for (int r = 0; r < COLOURS; r++)
				f[r] = root((XYZ[r][0] * rgb[0] + XYZ[r][1] * rgb[1] + XYZ[r][2] * rgb[2]) / WHITE[r]);
			lab[0][i] = (float) (116 * f[1] - 16);
			if (channels.length == 1) continue;
			lab[1][i] = (float) (500 * (f[0] - f[1]));
			lab[2][i] = (float) (200 * (f[1] - f[2]));
		}
		return new Pixels(lab, extents, flat);
	}

	private static double linear(final double v) {
		return v > 0.04045 ? Math.pow((v + 0.055) / 1.055, 2.4) : v / 12.92;
	}

	private static double root(final double v) {
		return v > 0.008856 ? Math.cbrt(v) : 7.787 * v + 16.0 / 116;
	}

	/** Blurred in each channel. */
	Pixels blurred(final double sigma) {
		if (sigma == 0) return this;
		final float[][] all = new float[channels.length][];
		for (int c = 0; c < all.length; c++)
			all[c] = GaussianBlur.of(Tensor.of(channels[c], flat ? new int[] { 1, 1, extents[1], extents[2] } : new int[] { 1, 1,
				extents[0], extents[1], extents[2] }), sigma).floats();
		return new Pixels(all, extents, flat);
	}

	/** Every value times a factor. */
	Pixels times(final double factor) {
		final float[][] all = new float[channels.length][count()];
		for (int c = 0; c < all.length; c++)
			for (int i = 0; i < all[c].length; i++)
				all[c][i] = (float) (factor * channels[c][i]);
		return new Pixels(all, extents, flat);
	}

	/** The squared distance of two places' values. */
	double squared(final int a, final int b) {
		double sum = 0;
		for (final float[] channel : channels) {
			final double difference = (double) channel[a] - channel[b];
			sum += difference * difference;
		}
		return sum;
	}

	Segments segments(final int[] labels) {
		return flat ? Segments.of(labels, extents[1], extents[2]) : Segments.of(labels, extents);
	}

	/** @throws GlassboxException if there are three dimensions */
	static void requireFlat(final Tensor image, final String name) {
		if (image.rank() != 4) throw new GlassboxException("Segments of the kind '" + name + "' are of images with height and width; " +
			"this one has shape " + Arrays.toString(image.shape()) + ". For volumes take slic, watershed, felzenszwalb or grid.");
	}
}
