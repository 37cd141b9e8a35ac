package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;
import io.glassbox.model.PreprocessingReader.Fit;
import io.glassbox.model.PreprocessingReader.Intensities;
import io.glassbox.model.PreprocessingReader.Sizes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The preprocessing and postprocessing of a MONAI bundle's inference configuration, in our steps.
 * <p>
 * The configuration is a program: it may refer to its other parts ({@code @name}), which is followed, and hold Python
 * ({@code $expression}), which is not run. What is not understood is noted as not applied. MONAI reads images with x
 * before y before z.
 * </p>
 */
final class MonaiTransforms {

	/** They bring an image into the form that ours have anyway. */
	private static final Set<String> NATURAL = Set.of("loadimage", "ensurechannelfirst", "addchannel", "aschannelfirst",
		"ensuretype", "totensor", "casttotype", "identity");
	private static final int MOST_REFERENCES = 8;

	private final Setting document;
	private final Statements statements;
	private final List<Step> steps = new ArrayList<>();
	private boolean looksAtImage;
	private boolean loads;
	private boolean xFirst = true;

	MonaiTransforms(final Setting document, final Statements statements) {
		this.document = document;
		this.statements = statements;
	}

	/** Whether images are loaded with x first: then that is the first of the input's spatial axes. */
	boolean isXFirst() {
		return loads && xFirst;
	}

	/** Says values, size and resizing, as far as there is a list of transforms. */
	void preprocessing() {
		final Optional<List<Setting>> transforms = transforms("preprocessing");
		if (transforms.isEmpty()) return;
		transforms.get().forEach(this::apply);
		statements.say(Field.INTENSITIES, new Intensities(Values.RAW, steps.toArray(Step[]::new)), "preprocessing");
	}

	/** Says what the output is if an activation follows it. */
	void postprocessing() {
		for (final Setting t : transforms("postprocessing").orElse(List.of())) {
			if (!name(t).equals("activations")) continue;
			if (flag(t, "sigmoid", false)) statements.say(Field.OUTPUT, ModelDescription.Output.SIGMOID, "postprocessing");
			if (flag(t, "softmax", false)) statements.say(Field.OUTPUT, ModelDescription.Output.LOGITS, "postprocessing");
		}
	}

	private Optional<List<Setting>> transforms(final String key) {
		final Optional<Setting> section = document.at(key).map(this::resolved);
		if (section.isEmpty()) return Optional.empty();
		final Optional<Setting> list = section.get().isList() ? section : section.get().at("transforms").map(this::resolved);
		if (list.isEmpty() || !list.get().isList()) {
			statements.note("its " + key + " is no list of transforms and not applied.");
			return Optional.empty();
		}
		return Optional.of(list.get().items("transforms").stream().map(this::resolved).filter(t -> t.isSection() && !flag(t,
			"_disabled_", false)).toList());
	}

	/** What a reference such as {@code @preprocessing#transforms} refers to; the setting itself if it is none. */
	private Setting resolved(final Setting s) {
		Setting found = s;
		for (int i = 0; i < MOST_REFERENCES && found.value() instanceof String text && text.startsWith("@"); i++) {
			Optional<Setting> target = Optional.of(document);
			for (final String part : text.substring(1).split("#|::"))
				target = target.flatMap(t -> t.isList() && part.matches("\\d{1,4}") && Integer.parseInt(part) < t.asList().size()
					? Optional.of(t.asList().get(Integer.parseInt(part))) : t.at(part));
			if (target.isEmpty()) return found;
			found = new Setting(s.source(), s.key(), target.get().value());
		}
		return found;
	}

	/** {@code scaleintensity} for {@code monai.transforms.ScaleIntensityd}. */
	private static String name(final Setting t) {
		return t.at("_target_").or(() -> t.at("name")).filter(n -> n.value() instanceof String).map(n -> n.text().replaceAll(
			"^.*[.]", "").replaceAll("(d|D|Dict)$", "").toLowerCase(Locale.ROOT)).orElse("");
	}

	private static String title(final Setting t) {
		return t.at("_target_").or(() -> t.at("name")).map(n -> String.valueOf(n.value()).replaceAll("^.*[.]", "")).orElse(
			"a transform without a name");
	}

	private Optional<Setting> argument(final Setting t, final String name) {
		return t.at(name).map(this::resolved).filter(a -> !"None".equals(a.value()));
	}

	private double number(final Setting t, final String name, final double other) {
		return argument(t, name).map(Setting::number).orElse(other);
	}

	private boolean flag(final Setting t, final String name, final boolean other) {
		return argument(t, name).map(Setting::flag).orElse(other);
	}

