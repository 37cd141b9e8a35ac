package io.glassbox.model;

import io.glassbox.model.Preprocessing.Extents;
import io.glassbox.model.Preprocessing.Values;
import io.glassbox.model.PreprocessingReader.Intensities;
import io.glassbox.model.PreprocessingReader.Sizes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a MONAI bundle says of its network: {@code configs/metadata.json} and {@code configs/inference.json} beside
 * {@code models/}, or the same two inside the TorchScript file, where MONAI's export puts them.
 */
final class MonaiBundle {

	private static final String METADATA = "metadata.json";
	private static final List<String> INFERENCE = List.of("inference.json", "inference.yaml", "inference.yml");
	private static final Pattern MULTIPLE = Pattern.compile("(\\d{1,6})\\s*\\*\\s*n|n\\s*\\*\\s*(\\d{1,6})");

	private MonaiBundle() {}

	/** Whether a folder is a bundle. */
	static boolean isBundle(final Path folder) {
		return Files.isRegularFile(folder.resolve("configs").resolve(METADATA));
	}

	/** What the bundle that a model file lies in says, or the one that lies in the file; empty if there is none. */
	static Optional<Statements> about(final Path model) {
		final Path folder = model.toAbsolutePath().getParent();
		final List<Path> roots = new ArrayList<>(List.of(folder));
		if (folder.getParent() != null && folder.getFileName().toString().equals("models")) roots.add(folder.getParent());
		for (final Path root : roots) {
			final Path configs = root.resolve("configs");
			if (isBundle(root)) return Optional.of(read(configs.resolve(METADATA), Documents.read(configs.resolve(METADATA)),
				INFERENCE.stream().map(configs::resolve).filter(Files::isRegularFile).findFirst().map(Documents::read)));
		}
		return ZipText.of(model, "extra/" + METADATA).map(text -> read(model, Documents.read(model + "!" + METADATA, text),
			ZipText.of(model, "extra/inference.json").map(t -> Documents.read(model + "!inference.json", t))));
	}

	private static Statements read(final Path file, final Setting metadata, final Optional<Setting> inference) {
		if (!metadata.isSection()) throw metadata.wrong("keys with values");
		final Statements s = new Statements(file);
		metadata.at("name").ifPresent(n -> s.say(Field.NAME, n.text(), "name"));
		metadata.at("description").ifPresent(t -> s.say(Field.TEXT, t.text(), "description"));
		final Optional<Setting> format = metadata.at("network_data_format");
		final Optional<MonaiTransforms> transforms = inference.map(i -> new MonaiTransforms(i, s));
		transforms.ifPresent(MonaiTransforms::preprocessing);
		final boolean xFirst = transforms.map(MonaiTransforms::isXFirst).orElse(false);
		format.flatMap(f -> f.at("inputs")).flatMap(i -> first(i, s, "inputs")).ifPresent(i -> input(i, xFirst, s));
		format.flatMap(f -> f.at("outputs")).flatMap(o -> first(o, s, "outputs")).ifPresent(o -> output(o, s));
		transforms.ifPresent(MonaiTransforms::postprocessing);
		return s;
	}

	private static Optional<Setting> first(final Setting ports, final Statements s, final String what) {
		final Map<String, Setting> all = ports.entries(what + " by name");
		if (all.size() > 1) s.note("it has " + all.size() + " " + what + "; what is read is for the first.");
		return all.values().stream().findFirst();
	}

	private static void input(final Setting input, final boolean xFirst, final Statements s) {
		input.at("num_channels").ifPresent(n -> s.say(Field.CHANNELS, n.count(), n.key()));
		final Optional<Setting> shape = input.at("spatial_shape").filter(Setting::isList);
		shape.ifPresent(list -> {
			final List<Setting> extents = list.items("spatial extents");
			if (extents.size() == 2 || extents.size() == 3) {
				if (xFirst) s.say(Field.AXES, extents.size() == 2 ? "bcxy" : "bcxyz", "preprocessing");
				if (s.get(Field.SIZE).isEmpty()) size(extents, xFirst, s, list.key());
			}
		});
		if (s.get(Field.INTENSITIES).isEmpty()) input.at("value_range").filter(Setting::isList).ifPresent(r -> range(r, s));
		input.at("modality").ifPresent(m -> input.at("format").ifPresent(f -> s.remark("it takes images of modality " + m
			.value() + ", " + f.value() + ".")));
		if (input.at("is_patch_data").filter(p -> p.value() instanceof String && p.flag()).isPresent()) s.remark(
			"it was trained on patches; the whole image is resized to one input.");
	}

	private static void size(final List<Setting> written, final boolean xFirst, final Statements s, final String key) {
		final List<Extents> extents = new ArrayList<>();
		for (final Setting e : written) {
			final Matcher multiple = MULTIPLE.matcher(String.valueOf(e.value()).trim());
			if (String.valueOf(e.value()).matches("\\d{1,6}")) extents.add(new Extents(e.count(), 0));
			else if (multiple.matches()) {
				final int n = Integer.parseInt(multiple.group(1) == null ? multiple.group(2) : multiple.group(1));
				if (n < 1) throw e.wrong("a multiple from 1, as in '16*n'");
				extents.add(new Extents(n, n));
			}
			else {
				if (!"*".equals(e.value())) s.note("the extent '" + e.value() + "' of " + key + " is not understood; any is taken.");
				return;
			}
		}
		if (xFirst) Collections.reverse(extents);
		final int[] size = extents.stream().mapToInt(e -> e.step() == 0 ? e.min() : 0).toArray();
		s.say(Field.SIZE, new Sizes(size, Stream.of(extents).flatMap(List::stream).allMatch(e -> e.step() == 0) ? List.of()
			: extents), key);
	}

	/** Where no preprocessing is known, the range of the image's type becomes the range the network takes. */
	private static void range(final Setting range, final Statements s) {
		final double[] r = range.numbers("2 rising numbers");
		if (r.length != 2 || r[0] >= r[1]) throw range.wrong("2 rising numbers");
		s.say(Field.INTENSITIES, r[0] == 0 && r[1] == 1 ? new Intensities(Values.TYPE) : new Intensities(Values.TYPE,
			new Step.Linear(List.of(r[1] - r[0]), List.of(r[0]))), range.key());
		s.note("how values come into the range from " + r[0] + " to " + r[1] +
			" is not told; the range of the image's type is taken.");
	}

	private static void output(final Setting output, final Statements s) {
		output.at("channel_def").filter(Setting::isSection).flatMap(Labels::of).ifPresent(names -> {
			final int channels = output.at("num_channels").filter(n -> n.value() instanceof String).map(Setting::count).orElse(
				names.size());
			if (channels == names.size()) s.say(Field.CLASSES, names, output.key() + ".channel_def");
			else s.note("channel_def names " + names.size() + " channels of " + channels + "; the names are not used.");
		});
		final String type = output.at("type").map(t -> String.valueOf(t.value())).orElse("");
		if (type.equals("probabilities")) s.say(Field.OUTPUT, ModelDescription.Output.PROBABILITIES, output.key() + ".type");
	}
}
