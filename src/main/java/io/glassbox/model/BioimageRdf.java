package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Extents;
import io.glassbox.model.Preprocessing.Order;
import io.glassbox.model.Preprocessing.Values;
import io.glassbox.model.PreprocessingReader.Intensities;
import io.glassbox.model.PreprocessingReader.Sizes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model description of the bioimage.io model zoo, {@code rdf.yaml} in format 0.4 or {@code bioimageio.yaml} in 0.5.
 * <p>
 * It speaks of the weights it lists. Those of ONNX and TorchScript can be opened; sources are files beside it, addresses
 * of the web are not fetched.
 * </p>
 */
final class BioimageRdf {

	/** Weights that can be opened, best first. */
	private static final List<String> OPENABLE = List.of("onnx", "torchscript");
	private static final List<String> ORDERS = List.of("bcyx", "bczyx", "byxc", "bzyxc");
	private static final String EXPECTED_ORDER =
		"bcyx or bczyx (batch, channels, [depth,] height, width), or with channels last byxc or bzyxc";

	/**
	 * Weights the description lists.
	 *
	 * @param format {@code onnx}, {@code pytorch_state_dict} …
	 * @param source a path relative to the description, or an address of the web
	 */
	record Weights(String format, String source, Optional<String> sha256) {

		boolean isRemote() {
			return source.matches("(?i)[a-z][a-z0-9+.-]+://.*");
		}

		/** The last part of path or address. */
		String fileName() {
			final String path = source.replaceAll("[?#].*$", "").replaceAll("/(content|files)/?$", "");
			return path.substring(path.replace('\\', '/').lastIndexOf('/') + 1);
		}
	}

	private final Path file;
	private final Setting document;

	private BioimageRdf(final Path file, final Setting document) {
		this.file = file;
		this.document = document;
	}

	/** @throws GlassboxException if it is no YAML, or describes something else than a model */
	static BioimageRdf read(final Path file) {
		return of(file, Documents.text(file));
	}

	/** @param file where the text lies, or would lie once it is unpacked */
	static BioimageRdf of(final Path file, final String text) {
		final Setting document = Documents.read(file.toString(), text);
		if (!document.isSection()) throw document.wrong("keys with values");
		document.at("type").filter(t -> !t.text().equals("model")).ifPresent(t -> {
			throw t.wrong("model");
		});
		return new BioimageRdf(file, document);
	}

	/** Whether a file's name is one such descriptions have. */
	static boolean isNamedSo(final String fileName) {
		return fileName.matches("(?i)(.*\\.)?(rdf|bioimageio)\\.ya?ml");
	}

	/** The descriptions in a folder, by name; the one named as the format wants it is that of the folder, alone. */
	static List<Path> in(final Path folder) {
		if (!Files.isDirectory(folder)) return List.of();
		try (Stream<Path> files = Files.list(folder)) {
			final List<Path> all = files.filter(f -> isNamedSo(f.getFileName().toString()) && Files.isRegularFile(f)).sorted()
				.toList();
			final List<Path> plain = all.stream().filter(f -> f.getFileName().toString().matches("(rdf|bioimageio)\\.yaml"))
				.toList();
			return plain.size() == 1 ? plain : all;
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read the folder " + folder + ": " + e.getMessage() + ".", e);
		}
	}

	Path file() {
		return file;
	}

	// -- Weights --

	/** All weights, those that can be opened first. */
	List<Weights> weights() {
		final Map<String, Setting> listed = document.at("weights").map(w -> w.entries("weights by format")).orElse(Map.of());
		final List<Weights> all = new ArrayList<>();
		Stream.concat(OPENABLE.stream().filter(listed::containsKey), listed.keySet().stream().filter(f -> !OPENABLE.contains(
			f))).forEach(format -> listed.get(format).at("source").ifPresent(s -> all.add(new Weights(format, s.isSection()
				? "" : s.text(), listed.get(format).at("sha256").map(Setting::text)))));
		return all;
	}

	/** Weights of the formats that can be opened. */
	List<Weights> openable() {
		return weights().stream().filter(w -> OPENABLE.contains(w.format)).toList();
	}

	/**
	 * Where weights lie: the file itself, or for an address of the web a file of that name beside the description.
	 *
	 * @throws GlassboxException if the path leads out of the description's folder
	 */
	Path locate(final Weights w) {
		return Within.folder(file.toAbsolutePath().getParent(), w.isRemote() ? w.fileName() : w.source, file +
			": 'weights." + w.format + ".source'");
	}

