package io.glassbox.model;

import java.nio.file.Path;

/**
 * What one source says in one field.
 *
 * @param file the source
 * @param where for people: {@code config.json (id2label)}
 */
record Fact<T>(Field<T> field, T value, Path file, String where) {

	String text() {
		return field.text().apply(value);
	}

	boolean agreesWith(final Fact<T> other) {
		return field.agree().test(value, other.value);
	}

	@Override
	public String toString() {
		return field.name() + ": " + text() + " — from " + where;
	}
}
