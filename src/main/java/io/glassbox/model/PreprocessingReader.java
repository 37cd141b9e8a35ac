package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Normalization;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;

import java.util.Map;
import java.util.Optional;

/** Reads the parts of a {@link Preprocessing} that are more than one word. */
final class PreprocessingReader {

	private static final String SIZE = "2 whole numbers (height, width) or 3 (depth, height, width)";
	private static final String PERCENTILES = "2 rising numbers from 0 to 100";
	private static final String NORMALIZATION =
		"unit, signed, imagenet, zscore, raw, or a mean and a standard deviation above 0 for each channel";

	private PreprocessingReader() {}

	/** The {@code input} section of a description; what it leaves out is as in {@link Preprocessing#DEFAULT}. */
	static Preprocessing read(final Map<String, Setting> input) {
		final Preprocessing d = Preprocessing.DEFAULT;
		final double[] percentiles = find(input, "percentiles").map(PreprocessingReader::percentiles).orElse(
			new double[] { d.lowPercentile(), d.highPercentile() });
		return new Preprocessing(find(input, "size").map(PreprocessingReader::size).orElse(d.size()), //
			find(input, "channels").map(Setting::count).orElse(d.channels()), //
			find(input, "resize").map(s -> s.choice(Resize.class)).orElse(d.resize()), //
			find(input, "antialias").map(Setting::flag).orElse(d.antialias()), //
			find(input, "values").map(s -> s.choice(Values.class)).orElse(d.values()), //
			percentiles[0], percentiles[1], //
			find(input, "normalization").map(PreprocessingReader::normalization).orElse(d.normalization()));
	}

	private static Optional<Setting> find(final Map<String, Setting> input, final String key) {
		return Optional.ofNullable(input.get("input." + key));
	}

	static int[] size(final Setting s) {
		final int[] size = s.counts(SIZE);
		if (size.length < 2 || size.length > 3) throw s.wrong(SIZE);
		return size;
	}

	static double[] percentiles(final Setting s) {
		final double[] p = s.numbers(PERCENTILES);
		if (p.length != 2 || p[0] < 0 || p[0] >= p[1] || p[1] > 100) throw s.wrong(PERCENTILES);
		return p;
	}

	/** A preset, a map of mean and std, or text with the two on either side of a slash. */
	static Normalization normalization(final Setting s) {
		if (s.value() instanceof Map<?, ?> map && map.keySet().equals(java.util.Set.of("mean", "std")))
			return meanAndStd(s, map.get("mean"), map.get("std"));
		if (s.value() instanceof String text) {
			final Optional<Normalization> preset = Normalization.preset(text);
			if (preset.isPresent()) return preset.get();
			final String[] halves = text.split("/");
			if (halves.length == 2) return meanAndStd(s, halves[0], halves[1]);
		}
		throw s.wrong(NORMALIZATION);
	}

	private static Normalization meanAndStd(final Setting s, final Object mean, final Object std) {
		try {
			return Normalization.of(floats(s, "mean", mean), floats(s, "std", std));
		}
		catch (final GlassboxException e) {
			throw new GlassboxException(s.source() + ": '" + s.key() + "': " + e.getMessage(), e);
		}
	}

	private static float[] floats(final Setting s, final String part, final Object value) {
		final double[] numbers = new Setting(s.source(), s.key() + " " + part, value).numbers("numbers");
		final float[] floats = new float[numbers.length];
		for (int i = 0; i < floats.length; i++)
			floats[i] = (float) numbers[i];
		return floats;
	}
}
