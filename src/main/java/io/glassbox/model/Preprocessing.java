package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What happens to an image before a network sees it: resized, given the right number of channels, its
 * values mapped to the unit range and then normalised.
 *
 * @param size spatial extents the network takes: {height, width} or {depth, height, width}; empty to
 *          take them from the network, or the image's own where the network leaves them open
 * @param channels channels the network takes, 1 or 3 as a rule; 0 to take them from the network
 * @param resize how an image of other proportions is fitted
 * @param antialias where the image shrinks, each pixel of the input is the mean over all it covers rather than linear
 *          between the two nearest along each axis
 * @param values how pixel values are mapped before normalisation
 * @param lowPercentile for {@link Values#PERCENTILE}: percent of the pixels mapped to 0 or below
 * @param highPercentile for {@link Values#PERCENTILE}: percent of the pixels mapped to 1 or below
 * @param normalization what is subtracted and divided by at the end
 */
public record Preprocessing(int[] size, int channels, Resize resize, boolean antialias, Values values,
	double lowPercentile, double highPercentile, Normalization normalization)
{

	/** @throws GlassboxException if the parts contradict one another */
	public Preprocessing {
		if (!(lowPercentile >= 0 && lowPercentile < highPercentile && highPercentile <= 100))
			throw new GlassboxException("Percentiles must rise from 0 to 100, found " + lowPercentile + " and " +
				highPercentile + ".");
		final int given = Math.max(normalization.mean.length, normalization.std.length);
		if (channels > 0 && given > 1 && given != channels) throw new GlassboxException("Normalization '" +
			normalization.name + "' is for " + given + " channels, but the input has " + channels + ".");
	}

	/** Without antialiasing. */
	public Preprocessing(final int[] size, final int channels, final Resize resize, final Values values,
		final double lowPercentile, final double highPercentile, final Normalization normalization)
	{
		this(size, channels, resize, false, values, lowPercentile, highPercentile, normalization);
	}

	/** Size and channels as the network says, stretched, full range of the image type to [0, 1]. */
	public static final Preprocessing DEFAULT = new Preprocessing(new int[0], 0, Resize.STRETCH, Values.TYPE, 0.5, 99.5,
		Normalization.UNIT);

	/** How an image is fitted into the extents a network takes. */
	public enum Resize {
			/** Each axis is scaled by itself; proportions change. */
			STRETCH,
			/** Scaled until it covers the extents, centred, what sticks out is cut off. */
			CROP,
			/** Scaled until it fits inside the extents, centred, the rest filled with 0 (before normalisation). */
			LETTERBOX
	}

	/** How pixel values are mapped before normalisation. All but RAW run backwards under an inverting lookup table. */
	public enum Values {
			/** The image type's full range to [0, 1]: 0..255 for 8 bit and RGB, 0..65535 for 16 bit; 32 bit stays as it is. */
			TYPE,
			/** The display range (brightness and contrast) to [0, 1], clipped. */
			DISPLAY,
			/** The range between two percentiles of the image to [0, 1], clipped. */
			PERCENTILE,
			/** Values as they are. */
			RAW
	}

	/**
	 * (value - mean) / std for each channel; one entry serves all channels.
	 *
	 * @param perImage subtract the image's own mean and divide by its own standard deviation instead, over
	 *          all channels
	 */
	public record Normalization(String name, float[] mean, float[] std, boolean perImage) {

		/** @throws GlassboxException if there is no mean or deviation, they differ in number, or a deviation is 0 */
		public Normalization {
			if (mean.length == 0 || std.length == 0 || mean.length != std.length && mean.length > 1 && std.length > 1)
				throw new GlassboxException("Normalization needs a mean and a standard deviation for each channel, found " +
					mean.length + " and " + std.length + ".");
			for (final float s : std)
				if (!(s > 0)) throw new GlassboxException("Standard deviations must be above 0, found " + s + ".");
		}

		/** [0, 1], as the value mapping leaves them. */
		public static final Normalization UNIT = new Normalization("unit", new float[] { 0 }, new float[] { 1 }, false);

		/** [0, 1] to [-1, 1]. */
		public static final Normalization SIGNED = new Normalization("signed", new float[] { 0.5f }, new float[] { 0.5f },
			false);

		/** Mean and standard deviation of ImageNet, for RGB in [0, 1]. */
		public static final Normalization IMAGENET = new Normalization("imagenet", new float[] { 0.485f, 0.456f, 0.406f },
			new float[] { 0.229f, 0.224f, 0.225f }, false);

		/** Zero mean and unit variance of each image. */
		public static final Normalization ZSCORE = new Normalization("zscore", new float[] { 0 }, new float[] { 1 }, true);

		/** A mean and standard deviation for each channel, or one of each for all. */
		public static Normalization of(final float[] mean, final float[] std) {
			return new Normalization(text(mean) + " / " + text(std), mean.clone(), std.clone(), false);
		}

		private static String text(final float[] numbers) {
			return Arrays.toString(numbers).replaceAll("[\\[\\] ]", "");
		}

		/** A preset by name: unit, signed, imagenet, zscore, or raw (which does nothing, like unit). */
		public static Optional<Normalization> preset(final String name) {
			return switch (name.trim().toLowerCase(Locale.ROOT)) {
				case "unit", "[0,1]", "raw", "none" -> Optional.of(UNIT);
				case "signed", "[-1,1]" -> Optional.of(SIGNED);
				case "imagenet" -> Optional.of(IMAGENET);
				case "zscore", "z-score" -> Optional.of(ZSCORE);
				default -> Optional.empty();
			};
		}

		@Override
		public boolean equals(final Object o) {
			return o instanceof Normalization n && perImage == n.perImage && Arrays.equals(mean, n.mean) && Arrays.equals(
				std, n.std);
		}

		@Override
		public int hashCode() {
			return Arrays.hashCode(mean) * 31 + Arrays.hashCode(std) + (perImage ? 1 : 0);
		}

		@Override
		public String toString() {
			return name;
		}
	}

	/** Whether both do the same; percentiles count only where they are used. */
	@Override
	public boolean equals(final Object o) {
		return o instanceof Preprocessing p && Arrays.equals(size, p.size) && channels == p.channels &&
			resize == p.resize && antialias == p.antialias && values == p.values &&
			(values != Values.PERCENTILE || lowPercentile == p.lowPercentile && highPercentile == p.highPercentile) &&
			normalization.equals(p.normalization);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(size) * 31 + normalization.hashCode();
	}

	@Override
	public String toString() {
		return "size=" + (size.length == 0 ? "auto" : Arrays.toString(size)) + " channels=" + (channels == 0 ? "auto"
			: "" + channels) + " resize=" + resize + (antialias ? " antialiased" : "") + " values=" +
			values + (values == Values.PERCENTILE ? "(" + lowPercentile + ".." + highPercentile + ")" : "") +
			" normalization=" + normalization;
	}
}
