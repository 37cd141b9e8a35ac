package io.glassbox.model;

import io.glassbox.graph.io.SafeFile;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes a {@link ModelDescription} as YAML, so that {@link DescriptionReader} reads the same again. */
final class DescriptionWriter {

	private DescriptionWriter() {}

	static void write(final ModelDescription d, final Path file, final List<String> comment) {
		final String above = comment.stream().map(line -> "# " + line.replaceAll("\\R", " ") + "\n").collect(Collectors
			.joining());
		final byte[] text = (above + text(d)).getBytes(StandardCharsets.UTF_8);
		SafeFile.write(file, out -> out.write(text));
	}

	static String text(final ModelDescription d) {
		final DumperOptions style = new DumperOptions();
		style.setDefaultFlowStyle(DumperOptions.FlowStyle.AUTO);
		style.setAllowUnicode(true);
		style.setWidth(120);
		return new Yaml(style).dump(tree(d));
	}

	private static Map<String, Object> tree(final ModelDescription d) {
		final Map<String, Object> tree = new LinkedHashMap<>();
		tree.put("name", d.name());
		if (!d.text().isEmpty()) tree.put("description", d.text());
		tree.put("input", input(d));
		if (d.output() != ModelDescription.Output.UNSTATED) tree.put("output", lower(d.output()));
		d.scores().ifPresent(scores -> tree.put("scores", scores));
		if (d.boxes().described()) tree.put("boxes", d.boxes().section());
		if (!d.classes().isEmpty()) tree.put("classes", d.classes());
		d.layer().ifPresent(layer -> tree.put("layer", layer));
		return tree;
	}

	private static Map<String, Object> input(final ModelDescription d) {
		final Preprocessing p = d.preprocessing();
		final Map<String, Object> input = new LinkedHashMap<>();
		if (p.size().length > 0) input.put("size", p.grid().isEmpty() ? p.size() : List.of(p.sizeText().split(" x ")));
		if (p.channels() > 0) input.put("channels", p.channels());
		if (p.order() != Preprocessing.Order.RGB) input.put("order", lower(p.order()));
		d.axes().ifPresent(axes -> input.put("axes", axes));
		input.put("resize", lower(p.resize()));
		if (p.resizeTo().length > 0) input.put("resize_to", p.resizeTo().length == 1 ? p.resizeTo()[0] : p.resizeTo());
		if (p.antialias()) input.put("antialias", true);
		input.put("values", lower(p.values()));
		if (p.values() == Preprocessing.Values.PERCENTILE) input.put("percentiles", List.of(p.lowPercentile(), p
			.highPercentile()));
		input.put("normalization", normalization(p.normalization()));
		return input;
	}

	/** A preset's name, or mean and deviation alone, or steps. */
	private static Object normalization(final Preprocessing.Normalization n) {
		if (Preprocessing.Normalization.preset(n.name()).filter(n::equals).isPresent()) return n.name();
		if (n.steps().size() == 1 && n.steps().get(0) instanceof Step.Standardize s && s.eps() == 0) return new TreeMap<>(Map
			.of("mean", s.mean(), "std", s.std()));
		return n.steps().stream().map(Step::text).toList();
	}

	private static String lower(final Enum<?> e) {
		return e.name().toLowerCase(Locale.ROOT);
	}
}
