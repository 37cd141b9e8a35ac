package io.glassbox.model;

import io.glassbox.model.Preprocessing.Extents;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One axis of an input or output of a bioimage.io model, alike for both formats: 0.4 has letters ({@code bcyx}) and a
 * shape, 0.5 a list of objects.
 *
 * @param letter b, c, i, t, z, y or x
 * @param extents how long it may be; empty if not said, or another axis says it
 * @param names of the channels; empty if not said, or if they only count
 */
record BioimageAxis(char letter, Optional<Extents> extents, List<String> names) {

	/** The axis in space that needs no id. */
	private static final char UNNAMED = 'x';

	private static final Map<String, Character> TYPES = Map.of("batch", 'b', "channel", 'c', "index", 'i', "time", 't');
	private static final Pattern COUNTED = Pattern.compile("(?i)(channel|chan|ch|class|c|output|out|input|in)?[-_ ]?\\d+");

	boolean isSpace() {
		return letter == 'z' || letter == 'y' || letter == 'x';
	}

	/** All axes of a tensor, in order; none if it does not say. */
	static List<BioimageAxis> of(final Setting tensor) {
		final Optional<Setting> axes = tensor.at("axes");
		if (axes.isEmpty()) return List.of();
		if (axes.get().isList()) return axes.get().items("a list of axes").stream().map(a -> a.isSection() ? ofObject(a)
			: new BioimageAxis(letter(a), Optional.empty(), List.of())).toList();
		return ofLetters(axes.get(), tensor.at("shape"));
	}

	private static List<BioimageAxis> ofLetters(final Setting axes, final Optional<Setting> shape) {
		final String letters = axes.text().toLowerCase(Locale.ROOT);
		final List<BioimageAxis> list = new ArrayList<>();
		for (int i = 0; i < letters.length(); i++)
			list.add(new BioimageAxis(letter(new Setting(axes.source(), axes.key(), letters.substring(i, i + 1))), extents(
				shape, i, letters.length()), List.of()));
		return list;
	}

	private static Optional<Extents> extents(final Optional<Setting> shape, final int i, final int count) {
		if (shape.isEmpty()) return Optional.empty();
		final Setting s = shape.get();
		if (s.isList()) return Optional.of(new Extents(entry(s, i, count), 0));
		if (s.at("min").isEmpty()) return Optional.empty(); // relative to another tensor
		final int step = s.at("step").map(t -> entry(t, i, count)).orElse(0);
		return Optional.of(new Extents(entry(s.at("min").get(), i, count), step));
	}

	private static int entry(final Setting list, final int i, final int count) {
		final List<Setting> entries = list.items("a list of " + count + " whole numbers");
		if (entries.size() != count) throw list.wrong("a list of " + count + " whole numbers, one for each axis");
		return whole(entries.get(i));
	}

	private static int whole(final Setting s) {
		final double n = s.number();
		if (n != Math.rint(n) || n < 0 || n > 1 << 20) throw s.wrong("a whole number from 0");
		return (int) n;
	}

	private static BioimageAxis ofObject(final Setting axis) {
		final String type = axis.at("type").orElseThrow(() -> axis.wrong("an axis with its type")).text();
		final char letter = type.equals("space") ? axis.at("id").map(BioimageAxis::letter).orElse(UNNAMED) : TYPES
			.getOrDefault(type, '?');
		if (letter == '?') throw axis.at("type").get().wrong("batch, channel, index, time or space");
		final List<String> names = axis.at("channel_names").map(BioimageAxis::names).orElse(List.of());
		final Optional<Setting> size = axis.at("size");
		if (size.isPresent() && size.get().isSection()) return new BioimageAxis(letter, size.get().at("min").map(
			min -> new Extents(whole(min), size.get().at("step").map(BioimageAxis::whole).orElse(0))), names);
		final Optional<Integer> fixed = size.map(BioimageAxis::whole).or(() -> axis.at("channel_names").map(n -> n.asList()
			.size()));
		return new BioimageAxis(letter, fixed.map(n -> new Extents(n, 0)), names);
	}

	/** Names that mean something. */
	private static List<String> names(final Setting s) {
		if (!s.isList()) return List.of(); // 'channel{i}', or the size alone
		final List<String> names = s.items("channel names").stream().map(Setting::text).toList();
		return names.stream().allMatch(n -> COUNTED.matcher(n).matches()) ? List.of() : names;
	}

	private static char letter(final Setting s) {
		final String word = s.text().toLowerCase(Locale.ROOT);
		final char letter = TYPES.getOrDefault(word, word.charAt(0));
		if (word.length() > 1 && !TYPES.containsKey(word) || "bcitzyx".indexOf(letter) < 0) throw s.wrong(
			"an axis: b, c, i, t, z, y or x");
		return letter;
	}
}
