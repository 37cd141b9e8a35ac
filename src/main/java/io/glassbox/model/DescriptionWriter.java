package io.glassbox.model;

import io.glassbox.graph.io.SafeFile;

import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes a {@link ModelDescription} as YAML, so that {@link DescriptionReader} reads the same again. */
final class DescriptionWriter {

	private DescriptionWriter() {}

	static void write(final ModelDescription d, final Path file) {
		final DumperOptions style = new DumperOptions();
		style.setDefaultFlowStyle(DumperOptions.FlowStyle.AUTO);
		style.setAllowUnicode(true);
		final String text = new Yaml(style).dump(tree(d));
		SafeFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
	}

	private static Map<String, Object> tree(final ModelDescription d) {
		final Map<String, Object> tree = new LinkedHashMap<>();
		tree.put("name", d.name());
		if (!d.text().isEmpty()) tree.put("description", d.text());
		tree.put("input", input(d));
		if (d.output() != ModelDescription.Output.UNSTATED) tree.put("output", lower(d.output()));
		if (!d.classes().isEmpty()) tree.put("classes", d.classes());
		d.layer().ifPresent(layer -> tree.put("layer", layer));
		return tree;
	}

	private static Map<String, Object> input(final ModelDescription d) {
		final Preprocessing p = d.preprocessing();
		final Map<String, Object> input = new LinkedHashMap<>();
		if (p.size().length > 0) input.put("size", p.size());
		if (p.channels() > 0) input.put("channels", p.channels());
		d.axes().ifPresent(axes -> input.put("axes", axes));
		input.put("resize", lower(p.resize()));
		if (p.antialias()) input.put("antialias", true);
		input.put("values", lower(p.values()));
		if (p.values() == Preprocessing.Values.PERCENTILE) input.put("percentiles", List.of(p.lowPercentile(), p
			.highPercentile()));
		final Preprocessing.Normalization n = p.normalization();
		final boolean preset = Preprocessing.Normalization.preset(n.name()).filter(n::equals).isPresent();
		input.put("normalization", preset ? n.name() : Map.of("mean", list(n.mean()), "std", list(n.std())));
		return input;
	}

	private static List<Float> list(final float[] numbers) {
		final List<Float> list = new ArrayList<>();
		for (final float f : numbers)
			list.add(f);
		return list;
	}

	private static String lower(final Enum<?> e) {
		return e.name().toLowerCase(Locale.ROOT);
	}
}
