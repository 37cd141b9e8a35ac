package io.glassbox.image;

import java.util.Arrays;

/**
 * Which samples of one axis make each sample of a resized axis, and with what weights.
 * <p>
 * Edge coordinates throughout: sample {@code i} reaches from {@code i} to {@code i + 1}.
 * </p>
 *
 * @param first index of the first source sample for each output sample
 * @param weights of that sample and those after it; sum 1, or empty for an output sample that lies outside the source
 */
record Taps(int[] first, float[][] weights) {

	/** An axis that keeps its samples. */
	static Taps identity(final int extent) {
		return linear(extent, 1, 0, 0, extent);
	}

	/**
	 * From an image to a network's input: linear between the two nearest pixel centres. What torch calls
	 * {@code align_corners=False} and OpenCV {@code INTER_LINEAR}.
	 *
	 * @param antialias where the image shrinks, take the mean over all pixels that each sample covers instead
	 */
	static Taps toNetwork(final Geometry.Span span, final boolean antialias) {
		final Taps taps = antialias && span.scale() > 1 ? averaged(span.network(), span.scale(), span.offset(), 0, span
			.image()) : linear(span.network(), span.scale(), span.offset(), 0, span.image());
		for (int j = 0; j < span.network(); j++)
			if (j < span.firstContent() || j >= span.endContent()) taps.weights[j] = new float[0];
		return taps;
	}

	/**
	 * From a map on a network's input back to the image. Only map pixels that show the image count, not the margin
	 * of a letterbox. Where the image has fewer pixels than the map, each is the mean over the map pixels it
	 * covers, so that fine structure is not lost.
	 */
	static Taps toImage(final Geometry.Span span) {
		final double scale = 1 / span.scale();
		final double offset = -span.offset() / span.scale();
		final int low = span.firstContent();
		final int high = span.endContent();
		final Taps taps = scale > 1 ? averaged(span.image(), scale, offset, low, high) : linear(span.image(), scale,
			offset, low, high);
		for (int j = 0; j < span.image(); j++)
			if (j < span.firstSeen() || j >= span.endSeen()) taps.weights[j] = new float[0];
		return taps;
	}

	private static Taps linear(final int outputs, final double scale, final double offset, final int low,
		final int high)
	{
		final Taps taps = new Taps(new int[outputs], new float[outputs][]);
		for (int j = 0; j < outputs; j++) {
			final double x = Math.max(low, Math.min(high - 1, (j + 0.5) * scale + offset - 0.5));
			final int i = (int) x;
			final float w = (float) (x - i);
			taps.first[j] = i;
			taps.weights[j] = w == 0 || i + 1 >= high ? new float[] { 1 } : new float[] { 1 - w, w };
		}
		return taps;
	}

	/**
	 * The mean of the linearly interpolated source over each output sample: exact where the source is linear, and every
	 * source sample counts as much as any other.
	 */
	private static Taps averaged(final int outputs, final double scale, final double offset, final int low,
		final int high)
	{
		final Taps taps = new Taps(new int[outputs], new float[outputs][]);
		for (int j = 0; j < outputs; j++) {
			final double left = j * scale + offset - 0.5; // from centre of first sample
			final double right = left + scale;
			final int from = (int) Math.floor(left);
			final int to = (int) Math.ceil(right);
			final int first = clamp(from, low, high);
			final float[] weights = new float[clamp(to, low, high) - first + 1];
			for (int i = from; i <= to; i++) // the border is repeated
				weights[clamp(i, low, high) - first] += (float) ((hatIntegral(right - i) - hatIntegral(left - i)) / scale);
			taps.first[j] = first;
			taps.weights[j] = weights;
		}
		return taps;
	}

	private static int clamp(final int i, final int low, final int high) {
		return Math.max(low, Math.min(high - 1, i));
	}

	/** Integral from minus infinity of the triangle that is 1 at 0 and 0 from 1 on: one sample's linear influence. */
	private static double hatIntegral(final double t) {
		final double u = Math.max(-1, Math.min(1, t));
		return u < 0 ? (u + 1) * (u + 1) / 2 : 1 - (1 - u) * (1 - u) / 2;
	}

	int size() {
		return first.length;
	}

	boolean isOutside(final int j) {
		return weights[j].length == 0;
	}

	/** The most source samples that any output sample needs. */
	int widest() {
		return Arrays.stream(weights).mapToInt(w -> w.length).max().orElse(0);
	}
}
