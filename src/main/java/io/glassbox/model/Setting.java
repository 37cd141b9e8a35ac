package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One value somebody wrote, with where it was written and under which key, so that a complaint about
 * it can say so.
 *
 * @param source a file, or what else the user knows it by
 * @param value text, a list or a map; numbers are text, exactly as written
 */
record Setting(String source, String key, Object value) {

	private static final int LARGEST = 1 << 20;

	/** The complaint: where, which key, what was found, what is expected. */
	GlassboxException wrong(final String expected) {
		return new GlassboxException(source + ": '" + key + "' is '" + value + "', expected " + expected + ".");
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

	private String[] words(final String separator, final String expected) {
		if (value instanceof List<?> list) return list.stream().map(String::valueOf).toArray(String[]::new);
		if (!(value instanceof String s) || s.isBlank()) throw wrong(expected);
		return s.trim().replaceAll("^\\[|\\]$", "").trim().split(separator);
	}
}
