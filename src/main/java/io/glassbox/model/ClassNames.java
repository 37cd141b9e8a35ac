package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
	private static final String LABELS = ".labels.txt";
	private static final List<String> LISTS = List.of("synset.txt", "classes.txt");
	private static final List<String> FOR_FOLDER = List.of("synset.txt", "classes.txt", "config.json");
	private static final Logger LOG = LoggerFactory.getLogger(ClassNames.class);
	private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();
	private static final long LARGEST_FILE = 16 << 20;

	/** Those in {@code <model>.labels.txt} beside a model file. */
	static Optional<ClassNames> ofModel(final Path model) {
		return first(Stream.of(model.resolveSibling(ModelDescription.stem(model) + LABELS)));
	}

	/** Those in a list that serves a model's whole folder. */
	static Optional<ClassNames> ofFolder(final Path model) {
		return first(LISTS.stream().map(model::resolveSibling));
	}

	private static Optional<ClassNames> first(final Stream<Path> files) {
		return files.filter(Files::isRegularFile).findFirst().map(file -> new ClassNames(file, read(file)));
	}

	/** Whether the file is a list for a whole folder and nothing else. */
	static boolean isListForFolder(final Path file) {
		return LISTS.contains(file.getFileName().toString());
	}

	/** Whether the file gives names to one model, by its name. */
	static boolean isOfModel(final Path file) {
		return file.getFileName().toString().endsWith(LABELS);
	}

	/** Whether the file gives names to every model in its folder, rather than to one. */
	static boolean servesFolder(final Path file) {
		return FOR_FOLDER.contains(file.getFileName().toString());
	}

	/** Logs a sentence, unless it was logged before: many images go through one network. */
	static void warnOnce(final String sentence) {
		if (WARNED.add(sentence)) LOG.warn(sentence);
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
