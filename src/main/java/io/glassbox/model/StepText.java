package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads steps as people write them: a word, then what it needs, {@code percentiles low=1 high=99.8 axes=yx}; several
 * with semicolons between.
 */
final class StepText {

	private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

	static {
		KEYS.put("linear", List.of("gain", "offset"));
		KEYS.put("standardize", List.of("mean", "std", "eps"));
		KEYS.put("zscore", List.of("axes", "eps", "nonzero"));
		KEYS.put("percentiles", List.of("low", "high", "axes", "eps"));
		KEYS.put("clip", List.of("min", "max"));
		KEYS.put("binarize", List.of("threshold"));
		KEYS.put("sigmoid", List.of());
	}

	private final Setting setting;
	private final Map<String, String> given = new LinkedHashMap<>();

	private StepText(final Setting setting) {
		this.setting = setting;
	}

	/** Whether a text begins with the name of a step. */
	static boolean isStep(final String text) {
		return KEYS.containsKey(text.trim().split("\\s+")[0].toLowerCase(Locale.ROOT));
	}

	/** @throws GlassboxException if it is no step, or lacks something; the message says what is expected */
	static Step read(final Setting setting) {
		final String text = setting.text();
		final String[] words = text.split("\\s+");
		final String name = words[0].toLowerCase(Locale.ROOT);
		final List<String> keys = KEYS.get(name);
		if (keys == null) throw setting.wrong("a step: one of " + String.join(", ", KEYS.keySet()) +
			", with what it needs, as in 'clip min=0 max=1'");
		final StepText step = new StepText(setting);
		for (final String word : Arrays.asList(words).subList(1, words.length)) {
			final int equals = word.indexOf('=');
			final String key = equals < 0 ? word : word.substring(0, equals).toLowerCase(Locale.ROOT);
			if (equals < 0 || !keys.contains(key) || step.given.put(key, word.substring(equals + 1)) != null)
				throw setting.wrong("'" + name + "'" + (keys.isEmpty() ? " alone" : " with " + String.join("=, ", keys) +
					"=, each once and without blanks in its value"));
		}
		try {
			return step.make(name);
		}
		catch (final GlassboxException e) {
			throw e.getMessage().startsWith(setting.source()) ? e : new GlassboxException(setting.source() + ": '" + setting
				.key() + "': " + e.getMessage(), e);
		}
	}

	private Step make(final String name) {
		return switch (name) {
			case "linear" -> new Step.Linear(numbers("gain", List.of(1.0)), numbers("offset", List.of(0.0)));
			case "standardize" -> new Step.Standardize(numbers("mean", List.of()), numbers("std", List.of()), number("eps",
				0));
			case "zscore" -> new Step.ZScore(axes(), number("eps", 0), get("nonzero", Setting::flag).orElse(false));
			case "percentiles" -> new Step.Percentiles(number("low", 0), number("high", 100), axes(), number("eps", 0));
			case "clip" -> new Step.Clip(number("min", Double.NEGATIVE_INFINITY), number("max", Double.POSITIVE_INFINITY));
			case "binarize" -> new Step.Binarize(numbers("threshold", List.of()));
			default -> new Step.Sigmoid();
		};
	}

	private String axes() {
		return given.getOrDefault("axes", Step.ALL_AXES).toLowerCase(Locale.ROOT);
	}

	private double number(final String key, final double other) {
		return get(key, Setting::number).orElse(other);
	}

	private List<Double> numbers(final String key, final List<Double> other) {
		return get(key, s -> list(s.numbers("numbers separated by commas"))).orElse(other);
	}

	private <T> Optional<T> get(final String key, final Function<Setting, T> read) {
		return Optional.ofNullable(given.get(key)).map(text -> read.apply(new Setting(setting.source(), setting.key() + " " +
			key, text)));
	}

	static List<Double> list(final double[] numbers) {
		final List<Double> list = new ArrayList<>();
		for (final double n : numbers)
			list.add(n);
		return list;
	}
}
