package io.glassbox.model;

import io.glassbox.model.Preprocessing.Order;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;
import io.glassbox.model.PreprocessingReader.Fit;
import io.glassbox.model.PreprocessingReader.Intensities;
import io.glassbox.model.PreprocessingReader.Sizes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the files of a Hugging Face repository say: {@code preprocessor_config.json} of how an image becomes the input,
 * {@code config.json} of the network, with {@code id2label} or, of timm, {@code pretrained_cfg}.
 * <p>
 * Pictures are 8 bit there. Scaling by 1/255 is therefore read as the image type's range to [0, 1], which is the same
 * for 8 bit and what is meant for 16.
 * </p>
 */
final class HuggingFace {

	/** From this size on ConvNeXt pictures are resized to a square, not cut. */
	private static final int UNCUT = 384;
	private static final double DEFAULT_CROP = 0.875;
	private static final double DEFAULT_RESCALE = 1 / 255.0;
	private static final int BILINEAR = 2;

	private HuggingFace() {}

	/** {@code preprocessor_config.json} beside a model file, or one up from {@code onnx/}. */
	static Optional<Statements> preprocessor(final Path model) {
		return beside(model, "preprocessor_config.json").map(file -> {
			final Setting s = Documents.read(file);
			final Statements statements = new Statements(file);
			preprocessor(s, statements);
			return statements;
		}).filter(s -> !s.isSilent());
	}

	/** {@code config.json} likewise; empty if it has nothing of a Hugging Face model. */
	static Optional<Statements> config(final Path model) {
		return beside(model, "config.json").map(file -> {
			final Setting s = Documents.read(file);
			final Statements statements = new Statements(file);
			s.at("pretrained_cfg").filter(Setting::isSection).ifPresentOrElse(cfg -> timm(s, cfg, statements), () -> config(s,
				statements));
			return statements;
		}).filter(s -> !s.isSilent());
	}

	private static Optional<Path> beside(final Path model, final String name) {
		final Path folder = model.toAbsolutePath().getParent();
		if (Files.isRegularFile(folder.resolve(name))) return Optional.of(folder.resolve(name));
		final boolean onnx = folder.getParent() != null && folder.getFileName().toString().equals("onnx");
		return Optional.of(folder.resolveSibling(name)).filter(f -> onnx && Files.isRegularFile(f));
	}

	// -- preprocessor_config.json --

	private static void preprocessor(final Setting s, final Statements out) {
		if (!s.isSection()) throw s.wrong("keys with values");
		final String type = s.at("image_processor_type").or(() -> s.at("feature_extractor_type")).map(Setting::text).orElse(
			"");
		fit(s, type, out);
		values(s, type, out);
		if (flag(s, "do_flip_channel_order", false)) out.say(Field.ORDER, Order.BGR, "do_flip_channel_order");
		if (flag(s, "do_pad", false)) out.note("do_pad is not applied.");
	}

	private static boolean flag(final Setting s, final String key, final boolean other) {
		return s.at(key).map(Setting::flag).orElse(other);
	}

	private static void fit(final Setting s, final String type, final Statements out) {
		final Optional<Setting> size = s.at("size");
		final boolean resize = flag(s, "do_resize", size.isPresent()) && size.isPresent();
		final boolean crop = flag(s, "do_center_crop", s.at("crop_size").isPresent());
		final Optional<int[]> cut = crop ? s.at("crop_size").or(() -> size).flatMap(HuggingFace::heightAndWidth) : Optional
			.empty();
		final Optional<Integer> shorter = resize ? shortestEdge(size.get(), crop, type) : Optional.empty();
		final Optional<int[]> exact = resize && shorter.isEmpty() ? heightAndWidth(size.get()) : Optional.empty();
		final Optional<Setting> pct = s.at("crop_pct");
		if (resize && pct.isPresent() && !crop && side(size.get()).isPresent()) cropPct(side(size.get()).get(), pct.get()
			.number(), out);
		else if (cut.isPresent()) {
			final int[] to = shorter.map(n -> new int[] { n }).or(() -> exact).orElse(new int[0]);
			say(cut.get(), new Fit(Resize.CROP, to, resize), out);
			if (!resize) out.note("the middle is cut out of the image without resizing; here it is resized to cover the input.");
		}
		else if (exact.isPresent()) say(exact.get(), new Fit(Resize.STRETCH, new int[0], true), out);
		else if (resize) out.note("size " + size.get().value() +
			" leaves the input's size open to the image's proportions; it is not applied.");
		if (resize) s.at("resample").filter(r -> r.value() instanceof String).ifPresent(r -> noteInterpolation(r.number(),
			out));
	}

