package io.glassbox.model;

import io.glassbox.model.Preprocessing.Order;
import io.glassbox.model.PreprocessingReader.Fit;
import io.glassbox.model.PreprocessingReader.Intensities;
import io.glassbox.model.PreprocessingReader.Sizes;

import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * One thing a description may say of a model; sources are believed field by field.
 * <p>
 * What only makes sense together is one field: how values are mapped and normalised, or how an image is resized, is
 * never put together from two sources.
 * </p>
 *
 * @param name for people
 * @param text of a value, for people
 * @param agree whether two values mean the same
 * @param decides whether a wrong value gives a plausible but wrong map
 */
record Field<T>(String name, Function<T, String> text, BiPredicate<T, T> agree, boolean decides) {

	/** Names and texts differ from file to file, and may. */
	static final Field<String> NAME = new Field<>("name", s -> s, (a, b) -> true, false);
	static final Field<String> TEXT = new Field<>("description", s -> s, (a, b) -> true, false);

	static final Field<String> AXES = new Field<>("axes", s -> s, String::equals, true);

	/** What lies open agrees with whatever a closer description says. */
	static final Field<Sizes> SIZE = new Field<>("size", Field::text, Field::compatible, false);

	static final Field<Integer> CHANNELS = new Field<>("channels", n -> "" + n, Integer::equals, true);
	static final Field<Order> ORDER = new Field<>("order of colours", Field::lower, Order::equals, true);
	static final Field<Fit> FIT = new Field<>("resize", f -> with(f, Sizes.FREE, Intensities.DEFAULT).resizeText(),
		Fit::equals, false);
	static final Field<Intensities> INTENSITIES = new Field<>("values", i -> with(Fit.DEFAULT, Sizes.FREE, i)
		.valuesText() + ", then " + i.normalization(), Field::alike, true);
	static final Field<ModelDescription.Output> OUTPUT = new Field<>("output", Field::lower,
		ModelDescription.Output::equals, false);
	static final Field<String> SCORES = new Field<>("output of scores", s -> s, String::equals, true);
	static final Field<BoxDescription> BOXES = new Field<>("boxes", BoxDescription::text, BoxDescription::equals, true);
	static final Field<List<String>> CLASSES = new Field<>("classes", Field::text, Field::sameClasses, true);
	static final Field<String> LAYER = new Field<>("layer", s -> s, String::equals, false);

	/** In the order people read them. */
	static final List<Field<?>> ALL = List.of(NAME, TEXT, AXES, SIZE, CHANNELS, ORDER, FIT, INTENSITIES, OUTPUT, SCORES, BOXES,
		CLASSES, LAYER);

	private static final int SHOWN = 12;

	static Preprocessing with(final Fit fit, final Sizes sizes, final Intensities i) {
		return new Preprocessing(sizes.size(), sizes.grid(), 0, Order.RGB, fit.resize(), fit.resizeTo(), fit.antialias(), i
			.values(), i.low(), i.high(), i.normalization());
	}

	private static String text(final Sizes s) {
		return with(Fit.DEFAULT, s, Intensities.DEFAULT).sizeText();
	}

	private static String text(final List<String> classes) {
		final String first = String.join(", ", classes.subList(0, Math.min(SHOWN, classes.size())));
		return classes.size() <= SHOWN ? first : first + ", … (" + classes.size() + " names)";
	}

	private static String lower(final Enum<?> e) {
		return e.name().toLowerCase(Locale.ROOT);
	}

	private static boolean compatible(final Sizes a, final Sizes b) {
		return a.size().length == b.size().length && IntStream.range(0, a.size().length).allMatch(i -> a.size()[i] == 0 || b
			.size()[i] == 0 || a.size()[i] == b.size()[i]);
	}

	/** Letter case, underscores and further synonyms do not matter. */
	private static boolean sameClasses(final List<String> a, final List<String> b) {
		return a.size() == b.size() && IntStream.range(0, a.size()).allMatch(i -> essence(a.get(i)).equals(essence(b.get(
			i))));
	}

	private static String essence(final String name) {
		return name.split(",")[0].replaceAll("\\s*\\(.*\\)$", "").replaceAll("[_\\s]+", " ").trim().toLowerCase(
			Locale.ROOT);
	}

	/** Whether both do the same to 8-bit pixels, but for rounding of constants. */
	private static boolean alike(final Intensities a, final Intensities b) {
		if (a.equals(b)) return true;
		final double[][] one = line(a);
		final double[][] other = line(b);
		if (one == null || other == null) return a.values() == b.values() && a.normalization().equals(b.normalization());
		final int channels = Math.max(one.length, other.length);
		return IntStream.range(0, channels).allMatch(c -> near(one[one.length == 1 ? 0 : c], other[other.length == 1 ? 0
			: c]));
	}

	private static boolean near(final double[] a, final double[] b) {
		final double tolerance = 2e-3;
		return Math.abs(a[1] - b[1]) < tolerance && Math.abs(a[0] - b[0]) * 255 < tolerance * Math.max(1, Math.abs(a[0]) *
			255);
	}

	/** Gain and offset for each channel, from 8-bit pixels, if that is all there is to it; null otherwise. */
	private static double[][] line(final Intensities i) {
		if (i.values() != Preprocessing.Values.TYPE && i.values() != Preprocessing.Values.RAW) return null;
		final int channels = i.normalization().channels();
		final double[][] line = new double[channels][];
		for (int c = 0; c < channels; c++) {
			double gain = i.values() == Preprocessing.Values.TYPE ? 1 / 255.0 : 1;
			double offset = 0;
			for (final Step step : i.normalization().steps()) {
				final double g;
				final double o;
				if (step instanceof Step.Linear l) {
					g = entry(l.gain(), c);
					o = entry(l.offset(), c);
				}
				else if (step instanceof Step.Standardize s) {
					g = 1 / (entry(s.std(), c) + s.eps());
					o = -entry(s.mean(), c) * g;
				}
				else return null;
				gain *= g;
				offset = offset * g + o;
			}
			line[c] = new double[] { gain, offset };
		}
		return line;
	}

	private static double entry(final List<Double> list, final int channel) {
		return list.get(Math.min(channel, list.size() - 1));
	}
}
