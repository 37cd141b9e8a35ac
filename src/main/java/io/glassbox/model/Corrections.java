package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.model.ModelDescription.Output;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a person says of a model in the import dialog, a macro or on the command line, one text each, in place of what
 * its descriptions say: {@code auto} (or nothing) keeps that, {@code none} takes it away.
 */
public final class Corrections {

	/** All keys, in the order the dialog shows them. */
	public static final List<String> KEYS = List.of("name", "inputsize", "channels", "axes", "resize", "values",
		"normalization", "output", "boxes", "classes", "layer");

	private static final String NONE = "none";
	private static final String SOURCE = "Corrections";

	/** More names than this are not put into one line of text. */
	private static final int MOST_SHOWN = 100;

	private Corrections() {}

	/** A description as texts that give it again. */
	public static Map<String, String> of(final ModelDescription d) {
		final Map<String, String> texts = new LinkedHashMap<>();
		texts.put("name", d.name());
		texts.putAll(InputSettings.of(d.preprocessing()).asMap());
		texts.put("axes", d.axes().orElse(InputSettings.KEEP));
		texts.put("output", d.output() == Output.UNSTATED ? InputSettings.KEEP : d.output().name().toLowerCase(Locale.ROOT));
		texts.put("boxes", d.boxes().described() ? d.boxes().text() : InputSettings.KEEP);
		texts.put("classes", d.classes().isEmpty() || d.classes().size() > MOST_SHOWN ? InputSettings.KEEP : String.join("; ", d
			.classes()));
		texts.put("layer", d.layer().orElse(InputSettings.KEEP));
		final Map<String, String> ordered = new LinkedHashMap<>();
		KEYS.forEach(key -> ordered.put(key, texts.get(key)));
		return ordered;
	}

	/**
	 * The description with corrections in place of its own.
	 *
	 * @param yaml the file it will be written to
	 * @throws GlassboxException if there is no such key, or a text cannot be read; the message says which, and what is
	 *           expected
	 */
	public static ModelDescription apply(final ModelDescription d, final Map<String, String> given, final Path yaml) {
		final Map<String, String> said = new LinkedHashMap<>();
		given.forEach((key, text) -> {
			if (!KEYS.contains(key)) throw new GlassboxException(Names.unknown("field of a description", key, KEYS));
			if (text != null && !text.isBlank() && !text.trim().equalsIgnoreCase(InputSettings.KEEP)) said.put(key, text
				.trim());
		});
		final Map<String, String> input = new LinkedHashMap<>(said);
		input.keySet().retainAll(InputSettings.KEYS);
		final Optional<List<String>> classes = Optional.ofNullable(said.get("classes")).map(Corrections::classes);
		return new ModelDescription(said.getOrDefault("name", d.name()), d.text(), preprocessing(d, input), optional(said,
			"axes", d.axes()).map(a -> DescriptionReader.axes(new Setting(SOURCE, "axes", a))), said.containsKey("output")
				? output(said.get("output")) : d.output(), d.scores(), said.containsKey("boxes") ? boxes(said.get(
					"boxes")) : d.boxes(), classes.orElse(d.classes()), classes.isPresent() ? Optional.of(yaml).filter(f -> !classes.get()
						.isEmpty()) : d.classFile(), optional(said, "layer", d.layer()), d.source());
	}

	/** {@code none} of a size leaves it to the network. */
	private static Preprocessing preprocessing(final ModelDescription d, final Map<String, String> input) {
		final Preprocessing p = d.preprocessing();
		if (!NONE.equalsIgnoreCase(input.get("inputsize"))) return InputSettings.of(input).applyTo(p);
		input.remove("inputsize");
		final Preprocessing free = new Preprocessing(new int[0], List.of(), p.channels(), p.order(), p.resize(), p
			.resizeTo(), p.antialias(), p.values(), p.lowPercentile(), p.highPercentile(), p.normalization());
		return InputSettings.of(input).applyTo(free);
	}

	private static Optional<String> optional(final Map<String, String> said, final String key,
		final Optional<String> other)
	{
		final String text = said.get(key);
		return text == null ? other : text.equalsIgnoreCase(NONE) ? Optional.empty() : Optional.of(text);
	}

	private static Output output(final String text) {
		return text.equalsIgnoreCase(NONE) ? Output.UNSTATED : DescriptionReader.output(new Setting(SOURCE, "output", text));
	}

	private static BoxDescription boxes(final String text) {
		return text.equalsIgnoreCase(NONE) ? BoxDescription.NONE : BoxDescription.parse(new Setting(SOURCE, "boxes", text));
	}

	/** Names between semicolons, or commas if there are none; or the path of a text file with one a line. */
	private static List<String> classes(final String text) {
		if (text.equalsIgnoreCase(NONE)) return List.of();
		if (text.endsWith(".txt") && Files.isRegularFile(Path.of(text))) return ClassNames.read(Path.of(text));
		final List<String> names = Arrays.stream(text.split(text.contains(";") ? ";" : ",")).map(String::trim).toList();
		if (names.stream().anyMatch(String::isEmpty)) throw new Setting(SOURCE, "classes", text).wrong(
			"names in output order with semicolons between, or a text file with one a line");
		return names;
	}
}