	private void apply(final Setting t) {
		try {
			switch (name(t)) {
				case "loadimage" -> load(t);
				case "scaleintensity" -> scale(t);
				case "scaleintensityrange" -> scaleRange(t);
				case "scaleintensityrangepercentiles" -> scalePercentiles(t);
				case "normalizeintensity" -> normalize(t);
				case "resize" -> resize(t);
				default -> {
					if (!NATURAL.contains(name(t))) statements.note(title(t) + " is not applied.");
				}
			}
		}
		catch (final GlassboxException e) {
			statements.note(title(t) + " is not applied: " + e.getMessage());
		}
	}

	private void load(final Setting t) {
		loads = true;
		xFirst = flag(t, "reverse_indexing", true) && argument(t, "reader").filter(r -> String.valueOf(r.value()).contains(
			"Numpy")).isEmpty();
	}

	private String axes(final Setting t) {
		return flag(t, "channel_wise", false) ? "zyx" : Step.ALL_AXES;
	}

	private void scale(final Setting t) {
		final double factor = number(t, "factor", Double.NaN);
		if (!Double.isNaN(factor)) steps.add(new Step.Linear(List.of(1 + factor), List.of(0.0)));
		else {
			looksAtImage = true;
			steps.add(new Step.Percentiles(0, 100, axes(t), 0));
			stretch(number(t, "minv", 0), number(t, "maxv", 1));
		}
	}

	/** From [0, 1]. */
	private void stretch(final double min, final double max) {
		if (min != 0 || max != 1) steps.add(new Step.Linear(List.of(max - min), List.of(min)));
	}

	private void scaleRange(final Setting t) {
		final double low = required(t, "a_min");
		final double high = required(t, "a_max");
		if (low == high) throw new GlassboxException("a_min and a_max are both " + low + ".");
		final double min = number(t, "b_min", 0);
		final double max = number(t, "b_max", 1);
		final double gain = (max - min) / (high - low);
		steps.add(new Step.Linear(List.of(gain), List.of(min - low * gain)));
		if (flag(t, "clip", false)) clip(min, max);
	}

	private void clip(final double min, final double max) {
		looksAtImage = true;
		steps.add(new Step.Clip(min, max));
	}

	private double required(final Setting t, final String name) {
		return argument(t, name).orElseThrow(() -> new GlassboxException("it has no " + name + ".")).number();
	}

	private void scalePercentiles(final Setting t) {
		if (flag(t, "relative", false)) throw new GlassboxException("relative percentiles are not supported.");
		looksAtImage = true;
		steps.add(new Step.Percentiles(required(t, "lower"), required(t, "upper"), axes(t), 0));
		final double min = number(t, "b_min", 0);
		final double max = number(t, "b_max", 1);
		stretch(min, max);
		if (flag(t, "clip", false)) clip(min, max);
	}

	private void normalize(final Setting t) {
		final Optional<Setting> mean = argument(t, "subtrahend");
		final Optional<Setting> std = argument(t, "divisor");
		final boolean nonzero = flag(t, "nonzero", false);
		if (mean.isEmpty() && std.isEmpty()) {
			looksAtImage = true;
			steps.add(new Step.ZScore(axes(t), 0, nonzero));
		}
		else if (mean.isPresent() && std.isPresent() && !nonzero) steps.add(new Step.Standardize(StepText.list(mean.get()
			.numbers("numbers")), StepText.list(std.get().numbers("numbers")), 0));
		else throw new GlassboxException("a subtrahend or divisor alone, or with nonzero, is not supported.");
	}

	private void resize(final Setting t) {
		if (argument(t, "size_mode").filter(m -> !m.text().equals("all")).isPresent()) throw new GlassboxException(
			"size_mode longest is not supported.");
		final int[] size = argument(t, "spatial_size").orElseThrow(() -> new GlassboxException("it has no spatial_size."))
			.counts("whole numbers from 1");
		statements.say(Field.SIZE, new Sizes(size.length > 1 ? inOurOrder(size, isXFirst()) : new int[] { size[0], size[0] },
			List.of()), "preprocessing");
		statements.say(Field.FIT, new Fit(Resize.STRETCH, new int[0], flag(t, "anti_aliasing", false)), "preprocessing");
		final String mode = argument(t, "mode").filter(m -> m.value() instanceof String).map(Setting::text).orElse("area");
		if (!mode.endsWith("linear")) statements.note(title(t) + " in mode " + mode + " is done linearly.");
		if (looksAtImage) statements.note("values are scaled after resizing, not before.");
	}

	/** Depth, height, width from x, y, z. */
	static int[] inOurOrder(final int[] size, final boolean xFirst) {
		final List<Integer> list = new ArrayList<>(Arrays.stream(size).boxed().toList());
		if (xFirst) Collections.reverse(list);
		return list.stream().mapToInt(Integer::intValue).toArray();
	}
}
