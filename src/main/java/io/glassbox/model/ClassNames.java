package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a network's classes, read from a text file with one name a line in output order.
 * <p>
 * In a synset list of ImageNet ({@code n01440764 tench, Tinca tinca}) a class goes by its first
 * synonym; where two classes share that (ImageNet has two cranes), the synset's number follows in
 * brackets.
 * </p>
 *
 * @param file where they were found
 */
record ClassNames(Path file, List<String> names) {

	private static final Pattern SYNSET = Pattern.compile("(n\\d{8})\\s+([^,]+).*");
	private static final long LARGEST_FILE = 16 << 20;

	/** Looks beside a model file for {@code <model>.labels.txt}, {@code synset.txt} and {@code classes.txt}. */
	static Optional<ClassNames> beside(final Path model) {
		for (final String name : List.of(ModelDescription.stem(model) + ".labels.txt", "synset.txt", "classes.txt")) {
			final Path file = model.resolveSibling(name);
			if (Files.isRegularFile(file)) return Optional.of(new ClassNames(file, read(file)));
		}
		return Optional.empty();
	}

	/** @throws GlassboxException if the file cannot be read, is no text, is empty, or has a blank line between names */
	static List<String> read(final Path file) {
		final List<String> lines = new ArrayList<>(lines(file));
		while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank())
			lines.remove(lines.size() - 1);
		if (lines.isEmpty()) throw new GlassboxException(file + " holds no class names: expected one a line.");
		if (lines.get(0).startsWith("\ufeff")) lines.set(0, lines.get(0).substring(1));
		final Map<String, Integer> uses = new HashMap<>();
		for (int i = 0; i < lines.size(); i++) {
			if (lines.get(i).isBlank()) throw new GlassboxException(file + ": line " + (i + 1) +
				" is blank, but each line names the class of that position. Write a name there.");
			uses.merge(name(lines.get(i)), 1, Integer::sum);
		}
		return lines.stream().map(line -> uses.get(name(line)) > 1 ? numbered(line) : name(line)).toList();
	}

	private static List<String> lines(final Path file) {
		try {
			if (Files.size(file) > LARGEST_FILE) throw new GlassboxException(file +
				" is too large for a list of class names.");
			return Files.readAllLines(file);
		}
		catch (final CharacterCodingException e) {
			throw new GlassboxException(file + " is no UTF-8 text: expected one class name a line.", e);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read the class names in " + file + ": " + e.getMessage() + ".", e);
		}
	}

	private static String name(final String line) {
		final Matcher synset = SYNSET.matcher(line.trim());
		return synset.matches() ? synset.group(2).trim() : line.trim();
	}

	private static String numbered(final String line) {
		final Matcher synset = SYNSET.matcher(line.trim());
		return synset.matches() ? name(line) + " (" + synset.group(1) + ")" : line.trim();
	}
}