	private static void cropPct(final int side, final double pct, final Statements out) {
		if (side >= UNCUT) say(new int[] { side, side }, new Fit(Resize.STRETCH, new int[0], true), out);
		else say(new int[] { side, side }, new Fit(Resize.CROP, new int[] { (int) (side / pct) }, true), out);
	}

	private static void say(final int[] size, final Fit fit, final Statements out) {
		out.say(Field.SIZE, new Sizes(size, List.of()), "size, crop_size");
		out.say(Field.FIT, fit, "do_resize, do_center_crop");
	}

	private static void noteInterpolation(final double resample, final Statements out) {
		if (resample != BILINEAR) out.remark("pictures are resized " + switch ((int) resample) {
			case 0 -> "to the nearest pixel";
			case 1 -> "by Lanczos' filter";
			case 3 -> "bicubically";
			default -> "by filter " + (int) resample;
		} + " there, here by averaging: the input differs a little.");
	}

	/** The shorter side after resizing, where proportions are kept. One number is meant so where a cut follows. */
	private static Optional<Integer> shortestEdge(final Setting size, final boolean crop, final String type) {
		if (size.isSection()) return size.at("shortest_edge").map(Setting::count);
		return crop && !size.isList() && !type.startsWith("DeiT") ? Optional.of(size.count()) : Optional.empty();
	}

	private static Optional<Integer> side(final Setting size) {
		return size.isSection() ? size.at("shortest_edge").map(Setting::count) : Optional.empty();
	}

	private static Optional<int[]> heightAndWidth(final Setting s) {
		if (s.isSection()) return s.at("height").flatMap(h -> s.at("width").map(w -> new int[] { h.count(), w.count() }));
		final int[] n = s.counts("a whole number, or height and width");
		if (n.length > 2) throw s.wrong("a whole number, or height and width");
		return Optional.of(n.length == 2 ? n : new int[] { n[0], n[0] });
	}

	private static void values(final Setting s, final String type, final Statements out) {
		final boolean rescale = flag(s, "do_rescale", true);
		final Optional<List<Double>> mean = s.at("image_mean").map(m -> StepText.list(m.numbers("a mean for each channel")));
		final Optional<List<Double>> std = s.at("image_std").map(m -> StepText.list(m.numbers("a deviation for each channel")));
		final boolean normalize = flag(s, "do_normalize", mean.isPresent());
		if (mean.isEmpty() && s.at("rescale_factor").isEmpty() && s.at("do_rescale").isEmpty() && s.at("do_normalize")
			.isEmpty()) return;
		final List<Step> steps = new ArrayList<>();
		final double factor = rescale ? s.at("rescale_factor").map(Setting::number).orElse(DEFAULT_RESCALE) * 255 : 255;
		final double offset = rescale && flag(s, "rescale_offset", false) ? -1 : 0;
		if (Math.abs(factor - 1) > 1e-4 || offset != 0) steps.add(new Step.Linear(List.of(factor), List.of(offset)));
		if (normalize && mean.isPresent() && std.isPresent()) {
			steps.add(new Step.Standardize(mean.get(), std.get(), 0));
			if (type.startsWith("EfficientNet") && flag(s, "include_top", false)) steps.add(new Step.Standardize(List.of(0.0),
				std.get(), 0));
		}
		else if (normalize) out.note("do_normalize without image_mean and image_std is not applied.");
		out.say(Field.INTENSITIES, new Intensities(Values.TYPE, steps.toArray(Step[]::new)),
			"do_rescale, do_normalize, image_mean, image_std");
	}

	// -- config.json --

