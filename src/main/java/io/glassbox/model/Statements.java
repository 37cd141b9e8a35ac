package io.glassbox.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything one source says about a model, and what it says in vain.
 * <p>
 * Filled by the reader of that kind of source.
 * </p>
 */
final class Statements {

	private final Path file;
	private final Map<Field<?>, Fact<?>> facts = new LinkedHashMap<>();
	private final List<String> notes = new ArrayList<>();
	private final List<String> remarks = new ArrayList<>();

	Statements(final Path file) {
		this.file = file;
	}

	Path file() {
		return file;
	}

	/** The source's name, for people. */
	String name() {
		return file.getFileName().toString();
	}

	/** @param key where in the file; may be empty */
	<T> void say(final Field<T> field, final T value, final String key) {
		facts.put(field, new Fact<>(field, value, file, key.isEmpty() ? name() : name() + " (" + key + ")"));
	}

	/** What comes from another file that this one names: a list of classes. */
	<T> void say(final Field<T> field, final T value, final Path from) {
		facts.put(field, new Fact<>(field, value, from, from.getFileName().toString()));
	}

	/** Something the source asks for that is not done, or not so. */
	void note(final String sentence) {
		add(notes, sentence);
	}

	/** Something to know that changes nothing. */
	void remark(final String sentence) {
		add(remarks, sentence);
	}

	private void add(final List<String> to, final String sentence) {
		final String named = name() + ": " + sentence;
		if (!to.contains(named)) to.add(named);
	}

	@SuppressWarnings("unchecked")
	<T> Optional<Fact<T>> get(final Field<T> field) {
		return Optional.ofNullable((Fact<T>) facts.get(field));
	}

	boolean isSilent() {
		return facts.isEmpty() && notes.isEmpty();
	}

	List<String> notes() {
		return notes;
	}

	List<String> remarks() {
		return remarks;
	}
}
