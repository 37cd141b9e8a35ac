package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One of the small things done to an image's values, in order, before a network sees them.
 * <p>
 * Steps act on the input as the network gets it, resized and with its channels; what is computed from the image itself
 * (a mean, a percentile) is computed from that. The definitions are those of the bioimage.io model specification,
 * which those of MONAI, torchvision and Hugging Face are special cases of. Lists hold one number for each channel, or
 * one that serves all. How a step is written is in {@code docs/model-description.md}; {@link #text()} writes it,
 * {@link StepText} reads it.
 * </p>
 */
public sealed interface Step {

	/** All axes a value of one sample may lie along, in their order: channel, depth, height, width. */
	String ALL_AXES = "czyx";

	/** {@code gain * value + offset}. */
	record Linear(List<Double> gain, List<Double> offset) implements Step {

		public Linear {
			gain = given("linear", "gain", gain);
			offset = given("linear", "offset", offset);
		}

		@Override
		public String text() {
			return "linear gain=" + Step.text(gain) + " offset=" + Step.text(offset);
		}
	}

	/** {@code (value - mean) / (std + eps)} with constants known beforehand. */
	record Standardize(List<Double> mean, List<Double> std, double eps) implements Step {

		public Standardize {
			mean = given("standardize", "mean", mean);
			std = given("standardize", "std", std);
			if (mean.size() != std.size() && mean.size() > 1 && std.size() > 1) throw new GlassboxException(
				"Normalization needs a mean and a standard deviation for each channel, found " + mean.size() + " and " + std
					.size() + ".");
			for (final double s : std)
				if (!(s + eps > 0)) throw new GlassboxException("Standard deviations must be above 0, found " + Step.text(List
					.of(s)) + ".");
		}

		@Override
		public String text() {
			return "standardize mean=" + Step.text(mean) + " std=" + Step.text(std) + Step.eps(eps);
		}
	}

	/**
	 * {@code (value - mean) / (std + eps)} with mean and (population) standard deviation of the image itself. Where all
	 * values are one and {@code eps} is 0, they become 0.
	 *
	 * @param axes along which values share mean and deviation, of {@link #ALL_AXES}: {@code yx} has each channel (and each
	 *          slice of a volume) by itself, {@code czyx} all together
	 * @param nonzero only values other than 0 count, and only they change
	 */
	record ZScore(String axes, double eps, boolean nonzero) implements Step {

		public ZScore {
			axes = ordered("zscore", axes);
		}

		@Override
		public String text() {
			return "zscore" + Step.axes(axes) + Step.eps(eps) + (nonzero ? " nonzero=true" : "");
		}
	}

	/**
	 * {@code (value - low) / (high - low + eps)} between two percentiles of the image itself, not clipped. Where they are
	 * the same and {@code eps} is 0, values become 0.
	 *
	 * @param low percent, from 0
	 * @param high percent, to 100
	 * @param axes along which values share percentiles, as in {@link ZScore}
	 */
	record Percentiles(double low, double high, String axes, double eps) implements Step {

		public Percentiles {
			if (!(low >= 0 && low < high && high <= 100)) throw new GlassboxException(
				"Percentiles must rise from 0 to 100, found " + low + " and " + high + ".");
			axes = ordered("percentiles", axes);
		}

		@Override
		public String text() {
			return "percentiles low=" + number(low) + " high=" + number(high) + Step.axes(axes) + Step.eps(eps);
		}
	}

	/** Values below {@code min} become it, values above {@code max} likewise; either may be infinite. */
	record Clip(double min, double max) implements Step {

		public Clip {
			if (!(min < max)) throw new GlassboxException("A clip needs a min below its max, found " + min + " and " + max +
				".");
		}

		@Override
		public String text() {
			return "clip" + (Double.isInfinite(min) ? "" : " min=" + number(min)) + (Double.isInfinite(max) ? ""
				: " max=" + number(max));
		}
	}

	/** 1 above the threshold, 0 otherwise. */
	record Binarize(List<Double> threshold) implements Step {

		public Binarize {
			threshold = given("binarize", "threshold", threshold);
		}

		@Override
		public String text() {
			return "binarize threshold=" + Step.text(threshold);
		}
	}

	/** {@code 1 / (1 + exp(-value))}. */
	record Sigmoid() implements Step {

		@Override
		public String text() {
			return "sigmoid";
		}
	}

	/** The step as people write it: {@code clip min=-160 max=240}. */
	String text();

	/** For how many channels this step has numbers; 1 if they serve any number of channels. */
	default int channels() {
		if (this instanceof Linear l) return Math.max(l.gain.size(), l.offset.size());
		if (this instanceof Standardize s) return Math.max(s.mean.size(), s.std.size());
		return this instanceof Binarize b ? b.threshold.size() : 1;
	}

	private static List<Double> given(final String step, final String what, final List<Double> numbers) {
		if (numbers.isEmpty()) throw new GlassboxException("The step '" + step + "' has no " + what +
			": one number is needed, or one for each channel.");
		return List.copyOf(numbers);
	}

	/** The axes in their usual order, each once. */
	private static String ordered(final String step, final String axes) {
		final String known = ALL_AXES.chars().filter(a -> axes.indexOf(a) >= 0).mapToObj(a -> "" + (char) a).collect(
			Collectors.joining());
		if (known.isEmpty() || known.length() != axes.chars().distinct().count()) throw new GlassboxException("The step '" +
			step + "' goes along the axes '" + axes + "', expected some of c, z, y, x (channel, depth, height, width).");
		return known;
	}

	private static String axes(final String axes) {
		return axes.equals(ALL_AXES) ? "" : " axes=" + axes;
	}

	private static String eps(final double eps) {
		return eps == 0 ? "" : " eps=" + number(eps);
	}

	/** Numbers as short as they can be read back. */
	static String text(final List<Double> numbers) {
		return numbers.stream().map(Step::number).collect(Collectors.joining(","));
	}

	private static String number(final double number) {
		return number == Math.rint(number) && Math.abs(number) < 1e15 ? String.format(Locale.ROOT, "%d", (long) number)
			: Double.toString(number);
	}
}
