package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a {@link ModelDescription} from YAML.
 * <p>
 * Every scalar is read as the text that was written: YAML's own guesses would turn the classes
 * {@code [no, yes]} into booleans and {@code 1e3} into a number.
 * </p>
 */
final class DescriptionReader {

	private static final Logger LOG = LoggerFactory.getLogger(DescriptionReader.class);
	private static final List<String> KEYS = List.of("name", "description", "input", "input.size", "input.channels",
		"input.axes", "input.resize", "input.antialias", "input.values", "input.percentiles", "input.normalization",
		"output", "classes", "layer");
	private static final String AXES = "bcyx or bczyx (batch, channels, [depth,] height, width): other orders, such as " +
		"channels last, are not supported yet, so export the network with channels first (tf2onnx does so with " +
		"--inputs-as-nchw)";
	private static final int LARGEST_FILE = 4 << 20;
	private static final int DEEPEST = 8;

	private DescriptionReader() {}

	static ModelDescription read(final Path file, final String defaultName) {
		final Map<String, Setting> all = settings(file);
		final Preprocessing preprocessing;
		try {
			preprocessing = PreprocessingReader.read(all);
		}
		catch (final GlassboxException e) {
			throw e.getMessage().startsWith(file.toString()) ? e : new GlassboxException(file + ": " + e.getMessage(), e);
		}
		final List<String> classes = classes(all);
		return new ModelDescription(text(all, "name").orElse(defaultName), text(all, "description").orElse(""),
			preprocessing, Optional.ofNullable(all.get("input.axes")).map(DescriptionReader::axes), Optional.ofNullable(all
				.get("output")).map(DescriptionReader::output).orElse(ModelDescription.Output.UNSTATED), classes,
			Optional.of(file).filter(f -> !classes.isEmpty()), text(all, "layer"), file.getFileName().toString());
	}

	/** All known keys that are there, those inside {@code input} with that before them. */
	private static Map<String, Setting> settings(final Path file) {
		final Map<String, Setting> all = new LinkedHashMap<>();
		flatten(file, "", new Setting(file.toString(), "the document", load(file)), all);
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
			else if (key.equals("input")) flatten(file, "input.", setting, into);
			else into.put(key, setting);
		});
	}

	private static Object load(final Path file) {
		try {
			if (Files.size(file) > LARGEST_FILE) throw new GlassboxException(file +
				" is too large for a model description.");
			final Object document = yaml().load(Files.readString(file));
			return document == null ? Map.of() : document;
		}
		catch (final YAMLException e) {
			throw new GlassboxException(file + " is no valid YAML: " + e.getMessage().replaceAll("\\s+", " ").trim(), e);
		}
		catch (final CharacterCodingException e) {
			throw new GlassboxException(file + " is no UTF-8 text.", e);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read the model description " + file + ": " + e.getMessage() + ".", e);
		}
	}

	private static Yaml yaml() {
		final LoaderOptions limits = new LoaderOptions();
		limits.setAllowDuplicateKeys(false);
		limits.setMaxAliasesForCollections(DEEPEST);
		limits.setNestingDepthLimit(DEEPEST);
		limits.setCodePointLimit(LARGEST_FILE);
		final DumperOptions style = new DumperOptions();
		return new Yaml(new SafeConstructor(limits), new Representer(style), style, limits, new Resolver() {

			@Override
			protected void addImplicitResolvers() {
				// all scalars stay text
			}
		});
	}

	private static Optional<String> text(final Map<String, Setting> all, final String key) {
		return Optional.ofNullable(all.get(key)).map(Setting::text);
	}

	private static ModelDescription.Output output(final Setting s) {
		final ModelDescription.Output output = s.choice(ModelDescription.Output.class);
		if (output == ModelDescription.Output.UNSTATED) throw s.wrong("logits, sigmoid or probabilities");
		return output;
	}

	private static List<String> classes(final Map<String, Setting> all) {
		final Setting s = all.get("classes");
		return s == null ? List.of() : s.items("a list of names, as in [benign, malignant]").stream().map(Setting::text)
			.toList();
	}

	private static String axes(final Setting s) {
		final String axes = s.text().toLowerCase(Locale.ROOT);
		if (!axes.equals("bcyx") && !axes.equals("bczyx")) throw s.wrong(AXES);
		return axes;
	}
}
