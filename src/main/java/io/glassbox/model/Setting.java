package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One value somebody wrote, with where it was written and under which key, so that a complaint about
 * it can say so.
 *
 * @param source a file, or what else the user knows it by
 * @param value text, a list or a map; numbers are text, exactly as written
 */
record Setting(String source, String key, Object value) {

	/** Of counts and extents. */
	static final int LARGEST = 1 << 20;

	private static final int LONGEST_QUOTE = 200;

	/** The complaint: where, which key, what was found, what is expected. */
	GlassboxException wrong(final String expected) {
		final String found = String.valueOf(value);
		return new GlassboxException(source + ": '" + key + "' is '" + (found.length() > LONGEST_QUOTE ? found.substring(0,
			LONGEST_QUOTE) + "…" : found) + "', expected " + expected + ".");
	}

	String text() {
		if (value instanceof String s && !s.isBlank()) return s.trim();
		throw wrong("text");
	}

	/** A list, item by item. */
	List<Setting> items(final String expected) {
		if (!(value instanceof List<?> list)) throw wrong(expected);
		final List<Setting> items = new ArrayList<>();
		for (int i = 0; i < list.size(); i++)
			items.add(new Setting(source, key + "[" + i + "]", list.get(i)));
		return items;
	}

	/** One of the constants, written in lower case; letter case does not matter. */
	<E extends Enum<E>> E choice(final Class<E> type) {
		final E[] all = type.getEnumConstants();
		if (value instanceof String s) for (final E e : all)
			if (e.name().equalsIgnoreCase(s.trim())) return e;
		throw wrong("one of " + Arrays.stream(all).map(e -> e.name().toLowerCase(Locale.ROOT)).collect(Collectors
			.joining(", ")));
	}

	/** What a section says under a key; empty if this is no section, or says nothing there. */
	Optional<Setting> at(final String name) {
		return value instanceof Map<?, ?> map && map.get(name) != null ? Optional.of(new Setting(source, key.isEmpty() ? name
			: key + "." + name, map.get(name))) : Optional.empty();
	}

	/** Whether this is a section of keys with values. */
	boolean isSection() {
		return value instanceof Map;
	}

	boolean isList() {
		return value instanceof List;
	}

	/** The items of a list; one value by itself is a list of one. */
	List<Setting> asList() {
		return isList() ? items("a list") : List.of(this);
	}

	/** The keys of a section with what they say, in the order written. */
	Map<String, Setting> entries(final String expected) {
		if (!(value instanceof Map<?, ?> map)) throw wrong(expected);
		final Map<String, Setting> entries = new LinkedHashMap<>();
		map.keySet().forEach(k -> at(String.valueOf(k)).ifPresent(s -> entries.put(String.valueOf(k), s)));
		return entries;
	}

	/** One finite number. */
	double number() {
		final double[] one = numbers("a number");
		if (one.length != 1) throw wrong("a number");
		return one[0];
	}

	/** True or false. */
	boolean flag() {
		final String word = text().toLowerCase(Locale.ROOT);
		if (!word.equals("true") && !word.equals("false")) throw wrong("true or false");
		return word.equals("true");
	}

	/** A whole number from 1. */
	int count() {
		final int[] one = counts("a whole number from 1");
		if (one.length != 1) throw wrong("a whole number from 1");
		return one[0];
	}

	/** Whole numbers from 1, as a list or as text such as {@code 128x128} or {@code 128, 128}. */
	int[] counts(final String expected) {
		final String[] words = words("[,x\u00d7\\s]+", expected);
		final int[] numbers = new int[words.length];
		for (int i = 0; i < words.length; i++) {
			if (!words[i].matches("\\d{1,9}")) throw wrong(expected);
			numbers[i] = Integer.parseInt(words[i]);
			if (numbers[i] < 1 || numbers[i] > LARGEST) throw wrong(expected);
		}
		return numbers;
	}

	/** Finite numbers, as a list or as text such as {@code 0.5, 99.5}. */
	double[] numbers(final String expected) {
		final String[] words = words("[,\\s]+", expected);
		final double[] numbers = new double[words.length];
		for (int i = 0; i < words.length; i++) {
			if (!words[i].matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,3})?")) throw wrong(expected);
			numbers[i] = Double.parseDouble(words[i]);
			if (!Double.isFinite((float) numbers[i])) throw wrong(expected);
		}
		return numbers;
	}

	/** The items of a list, or the words of a text between the separators; outer square brackets do not count. */
	String[] words(final String separator, final String expected) {
		if (value instanceof List<?> list) return list.stream().map(String::valueOf).toArray(String[]::new);
		if (!(value instanceof String s) || s.isBlank()) throw wrong(expected);
		return s.trim().replaceAll("^\\[|\\]$", "").trim().split(separator);
	}
}