	private static void config(final Setting s, final Statements out) {
		if (List.of("architectures", "model_type", "id2label").stream().noneMatch(k -> s.at(k).isPresent())) return;
		s.at("_name_or_path").filter(n -> !String.valueOf(n.value()).isBlank()).ifPresent(n -> out.say(Field.NAME, n.text(),
			"_name_or_path"));
		s.at("image_size").filter(n -> !n.isSection()).flatMap(HuggingFace::heightAndWidth).ifPresent(n -> out.say(
			Field.SIZE, new Sizes(n, List.of()), "image_size"));
		s.at("num_channels").ifPresent(n -> out.say(Field.CHANNELS, n.count(), "num_channels"));
		s.at("id2label").flatMap(Labels::of).ifPresent(names -> out.say(Field.CLASSES, names, "id2label"));
		final boolean classifier = s.at("architectures").map(a -> String.valueOf(a.value()).contains(
			"ForImageClassification")).orElse(false);
		final Optional<Setting> problem = s.at("problem_type");
		if (problem.filter(p -> p.text().startsWith("multi_label")).isPresent()) out.say(Field.OUTPUT,
			ModelDescription.Output.SIGMOID, "problem_type");
		else if (problem.filter(p -> p.text().equals("regression")).isPresent()) out.say(Field.OUTPUT,
			ModelDescription.Output.VALUES, "problem_type");
		else if (classifier || problem.filter(p -> p.text().startsWith("single_label")).isPresent()) out.say(Field.OUTPUT,
			ModelDescription.Output.LOGITS, classifier ? "architectures" : "problem_type");
	}

	// -- config.json of timm --

	private static void timm(final Setting s, final Setting cfg, final Statements out) {
		s.at("architecture").or(() -> cfg.at("architecture")).ifPresent(a -> out.say(Field.NAME, a.text(), "architecture"));
		final Optional<int[]> input = cfg.at("input_size").map(n -> n.counts("channels, height and width"));
		input.filter(n -> n.length == 3).ifPresent(n -> {
			out.say(Field.CHANNELS, n[0], "pretrained_cfg.input_size");
			out.say(Field.SIZE, new Sizes(new int[] { n[1], n[2] }, List.of()), "pretrained_cfg.input_size");
			crop(cfg, n[1], n[2], out);
		});
		if (cfg.at("mean").isPresent() && cfg.at("std").isPresent()) out.say(Field.INTENSITIES, new Intensities(Values.TYPE,
			new Step.Standardize(StepText.list(cfg.at("mean").get().numbers("a mean for each channel")), StepText.list(cfg.at(
				"std").get().numbers("a deviation for each channel")), 0)), "pretrained_cfg.mean, std");
		out.say(Field.OUTPUT, ModelDescription.Output.LOGITS, "pretrained_cfg");
		labels(s, out);
		if (out.get(Field.CLASSES).isEmpty()) labels(cfg, out);
	}

	private static void crop(final Setting cfg, final int height, final int width, final Statements out) {
		final double pct = cfg.at("crop_pct").map(Setting::number).orElse(DEFAULT_CROP);
		final String mode = cfg.at("crop_mode").map(Setting::text).orElse("center");
		final int[] to = { (int) (height / pct), (int) (width / pct) };
		if (mode.equals("border")) out.note("crop_mode border is not applied: the middle is cut out.");
		out.say(Field.FIT, new Fit(Resize.CROP, mode.equals("squash") || height != width ? to : new int[] { to[0] }, true),
			"pretrained_cfg.crop_pct");
		cfg.at("interpolation").map(i -> i.text().toLowerCase(Locale.ROOT)).filter(i -> !i.equals("bilinear")).ifPresent(
			i -> noteInterpolation(i.equals("bicubic") ? 3 : i.startsWith("lanczos") ? 1 : 0, out));
	}

	/** {@code label_names}, described where they are numbers of ImageNet's synsets. */
	private static void labels(final Setting s, final Statements out) {
		final Optional<Setting> descriptions = s.at("label_descriptions").filter(Setting::isSection);
		s.at("label_names").filter(Setting::isList).flatMap(Labels::of).ifPresent(names -> out.say(Field.CLASSES, Labels
			.unique(names.stream().map(n -> !n.matches("n\\d{8}") ? n : descriptions.flatMap(d -> d.at(n)).map(Setting::text)
				.map(t -> t.split(",")[0]).orElse(n)).toList()), "label_names"));
	}
}
