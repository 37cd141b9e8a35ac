package io.glassbox.model;

import io.glassbox.graph.GlassboxException;

import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Reads YAML, JSON and Java properties as trees of text: maps, lists, and every scalar as it was written.
 * <p>
 * YAML's own guesses would turn the classes {@code [no, yes]} into booleans and {@code 1e3} into a number. These files
 * come with models from anywhere: size, nesting and aliases are limited, and no type named in them is ever made.
 * </p>
 */
final class Documents {

	/** Of a description, in bytes. */
	static final int LARGEST_FILE = 4 << 20;

	private static final int DEEPEST = 50;
	private static final int MOST_ALIASES = 50;
	private static final int MOST_VALUES = 1_000_000;

	/** Glassbox's own descriptions are flat. */
	private static final int DEEPEST_OWN = 8;

	private Documents() {}

	/** One of Glassbox's own descriptions. */
	static Setting own(final Path file) {
		return yaml(file.toString(), text(file), DEEPEST_OWN);
	}

	/** A file by its ending: JSON, properties, YAML otherwise. */
	static Setting read(final Path file) {
		return read(file.toString(), text(file));
	}

	/** The same, of a text that lies elsewhere: in an archive. */
	static Setting read(final String name, final String text) {
		if (name.endsWith(".json")) return json(name, text);
		if (name.endsWith(".properties")) return properties(name, text);
		return yaml(name, text, DEEPEST);
	}

	/** @throws GlassboxException if the file cannot be read, is too large, or is no text */
	static String text(final Path file) {
		try {
			if (Files.size(file) > LARGEST_FILE) throw tooLarge(file.toString());
			return decoded(file.toString(), Files.readAllBytes(file));
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read the model description " + file + ": " + e.getMessage() + ".", e);
		}
	}

	static GlassboxException tooLarge(final String name) {
		return new GlassboxException(name + " is too large for a model description: at most " + (LARGEST_FILE >> 20) +
			" MB are read.");
	}

	static String decoded(final String name, final byte[] bytes) {
		try {
			final String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			return text.startsWith("\ufeff") ? text.substring(1) : text;
		}
		catch (final CharacterCodingException e) {
			throw new GlassboxException(name + " is no UTF-8 text.", e);
		}
	}

	// -- YAML --

	private static Setting yaml(final String name, final String text, final int deepest) {
		try {
			final Object document = yaml(deepest).load(text);
			count(name, document, 0, new int[1]);
			return new Setting(name, "", document == null ? Map.of() : document);
		}
		catch (final YAMLException e) {
			throw new GlassboxException(name + " is no valid YAML: " + e.getMessage().replaceAll("\\s+", " ").trim(), e);
		}
	}

	/** Aliases may make a small file a large tree, or one without end. */
	private static void count(final String name, final Object value, final int depth, final int[] nodes) {
		if (depth > DEEPEST || ++nodes[0] > MOST_VALUES) throw new GlassboxException(name + " holds, through its aliases, " +
			"more than " + MOST_VALUES + " values or more than " + DEEPEST + " levels: no model description does.");
		if (value instanceof Map<?, ?> map) map.forEach((k, v) -> {
			count(name, k, depth + 1, nodes);
			count(name, v, depth + 1, nodes);
		});
		else if (value instanceof List<?> list) list.forEach(v -> count(name, v, depth + 1, nodes));
	}

	private static Yaml yaml(final int deepest) {
		final LoaderOptions limits = new LoaderOptions();
		limits.setAllowDuplicateKeys(false);
		limits.setAllowRecursiveKeys(false);
		limits.setMaxAliasesForCollections(Math.min(deepest, MOST_ALIASES));
		limits.setNestingDepthLimit(deepest);
		limits.setCodePointLimit(LARGEST_FILE);
		final DumperOptions style = new DumperOptions();
		return new Yaml(new SafeConstructor(limits), new Representer(style), style, limits, new Resolver() {

			@Override
			protected void addImplicitResolvers() {
				// all scalars stay text
			}
		});
	}

	// -- JSON --

	private static Setting json(final String name, final String text) {
		final JsonReader reader = new JsonReader(new StringReader(text));
		try {
			final Object document = value(name, reader, 0);
			if (reader.peek() != JsonToken.END_DOCUMENT) throw new MalformedJsonException("more than one value");
			return new Setting(name, "", document == null ? Map.of() : document);
		}
		catch (final IOException | IllegalStateException | JsonParseException e) {
			throw new GlassboxException(name + " is no valid JSON: " + String.valueOf(e.getMessage()).replaceAll(
				"\\s*\\R.*", "") + ".", e);
		}
	}

	private static Object value(final String name, final JsonReader reader, final int depth) throws IOException {
		if (depth > DEEPEST) throw new GlassboxException(name + " is nested deeper than " + DEEPEST + " levels.");
		switch (reader.peek()) {
			case BEGIN_OBJECT:
				final Map<String, Object> map = new LinkedHashMap<>();
				reader.beginObject();
				while (reader.hasNext())
					map.put(reader.nextName(), value(name, reader, depth + 1));
				reader.endObject();
				return map;
			case BEGIN_ARRAY:
				final List<Object> list = new ArrayList<>();
				reader.beginArray();
				while (reader.hasNext())
					list.add(value(name, reader, depth + 1));
				reader.endArray();
				return list;
			case BOOLEAN:
				return Boolean.toString(reader.nextBoolean());
			case NULL:
				reader.nextNull();
				return null;
			default:
				return reader.nextString();
		}
	}

	// -- Properties --

	private static Setting properties(final String name, final String text) {
		final Properties properties = new Properties();
		try {
			properties.load(new StringReader(text));
		}
		catch (final IOException | IllegalArgumentException e) {
			throw new GlassboxException(name + " is no valid properties file: " + e.getMessage() + ".", e);
		}
		final Map<String, Object> map = new LinkedHashMap<>();
		properties.stringPropertyNames().stream().sorted().forEach(k -> map.put(k, properties.getProperty(k).trim()));
		return new Setting(name, "", map);
	}
}
