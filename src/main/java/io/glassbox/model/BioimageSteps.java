package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The preprocessing and postprocessing of a bioimage.io description, in our steps.
 * <p>
 * Format 0.4 calls a step by {@code name} and writes axes as letters ({@code "yx"}), 0.5 by {@code id} with a list
 * ({@code [channel, y, x]}) and has a step of its own for constants known beforehand. Defaults are those of the
 * specification. What cannot be said in our steps is noted.
 * </p>
 */
final class BioimageSteps {

	/** The specification's own, for steps that divide. */
	private static final double EPS = 1e-6;

	private final Statements notes;
	private final String input;

	/** @param input the name of the input these steps are for */
	BioimageSteps(final Statements notes, final String input) {
		this.notes = notes;
		this.input = input;
	}

	/** The steps in order. */
	List<Step> preprocessing(final List<Setting> written) {
		final List<Step> steps = new ArrayList<>();
		for (final Setting s : written)
			step(name(s), s).ifPresent(steps::add);
		return steps;
	}

	private static String name(final Setting step) {
		return step.at("id").or(() -> step.at("name")).orElseThrow(() -> step.wrong("a step with an id or name")).text()
			.toLowerCase(Locale.ROOT);
	}

	private static Optional<Setting> kwarg(final Setting step, final String name) {
		return step.at("kwargs").flatMap(k -> k.at(name));
	}

	private Optional<Step> step(final String name, final Setting s) {
		try {
			switch (name) {
				case "zero_mean_unit_variance":
					return Optional.of(isFixed(s) ? new Step.Standardize(numbers(s, "mean", null), numbers(s, "std", null), number(
						s, "eps", EPS)) : new Step.ZScore(axes(s), number(s, "eps", EPS), false));
				case "fixed_zero_mean_unit_variance":
					return Optional.of(new Step.Standardize(numbers(s, "mean", null), numbers(s, "std", null), 0));
				case "scale_range":
					noteReference(s);
					isFixed(s);
					return Optional.of(new Step.Percentiles(number(s, "min_percentile", 0), number(s, "max_percentile", 100), axes(
						s), number(s, "eps", EPS)));
				case "scale_linear":
					return Optional.of(new Step.Linear(numbers(s, "gain", 1.0), numbers(s, "offset", 0.0)));
				case "binarize":
					return Optional.of(new Step.Binarize(numbers(s, "threshold", null)));
				case "clip":
					return Optional.of(new Step.Clip(number(s, "min", Double.NEGATIVE_INFINITY), number(s, "max",
						Double.POSITIVE_INFINITY)));
				case "sigmoid":
					return Optional.of(new Step.Sigmoid());
				case "ensure_dtype":
					final String type = kwarg(s, "dtype").map(Setting::text).orElse("float32");
					if (!type.startsWith("float")) notes.note("ensure_dtype " + type +
						" is not applied: values stay floating point, fractions are kept.");
					return Optional.empty();
				default:
					notes.note("the preprocessing step '" + name + "' is not known and not applied.");
					return Optional.empty();
			}
		}
		catch (final GlassboxException e) {
			throw e.getMessage().startsWith(s.source()) ? e : new GlassboxException(s.source() + ": '" + s.key() + "': " + e
				.getMessage(), e);
		}
	}

	/** Whether a step says that its constants are known; statistics of a data set that are not are those of the image. */
	private boolean isFixed(final Setting step) {
		final String mode = kwarg(step, "mode").map(Setting::text).orElse("per_sample");
		switch (mode) {
			case "fixed":
				return true;
			case "per_dataset":
				notes.note(name(step) + " is meant per_dataset, over many images; it is computed from each image alone.");
				return false;
			case "per_sample":
				return false;
			default:
				throw kwarg(step, "mode").orElseThrow().wrong("per_sample, per_dataset or fixed");
		}
	}

	private void noteReference(final Setting step) {
		kwarg(step, "reference_tensor").map(Setting::text).filter(r -> !r.equals(input)).ifPresent(r -> notes.note(
			"scale_range takes its percentiles from '" + r + "'; they are computed from '" + input + "' itself."));
	}

	/** Of our letters; the batch does not count, for one sample is scored at a time. All if nothing is said. */
	private String axes(final Setting step) {
		final Optional<Setting> given = kwarg(step, "axes");
		if (given.isEmpty()) return Step.ALL_AXES;
		final List<String> words = given.get().isList() ? given.get().items("axes").stream().map(Setting::text).toList()
			: Arrays.asList(given.get().text().split(""));
		final String letters = words.stream().map(w -> w.equals("channel") ? "c" : w.equals("batch") || w.equals("b") ? ""
			: w).collect(Collectors.joining());
		if (letters.isEmpty()) return Step.ALL_AXES;
		if (!letters.matches("[czyx]+")) throw given.get().wrong("axes among batch, channel, z, y, x");
		return letters;
	}

	private static double number(final Setting step, final String name, final double other) {
		return kwarg(step, name).map(Setting::number).orElse(other);
	}

	/** One number or a list, one for each channel. */
	private static List<Double> numbers(final Setting step, final String name, final Double other) {
		final Optional<Setting> given = kwarg(step, name);
		if (given.isEmpty() && other == null) throw step.wrong("kwargs with " + name);
		return given.map(s -> StepText.list(s.numbers("a number, or one for each channel"))).orElse(List.of(other == null ? 0
			: other));
	}

	/** What the postprocessing tells of the network's own output. */
	Optional<ModelDescription.Output> output(final List<Setting> written) {
		Optional<ModelDescription.Output> output = Optional.empty();
		for (final Setting s : written) {
			final String name = name(s);
			final Optional<ModelDescription.Output> told = switch (name) {
				case "softmax" -> Optional.of(ModelDescription.Output.LOGITS);
				case "sigmoid" -> Optional.of(ModelDescription.Output.SIGMOID);
				case "binarize" -> numbers(s, "threshold", 0.5).stream().allMatch(t -> t > 0 && t < 1) ? Optional.of(
					ModelDescription.Output.PROBABILITIES) : Optional.empty();
				case "clip" -> number(s, "min", -1) == 0 && number(s, "max", -1) == 1 ? Optional.of(
					ModelDescription.Output.PROBABILITIES) : Optional.empty();
				case "ensure_dtype" -> Optional.empty();
				default -> {
					notes.note("the postprocessing step '" + name + "' is not applied: scores are the network's own.");
					yield Optional.empty();
				}
			};
			if (output.isEmpty()) output = told;
		}
		return output;
	}
}