	/** @throws GlassboxException if none of the weights can be opened; the message says what there is and what is needed */
	Path choose() {
		for (final Weights w : openable())
			if (Files.isRegularFile(locate(w))) return locate(w);
		throw cannotOpen();
	}

	GlassboxException cannotOpen() {
		final String listed = weights().stream().map(Weights::format).collect(Collectors.joining(", "));
		if (openable().isEmpty()) return new GlassboxException(file + " lists " + (listed.isEmpty() ? "no weights"
			: "weights as " + listed + " only") + ", which cannot be opened: weights as onnx or torchscript are needed. " +
			"Export the network to one of them, and open that file.");
		final String wanted = openable().stream().map(w -> w.isRemote() ? w.fileName() + " (to download from " + w.source +
			", nothing is fetched)" : w.source).collect(Collectors.joining(" or "));
		return new GlassboxException(file + " lists weights as " + listed + ", but there is no file " + wanted + " in " + file
			.toAbsolutePath().getParent() + ": put it there.");
	}

	/** What the description says of this very file; empty if it lists other weights. */
	Optional<Weights> weightsOf(final Path model) {
		return openable().stream().filter(w -> !w.source.isEmpty() && sameFile(w, model)).findFirst();
	}

	private boolean sameFile(final Weights w, final Path model) {
		try {
			return locate(w).equals(model.toAbsolutePath().normalize()) || Files.exists(locate(w)) && Files.exists(model) &&
				Files.isSameFile(locate(w), model);
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read " + model + ": " + e.getMessage() + ".", e);
		}
	}

	// -- What it says --

	/** @throws GlassboxException if something it says cannot be understood, or describes an input that is not supported */
	Statements statements() {
		final Statements s = new Statements(file);
		noteVersion(s);
		document.at("name").ifPresent(name -> s.say(Field.NAME, name.text(), "name"));
		document.at("description").filter(t -> !t.isSection() && !t.isList()).ifPresent(t -> s.say(Field.TEXT, t.text(),
			"description"));
		final List<Setting> inputs = document.at("inputs").map(i -> i.items("a list of inputs")).orElse(List.of());
		if (!inputs.isEmpty()) input(image(inputs, s), s);
		final List<Setting> outputs = document.at("outputs").map(i -> i.items("a list of outputs")).orElse(List.of());
		if (!outputs.isEmpty()) output(scores(outputs, s), s);
		if (s.get(Field.CLASSES).isEmpty()) document.at("config").ifPresent(c -> classes(c, s));
		return s;
	}

	private void noteVersion(final Statements s) {
		final String version = document.at("format_version").map(Setting::text).orElse("");
		if (!version.matches("0\\.[345](\\..*)?")) s.note((version.isEmpty() ? "it names no format_version" : "format_version " +
			version + " is not known") + "; it is read like 0.4 and 0.5.");
	}

	/** The input that is the image: the first with height and width. */
	private static Setting image(final List<Setting> inputs, final Statements s) {
		final Setting image = inputs.stream().filter(BioimageRdf::isPicture).findFirst().orElse(inputs.get(0));
		if (inputs.size() > 1) s.note("it has " + inputs.size() + " inputs; the image goes into " + named(image) +
			", and there is nothing to give to " + others(inputs, image) + ".");
		return image;
	}

	/** The output that is a list of scores: one with class names before others, what has height and width last. */
	private static Setting scores(final List<Setting> outputs, final Statements s) {
		if (outputs.size() == 1) return outputs.get(0);
		final List<Setting> lists = outputs.stream().filter(o -> !isPicture(o)).toList();
		final Setting scores = Stream.concat(lists.stream().filter(o -> classAxis(o).isPresent()), Stream.concat(lists.stream(),
			outputs.stream())).findFirst().get();
		s.remark("it has " + outputs.size() + " outputs; the scores are taken from " + named(scores) + ", beside it there " +
			(outputs.size() == 2 ? "is " : "are ") + others(outputs, scores) + ".");
		name(scores).ifPresent(n -> s.say(Field.SCORES, n, scores.key()));
		return scores;
	}

	private static boolean isPicture(final Setting tensor) {
		final String letters = letters(BioimageAxis.of(tensor));
		return letters.contains("x") && letters.contains("y");
	}

	private static Optional<String> name(final Setting tensor) {
		return tensor.at("id").or(() -> tensor.at("name")).map(Setting::text);
	}

	/** {@code 'mask' (byx)}. */
	private static String named(final Setting tensor) {
		final String letters = letters(BioimageAxis.of(tensor));
		return "'" + name(tensor).orElse(tensor.key()) + "'" + (letters.isEmpty() ? "" : " (" + letters + ")");
	}

