package io.glassbox.model;

import io.glassbox.graph.Names;
import io.glassbox.model.Preprocessing.Order;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;
import io.glassbox.model.PreprocessingReader.Fit;
import io.glassbox.model.PreprocessingReader.Intensities;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads Glassbox's own descriptions, {@code <model>.glassbox.yaml}. */
final class DescriptionReader {

	private static final Logger LOG = LoggerFactory.getLogger(DescriptionReader.class);
	private static final List<String> KEYS = List.of("name", "description", "input", "input.size", "input.channels",
		"input.order", "input.axes", "input.resize", "input.resize_to", "input.antialias", "input.values", "input.percentiles", "input.normalization",
		"output", "scores", "classes", "layer", "boxes", "boxes.format", "boxes.units", "boxes.objectness");
	private static final String AXES = "bcyx or bczyx (batch, channels, [depth,] height, width), with x first bcxy or bcxyz, with channels " +
		"last byxc or bzyxc";

	private DescriptionReader() {}

	/** What a file says; what it leaves open of size, values and normalisation is as in {@link Preprocessing#DEFAULT}. */
	static Statements read(final Path file) {
		final Map<String, Setting> all = settings(file);
		final Statements s = new Statements(file);
		text(all, "name").ifPresent(name -> s.say(Field.NAME, name, ""));
		text(all, "description").ifPresent(text -> s.say(Field.TEXT, text, ""));
		find(all, "input.axes").ifPresent(axes -> s.say(Field.AXES, axes(axes), ""));
		find(all, "input.size").ifPresent(size -> s.say(Field.SIZE, PreprocessingReader.size(size), ""));
		find(all, "input.channels").ifPresent(channels -> s.say(Field.CHANNELS, channels.count(), ""));
		find(all, "input.order").ifPresent(order -> s.say(Field.ORDER, order.choice(Order.class), ""));
		fit(all).ifPresent(fit -> s.say(Field.FIT, fit, ""));
		intensities(all).ifPresent(intensities -> s.say(Field.INTENSITIES, intensities, ""));
		find(all, "output").ifPresent(output -> s.say(Field.OUTPUT, output(output), ""));
		text(all, "scores").ifPresent(scores -> s.say(Field.SCORES, scores, ""));
		final List<String> classes = classes(all);
		if (!classes.isEmpty()) s.say(Field.CLASSES, classes, "");
		find(all, "boxes").ifPresent(boxes -> s.say(Field.BOXES, BoxDescription.read(boxes), ""));
		text(all, "layer").ifPresent(layer -> s.say(Field.LAYER, layer, ""));
		return s;
	}

	private static Optional<Fit> fit(final Map<String, Setting> all) {
		if (Stream.of("input.resize", "input.resize_to", "input.antialias").noneMatch(all::containsKey)) return Optional
			.empty();
		return Optional.of(new Fit(find(all, "input.resize").map(s -> s.choice(Resize.class)).orElse(all.containsKey(
			"input.resize_to") ? Resize.CROP : Fit.DEFAULT.resize()), find(all, "input.resize_to").map(
				PreprocessingReader::resizeTo).orElse(Fit.DEFAULT.resizeTo()), find(all, "input.antialias").map(Setting::flag)
					.orElse(Fit.DEFAULT.antialias())));
	}

	private static Optional<Intensities> intensities(final Map<String, Setting> all) {
		if (Stream.of("input.values", "input.percentiles", "input.normalization").noneMatch(all::containsKey)) return Optional
			.empty();
		final Intensities d = Intensities.DEFAULT;
		final double[] percentiles = find(all, "input.percentiles").map(PreprocessingReader::percentiles).orElse(
			new double[] { d.low(), d.high() });
		return Optional.of(new Intensities(find(all, "input.values").map(s -> s.choice(Values.class)).orElse(d.values()),
			percentiles[0], percentiles[1], find(all, "input.normalization").map(PreprocessingReader::normalization).orElse(d
				.normalization())));
	}

	/** All known keys that are there, those inside {@code input} and {@code boxes} with that before them, and these themselves. */
	private static Map<String, Setting> settings(final Path file) {
		final Map<String, Setting> all = new LinkedHashMap<>();
		flatten(file, "", new Setting(file.toString(), "the document", Documents.own(file).value()), all);
		return all;
	}

	private static void flatten(final Path file, final String prefix, final Setting section,
		final Map<String, Setting> into)
	{
		if (!(section.value() instanceof Map<?, ?> map)) throw section.wrong("keys with values, as in 'channels: 3'");
		map.forEach((k, value) -> {
			final String key = prefix + k;
			final Setting setting = new Setting(file.toString(), key, value);
			if (!KEYS.contains(key)) LOG.warn("{}: the key '{}' is not known and ignored. Did you mean '{}'?", file, key,
				Names.nearest(key, KEYS).get(0));
			else into.put(key, setting);
			if (key.equals("input") || key.equals("boxes")) flatten(file, key + ".", setting, into);
		});
	}

	private static Optional<Setting> find(final Map<String, Setting> all, final String key) {
		return Optional.ofNullable(all.get(key));
	}

	private static Optional<String> text(final Map<String, Setting> all, final String key) {
		return Optional.ofNullable(all.get(key)).map(Setting::text);
	}

	static ModelDescription.Output output(final Setting s) {
		final ModelDescription.Output output = s.choice(ModelDescription.Output.class);
		if (output == ModelDescription.Output.UNSTATED) throw s.wrong("logits, sigmoid, probabilities or values");
		return output;
	}

	private static List<String> classes(final Map<String, Setting> all) {
		final Setting s = all.get("classes");
		return s == null ? List.of() : s.items("a list of names, as in [benign, malignant]").stream().map(Setting::text)
			.toList();
	}

	static String axes(final Setting s) {
		final String axes = s.text().toLowerCase(Locale.ROOT);
		if (!List.of("bcyx", "bczyx", "bcxy", "bcxyz", "byxc", "bzyxc").contains(axes)) throw s.wrong(AXES);
		return axes;
	}
}
