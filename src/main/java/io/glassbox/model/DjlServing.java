package io.glassbox.model;

import io.glassbox.model.Preprocessing.Normalization;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;
import io.glassbox.model.PreprocessingReader.Fit;
import io.glassbox.model.PreprocessingReader.Intensities;
import io.glassbox.model.PreprocessingReader.Sizes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What DJL's {@code serving.properties} says of the model it lies beside: the arguments of its image translators, with
 * or without {@code option.} before them, and the class names in {@code synset.txt}.
 */
final class DjlServing {

	private static final int DEFAULT_SIZE = 224;
	private static final String IMAGE_PIXELS = "width and height in pixels";

	private final Setting properties;
	private final Statements statements;

	private DjlServing(final Setting properties, final Statements statements) {
		this.properties = properties;
		this.statements = statements;
	}

	/** @return empty if there is no such file, or it names another model */
	static Optional<Statements> about(final Path model) {
		final Path file = model.resolveSibling("serving.properties");
		if (!Files.isRegularFile(file)) return Optional.empty();
		final DjlServing djl = new DjlServing(Documents.read(file), new Statements(file));
		final Optional<String> name = modelName(djl);
		if (name.isPresent() && !ModelDescription.stem(Path.of(name.get())).equals(ModelDescription.stem(model)) && !name
			.get().equals(model.getFileName().toString())) return Optional.empty();
		djl.read(file);
		return Optional.of(djl.statements).filter(s -> !s.isSilent());
	}

	/** The model that the file in a folder names; empty if it names none, or there is no file. */
	static Optional<String> modelName(final Path folder) {
		final Path file = folder.resolve("serving.properties");
		return Files.isRegularFile(file) ? modelName(new DjlServing(Documents.read(file), new Statements(file))) : Optional
			.empty();
	}

	private static Optional<String> modelName(final DjlServing djl) {
		return djl.get("modelName").map(Setting::text).map(n -> n.substring(n.replace('\\', '/').lastIndexOf('/') + 1));
	}

	/** Blank counts as absent. */
	private Optional<Setting> get(final String key) {
		return List.of("option." + key, "arguments." + key, key).stream().flatMap(k -> properties.at(k).stream()).filter(
			s -> !String.valueOf(s.value()).isBlank()).findFirst();
	}

	private boolean flag(final String key, final boolean other) {
		return get(key).map(Setting::flag).orElse(other);
	}

	private void read(final Path file) {
		if (List.of("width", "height", "resize", "resizeShort", "centerCrop", "toTensor", "normalize", "range", "flag")
			.stream().anyMatch(k -> get(k).isPresent()))
		{
			fit();
			values();
		}
		get("flag").map(Setting::text).ifPresent(f -> statements.say(Field.CHANNELS, f.equalsIgnoreCase("GRAYSCALE") ? 1 : 3,
			"flag"));
		get("applySoftmax").filter(Setting::flag).ifPresent(s -> statements.say(Field.OUTPUT, ModelDescription.Output.LOGITS,
			"applySoftmax"));
		classes(file);
	}

	private void fit() {
		final int width = get("width").map(Setting::count).orElse(DEFAULT_SIZE);
		final int height = get("height").map(Setting::count).orElse(DEFAULT_SIZE);
		final boolean crop = flag("centerCrop", false);
		final String resize = get("resize").map(Setting::text).orElse("false");
		final String shorter = get("resizeShort").map(Setting::text).orElse("false");
		int[] first = new int[0];
		if (resize.equals("true")) first = new int[] { height, width };
		else if (!resize.equals("false")) first = heightAndWidth(get("resize").orElseThrow());
		else if (shorter.equals("true")) first = new int[] { Math.min(width, height) };
		else if (!shorter.equals("false")) first = new int[] { get("resizeShort").orElseThrow().counts(IMAGE_PIXELS)[0] };
		final int[] size = { height, width };
		if (crop && first.length > 0) say(size, new Fit(Arrays.equals(first, size) ? Resize.STRETCH : Resize.CROP, Arrays
			.equals(first, size) ? new int[0] : first, false));
		else if (first.length == 2) say(first, new Fit(Resize.STRETCH, new int[0], false));
		else if (crop) {
			say(size, new Fit(Resize.CROP, new int[0], false));
			statements.note("centerCrop without resize cuts the middle out of the image; it is resized to cover the input first.");
		}
		else if (first.length == 1) statements.note("resizeShort without centerCrop leaves the size open; it is not applied.");
		for (final String key : List.of("pad", "centerFit"))
			if (get(key).filter(s -> !s.text().equals("false")).isPresent()) statements.note(key + " is not applied.");
	}

	/** DJL gives width before height; one number is a square. */
	private static int[] heightAndWidth(final Setting s) {
		final double[] n = s.numbers(IMAGE_PIXELS);
		final int[] size = { (int) n[n.length > 1 ? 1 : 0], (int) n[0] };
		if (n.length > 2 || size[0] < 1 || size[1] < 1) throw s.wrong(IMAGE_PIXELS);
		return size;
	}

	private void say(final int[] size, final Fit fit) {
		statements.say(Field.SIZE, new Sizes(size, List.of()), "width, height, resize");
		statements.say(Field.FIT, fit, "resize, centerCrop");
	}

	private void values() {
		final List<Step> steps = new ArrayList<>();
		if (!flag("toTensor", true)) steps.add(new Step.Linear(List.of(255.0), List.of(0.0)));
		final String normalize = get("normalize").map(Setting::text).orElse("false");
		if (normalize.equals("true")) steps.addAll(Normalization.IMAGENET.steps());
		else if (!normalize.equals("false")) {
			final List<Double> n = StepText.list(get("normalize").orElseThrow().numbers("3 means and 3 deviations"));
			if (n.size() != 6) throw get("normalize").orElseThrow().wrong("3 means and 3 deviations");
			steps.add(new Step.Standardize(n.subList(0, 3), n.subList(3, 6), 0));
		}
		final String range = get("range").map(Setting::text).map(r -> r.replace(" ", "")).orElse("");
		if (range.equals("0,1")) steps.add(new Step.Linear(List.of(1 / 255.0), List.of(0.0)));
		else if (range.equals("-1,1")) steps.add(new Step.Linear(List.of(1 / 128.0), List.of(-1.0)));
		else if (!range.isEmpty()) statements.note("range " + range + " is not applied: 0,1 and -1,1 are.");
		statements.say(Field.INTENSITIES, new Intensities(Values.TYPE, steps.toArray(Step[]::new)),
			"toTensor, normalize, range");
	}

	private void classes(final Path file) {
		final Optional<Setting> inline = get("synset");
		if (inline.isPresent()) {
			statements.say(Field.CLASSES, Labels.unique(List.of(inline.get().text().split("\\s*,\\s*"))), "synset");
			return;
		}
		get("synsetUrl").ifPresent(u -> statements.note("synsetUrl " + u.value() + " is not fetched."));
		final Optional<Setting> named = get("synsetFileName");
		final Path synset = Within.folder(file.toAbsolutePath().getParent(), named.map(Setting::text).orElse("synset.txt"),
			file + ": 'synsetFileName'");
		if (Files.isRegularFile(synset)) statements.say(Field.CLASSES, ClassNames.read(synset), synset);
		else named.ifPresent(n -> statements.note("there is no file " + n.value() + " for the class names."));
	}
}