	private static String others(final List<Setting> all, final Setting one) {
		return all.stream().filter(t -> t != one).map(BioimageRdf::named).collect(Collectors.joining(", "));
	}

	private static Optional<BioimageAxis> classAxis(final Setting output) {
		return BioimageAxis.of(output).stream().filter(a -> a.letter() == 'c' && !a.names().isEmpty()).findFirst();
	}

	private static void input(final Setting input, final Statements s) {
		final List<BioimageAxis> axes = BioimageAxis.of(input);
		if (!axes.isEmpty()) {
			final String letters = letters(axes);
			if (!ORDERS.contains(letters)) throw new Setting(input.source(), input.key() + ".axes", letters).wrong(
				EXPECTED_ORDER);
			s.say(Field.AXES, letters, input.key() + ".axes");
			final String where = input.key() + (input.at("shape").isPresent() ? ".shape" : ".axes");
			size(axes.stream().filter(BioimageAxis::isSpace).toList(), s, where);
			final BioimageAxis channel = axes.get(letters.indexOf('c'));
			channel.extents().filter(e -> e.step() == 0 && e.min() > 0).ifPresent(e -> s.say(Field.CHANNELS, e.min(), where));
			final String colours = channel.names().stream().map(n -> n.substring(0, 1).toLowerCase(Locale.ROOT)).collect(
				Collectors.joining());
			if (colours.equals("rgb") || colours.equals("bgr")) s.say(Field.ORDER, Order.valueOf(colours.toUpperCase(
				Locale.ROOT)), where);
		}
		final List<Step> steps = new BioimageSteps(s, name(input).orElse("")).preprocessing(input.at("preprocessing").map(p -> p.items(
			"a list of steps")).orElse(List.of()));
		s.say(Field.INTENSITIES, new Intensities(Values.RAW, steps.toArray(Step[]::new)), input.key() + ".preprocessing");
	}

	private static String letters(final List<BioimageAxis> axes) {
		return axes.stream().map(a -> "" + a.letter()).collect(Collectors.joining());
	}

	private static void size(final List<BioimageAxis> space, final Statements s, final String where) {
		if (space.stream().anyMatch(a -> a.extents().filter(e -> e.min() > 0).isEmpty())) return;
		final List<Extents> all = space.stream().map(a -> a.extents().get()).toList();
		final int[] size = all.stream().mapToInt(e -> e.step() == 0 ? e.min() : 0).toArray();
		s.say(Field.SIZE, new Sizes(size, all.stream().allMatch(e -> e.step() == 0) ? List.of() : all), where);
		s.remark("it does not tell how an image of another size is to be fitted; it is stretched to the nearest size allowed.");
	}

	private static void output(final Setting output, final Statements s) {
		final List<Setting> steps = output.at("postprocessing").map(p -> p.items("a list of steps")).orElse(List.of());
		final Optional<ModelDescription.Output> told = new BioimageSteps(s, "").output(steps);
		told.ifPresent(o -> s.say(Field.OUTPUT, o, output.key() + ".postprocessing"));
		if (told.isEmpty()) output.at("data_range").or(() -> output.at("data").filter(Setting::isSection).flatMap(d -> d.at(
			"range"))).filter(r -> r.isList() && r.items("").stream().map(Setting::value).map(String::valueOf).map(
				v -> v.replaceAll("\\.0*$", "")).toList().equals(List.of("0", "1"))).ifPresent(r -> s.say(Field.OUTPUT,
					ModelDescription.Output.PROBABILITIES, r.key()));
		classAxis(output).ifPresent(a -> s.say(Field.CLASSES, Labels.unique(a.names()), output.key() + ".axes"));
	}

	/** Class names under the usual keys, at the top of {@code config} or one level down, where tools keep their own. */
	private static void classes(final Setting config, final Statements s) {
		if (!config.isSection()) return;
		final Map<String, Setting> places = new LinkedHashMap<>();
		places.put("", config);
		config.entries("").forEach((tool, settings) -> {
			if (settings.isSection()) places.put(tool, settings);
		});
		for (final Setting place : places.values())
			for (final String key : List.of("class_names", "classes", "labels", "id2label")) {
				final Optional<List<String>> names = place.at(key).flatMap(Labels::of);
				if (names.isPresent()) {
					s.say(Field.CLASSES, names.get(), place.at(key).get().key());
					return;
				}
			}
	}
}
