package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What happens to an image before a network sees it: resized, given the right number of channels, its
 * values mapped to the unit range and then normalised.
 *
 * @param size spatial extents the network takes: {height, width} or {depth, height, width}, 0 where one is open; empty
 *          to take them from the network, or the image's own where the network leaves them open
 * @param grid which extents the network takes where {@code size} is open; empty if any
 * @param channels channels the network takes, 1 or 3 as a rule; 0 to take them from the network
 * @param order of the colours
 * @param resize how an image of other proportions is fitted
 * @param resizeTo for {@link Resize#CROP}: what the image is resized to before the middle is cut out, the shorter side
 *          alone or {height, width}; empty for as little as covers {@code size}
 * @param antialias where the image shrinks, each pixel of the input is the mean over all it covers rather than linear
 *          between the two nearest along each axis
 * @param values how pixel values are mapped before normalisation
 * @param lowPercentile for {@link Values#PERCENTILE}: percent of the pixels mapped to 0 or below
 * @param highPercentile for {@link Values#PERCENTILE}: percent of the pixels mapped to 1 or below
 * @param normalization what is done to the values at the end, on the resized image
 */
public record Preprocessing(int[] size, List<Extents> grid, int channels, Order order, Resize resize, int[] resizeTo,
	boolean antialias, Values values, double lowPercentile, double highPercentile, Normalization normalization)
{

	/** @throws GlassboxException if the parts contradict one another */
	public Preprocessing {
		grid = List.copyOf(grid);
		if (!(lowPercentile >= 0 && lowPercentile < highPercentile && highPercentile <= 100))
			throw new GlassboxException("Percentiles must rise from 0 to 100, found " + lowPercentile + " and " +
				highPercentile + ".");
		if (!grid.isEmpty() && grid.size() != size.length) throw new GlassboxException("There are " + size.length +
			" sizes and " + grid.size() + " rules for those left open.");
		if (resizeTo.length > 0 && resize != Resize.CROP) throw new GlassboxException("Resizing to " + Arrays.toString(
			resizeTo) + " before a cut needs resize: crop, found " + lower(resize) + ".");
		final int given = normalization.channels();
		if (channels > 0 && given > 1 && given != channels) throw new GlassboxException("Normalization '" +
			normalization.name + "' is for " + given + " channels, but the input has " + channels + ".");
	}

	/** Of fixed or free size, red before blue, cut without resizing to more than is needed. */
	public Preprocessing(final int[] size, final int channels, final Resize resize, final boolean antialias,
		final Values values, final double lowPercentile, final double highPercentile, final Normalization normalization)
	{
		this(size, List.of(), channels, Order.RGB, resize, new int[0], antialias, values, lowPercentile, highPercentile,
			normalization);
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

	/**
	 * Extents a network takes along one axis: {@code min}, and more in whole {@code step}s, as networks do that halve
	 * their input several times. A step of 0 allows {@code min} alone.
	 */
	public record Extents(int min, int step) {

		/** The nearest of them, the smaller of two as near. */
		public int nearest(final int extent) {
			return step == 0 || extent <= min ? min : min + (int) Math.ceil((extent - min) / (double) step - 0.5) * step;
		}

		@Override
		public String toString() {
			return step == 0 ? "" + min : step == 1 ? min + "+n" : min + "+" + step + "n";
		}
	}

	/** Which colour comes first. */
	public enum Order {
			RGB, BGR
	}

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
	 * Steps done one after another to the values of the resized image; many go by a short name.
	 *
	 * @param name as people write it
	 */
	public record Normalization(String name, List<Step> steps) {

		public Normalization {
			steps = List.copyOf(steps);
		}

		/** [0, 1], as the value mapping leaves them. */
		public static final Normalization UNIT = new Normalization("unit", List.of());

		/** [0, 1] to [-1, 1]. */
		public static final Normalization SIGNED = new Normalization("signed", List.of(new Step.Standardize(List.of(0.5),
			List.of(0.5), 0)));

		/** Mean and standard deviation of ImageNet, for RGB in [0, 1]. */
		public static final Normalization IMAGENET = new Normalization("imagenet", List.of(new Step.Standardize(List.of(
			0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), 0)));

		/** Zero mean and unit variance of each image, over all channels. */
		public static final Normalization ZSCORE = new Normalization("zscore", List.of(new Step.ZScore(Step.ALL_AXES, 0,
			false)));

		private static final List<Normalization> PRESETS = List.of(UNIT, SIGNED, IMAGENET, ZSCORE);

		/** A mean and standard deviation for each channel, or one of each for all. */
		public static Normalization of(final float[] mean, final float[] std) {
			return of(new Step.Standardize(list(mean), list(std), 0));
		}

		/** Steps in order, under their preset's name if there is one. */
		public static Normalization of(final Step... steps) {
			return of(List.of(steps));
		}

		/** Steps in order, under their preset's name if there is one. */
		public static Normalization of(final List<Step> steps) {
			for (final Normalization preset : PRESETS)
				if (preset.steps.equals(steps)) return preset;
			if (steps.size() == 1 && steps.get(0) instanceof Step.Standardize s && s.eps() == 0) return new Normalization(
				Step.text(s.mean()) + " / " + Step.text(s.std()), steps);
			return new Normalization(steps.stream().map(Step::text).collect(Collectors.joining("; ")), steps);
		}

		/** The numbers as written: the double nearest to a float has digits nobody wrote. */
		private static List<Double> list(final float[] numbers) {
			final List<Double> list = new ArrayList<>();
			for (final float f : numbers)
				list.add(Double.parseDouble(Float.toString(f)));
			return list;
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

		/** For how many channels there are numbers; 1 if they serve any number of channels. */
		public int channels() {
			return steps.stream().mapToInt(Step::channels).max().orElse(1);
		}

		/** Whether both do the same, whatever they are called. */
		@Override
		public boolean equals(final Object o) {
			return o instanceof Normalization n && steps.equals(n.steps);
		}

		@Override
		public int hashCode() {
			return steps.hashCode();
		}

		@Override
		public String toString() {
			return name;
		}
	}

	/** A size this network takes, for trying it out: the smallest where it is open; empty if nothing is said. */
	public int[] exampleSize() {
		final int[] example = size.clone();
		for (int i = 0; i < example.length; i++)
			if (example[i] == 0) example[i] = grid.get(i).min();
		return example;
	}

	/** The size as people write it, {@code 128x96} or {@code 64+16n x 64+16n}; empty if nothing is said. */
	public String sizeText() {
		final List<String> words = new ArrayList<>();
		for (int i = 0; i < size.length; i++)
			words.add(size[i] > 0 ? "" + size[i] : grid.get(i).toString());
		return String.join(grid.isEmpty() ? "x" : " x ", words);
	}

	/** How the image is fitted, as people write it: {@code stretch}, {@code crop 256 antialias}. */
	public String resizeText() {
		return lower(resize) + (resizeTo.length == 0 ? "" : " " + Arrays.stream(resizeTo).mapToObj(Integer::toString)
			.collect(Collectors.joining("x"))) + (antialias ? " antialias" : "");
	}

	/** How values are mapped, as people write it: {@code type}, {@code percentile 1.0, 99.0}. */
	public String valuesText() {
		return lower(values) + (values == Values.PERCENTILE ? " " + lowPercentile + ", " + highPercentile : "");
	}

	private static String lower(final Enum<?> e) {
		return e.name().toLowerCase(Locale.ROOT);
	}

	/** Whether both do the same; percentiles count only where they are used. */
	@Override
	public boolean equals(final Object o) {
		return o instanceof Preprocessing p && Arrays.equals(size, p.size) && grid.equals(p.grid) &&
			channels == p.channels && order == p.order && resize == p.resize && Arrays.equals(resizeTo, p.resizeTo) &&
			antialias == p.antialias && values == p.values && (values != Values.PERCENTILE ||
				lowPercentile == p.lowPercentile && highPercentile == p.highPercentile) && normalization.equals(
					p.normalization);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(size) * 31 + normalization.hashCode();
	}

	@Override
	public String toString() {
		return "size=" + (size.length == 0 ? "auto" : sizeText()) + " channels=" + (channels == 0 ? "auto" : "" +
			channels) + (order == Order.BGR ? " bgr" : "") + " resize=" + resizeText() + " values=" + valuesText() +
			" normalization=" + normalization;
	}
}
