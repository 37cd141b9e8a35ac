package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Extents;
import io.glassbox.model.Preprocessing.Normalization;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the parts of a {@link Preprocessing} that are more than one word. */
final class PreprocessingReader {

	private static final String SIZE = "2 whole numbers (height, width) or 3 (depth, height, width), or, where one is " +
		"open, a smallest and a step as in 64+16n";
	private static final String RESIZE_TO = "1 whole number (the shorter side) or 2 (height, width)";
	private static final String PERCENTILES = "2 rising numbers from 0 to 100";
	private static final String NORMALIZATION =
		"unit, signed, imagenet, zscore, raw, a mean and a standard deviation above 0 for each channel, or steps such as " +
			"'clip min=0 max=1'";
	private static final Pattern OPEN = Pattern.compile("(\\d{1,7})\\+(\\d{0,7})n");

	/** Sizes with the rules for those left open, see {@link Preprocessing}. */
	record Sizes(int[] size, List<Extents> grid) {

		static final Sizes FREE = new Sizes(new int[0], List.of());
	}

	/** How an image is fitted, see {@link Preprocessing}. */
	record Fit(Resize resize, int[] resizeTo, boolean antialias) {

		static final Fit DEFAULT = new Fit(Resize.STRETCH, new int[0], false);

		@Override
		public boolean equals(final Object o) {
			return o instanceof Fit f && resize == f.resize && Arrays.equals(resizeTo, f.resizeTo) && antialias == f.antialias;
		}

		@Override
		public int hashCode() {
			return resize.hashCode() + Arrays.hashCode(resizeTo);
		}
	}

	/** What becomes of the pixels' values, see {@link Preprocessing}. */
	record Intensities(Values values, double low, double high, Normalization normalization) {

		static final Intensities DEFAULT = new Intensities(Values.TYPE, 0.5, 99.5, Normalization.UNIT);

		Intensities(final Values values, final Step... steps) {
			this(values, 0.5, 99.5, Normalization.of(steps));
		}
	}

	private PreprocessingReader() {}

	/** Sizes as a list or as text: {@code 224x224}, {@code 64+16n x 64+16n}. */
	static Sizes size(final Setting s) {
		final String[] words = s.words("[,x\u00d7\\s]+", SIZE);
		if (words.length < 2 || words.length > 3) throw s.wrong(SIZE);
		final int[] size = new int[words.length];
		final List<Extents> grid = new ArrayList<>();
		for (int i = 0; i < size.length; i++) {
			final Matcher open = OPEN.matcher(words[i]);
			final boolean isOpen = open.matches();
			if (!isOpen && !words[i].matches("\\d{1,7}")) throw s.wrong(SIZE);
			final int min = Integer.parseInt(isOpen ? open.group(1) : words[i]);
			final int step = !isOpen ? 0 : open.group(2).isEmpty() ? 1 : Integer.parseInt(open.group(2));
			if (min < 1 || min > Setting.LARGEST || isOpen && step < 1) throw s.wrong(SIZE);
			size[i] = isOpen ? 0 : min;
			grid.add(new Extents(min, step));
		}
		return new Sizes(size, Arrays.stream(size).allMatch(n -> n > 0) ? List.of() : grid);
	}

	static int[] resizeTo(final Setting s) {
		final int[] to = s.counts(RESIZE_TO);
		if (to.length > 2) throw s.wrong(RESIZE_TO);
		return to;
	}

	/** {@code crop}, {@code crop 256}, {@code crop 256x256 antialias}; antialiasing as before if nothing is said of it. */
	static Fit fit(final Setting s, final boolean antialias) {
		final String[] words = s.text().toLowerCase(Locale.ROOT).split("\\s+", 2);
		final Resize resize = new Setting(s.source(), s.key(), words[0]).choice(Resize.class);
		final String rest = words.length == 1 ? "" : words[1];
		final String numbers = rest.replace("antialias", "").trim();
		if (!numbers.isEmpty() && resize != Resize.CROP) throw s.wrong("a size to resize to before cutting after crop only");
		return new Fit(resize, numbers.isEmpty() ? new int[0] : resizeTo(new Setting(s.source(), s.key(), numbers)),
			antialias || rest.contains("antialias"));
	}

	static double[] percentiles(final Setting s) {
		final double[] p = s.numbers(PERCENTILES);
		if (p.length != 2 || p[0] < 0 || p[0] >= p[1] || p[1] > 100) throw s.wrong(PERCENTILES);
		return p;
	}

	/** A preset, a map of mean and std, text with the two on either side of a slash, or steps as a list or as text. */
	static Normalization normalization(final Setting s) {
		if (s.value() instanceof Map<?, ?> map && map.keySet().equals(Set.of("mean", "std"))) return meanAndStd(s, map.get(
			"mean"), map.get("std"));
		if (s.isList()) return steps(s.items("steps"));
		if (s.value() instanceof String text) {
			final Optional<Normalization> preset = Normalization.preset(text);
			if (preset.isPresent()) return preset.get();
			if (StepText.isStep(text) || text.contains(";")) return steps(Arrays.stream(text.split(";")).map(
				part -> new Setting(s.source(), s.key(), part)).toList());
			final String[] halves = text.split("/");
			if (halves.length == 2) return meanAndStd(s, halves[0], halves[1]);
		}
		throw s.wrong(NORMALIZATION);
	}

	/** Steps one after another; a preset's name stands for its own. */
	private static Normalization steps(final List<Setting> written) {
		final List<Step> steps = new ArrayList<>();
		for (final Setting s : written)
			Normalization.preset(s.text()).ifPresentOrElse(p -> steps.addAll(p.steps()), () -> steps.add(StepText.read(s)));
		return Normalization.of(steps);
	}

	private static Normalization meanAndStd(final Setting s, final Object mean, final Object std) {
		try {
			return Normalization.of(new Step.Standardize(numbers(s, "mean", mean), numbers(s, "std", std), 0));
		}
		catch (final GlassboxException e) {
			throw e.getMessage().startsWith(s.source()) ? e : new GlassboxException(s.source() + ": '" + s.key() + "': " + e
				.getMessage(), e);
		}
	}

	private static List<Double> numbers(final Setting s, final String part, final Object value) {
		return StepText.list(new Setting(s.source(), s.key() + " " + part, value).numbers("numbers"));
	}
}
