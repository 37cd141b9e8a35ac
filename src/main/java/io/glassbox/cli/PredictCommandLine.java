package io.glassbox.cli;

import io.glassbox.command.Prediction;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.model.Lease;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glassbox predict}: what a network says of an image or of raw tensors. */
@Command(name = "predict", mixinStandardHelpOptions = true, description = "Prints what a network says of an image.")
final class PredictCommandLine implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Mixin
	private ModelOptions model;

	@ArgGroup(exclusive = true, multiplicity = "1")
	private ModelOptions.Source source;

	@Mixin
	private ModelOptions.Others others;

	@ArgGroup(exclusive = false, heading = "Instead of the model's description:%n")
	private ModelOptions.Preprocessing preprocessing = new ModelOptions.Preprocessing();

	@Option(names = "--top", paramLabel = "N", defaultValue = "5", description = "How many classes to print, or boxes of a network that detects.")
	private int top;

	@Option(names = "--raw", paramLabel = "out.npy",
		description = "Write the network's output, as it is, to this file instead of printing classes.")
	private Path raw;

	@Override
	public Integer call() {
		if (top < 1) throw new picocli.CommandLine.ParameterException(spec.commandLine(),
			"Invalid value for option '--top': at least 1 was expected, found " + top + ".");
		try (Session session = model.session()) {
			if (source.image() != null && raw == null) {
				print(session.glassbox().predict(Session.open(source.image()), model.model(), model.device(), preprocessing.asMap(),
					others.text()));
				return 0;
			}
			final List<Tensor> tensors = source.image() == null ? Session.tensors(source.inputs()) : List.of();
			try (Lease lease = lease(session, tensors)) {
				final List<Tensor> inputs = source.image() == null ? tensors : session.glassbox().prepare(Session.open(source
					.image()), model.model(), lease, preprocessing.asMap(), others.text());
				if (raw != null) Npy.write(lease.model().score(inputs).get(0), raw);
				else print(session.glassbox().predict(inputs, model.model(), lease));
			}
		}
		return 0;
	}

	/** For tensors of their own size, or for an image as it will be prepared. */
	private Lease lease(final Session session, final List<Tensor> tensors) {
		if (!tensors.isEmpty()) return session.glassbox().load(model.model(), model.device(), tensors);
		return session.glassbox().load(model.model(), model.device(), preprocessing.asMap());
	}

	private void print(final Prediction prediction) {
		final List<Prediction.Entry> shown = prediction.ranking().subList(0, Math.min(top, prediction.ranking().size()));
		final List<Prediction.Box> boxes = prediction.boxes().subList(0, Math.min(top, prediction.boxes().size()));
		if (model.json()) {
			final Map<String, Object> json = new LinkedHashMap<>();
			json.put("model", model.model().toString());
			json.put("predictions", prediction.scale() == Prediction.Scale.VALUE ? shown.stream().map(e -> Map.of("index", e.index(),
				"label", e.label(), "value", e.score())).toList() : shown);
			if (!boxes.isEmpty()) json.put("boxes", boxes);
			spec.commandLine().getOut().println(Session.json(json));
			return;
		}
		boxes.forEach(b -> spec.commandLine().getOut().println(b.text()));
		if (boxes.isEmpty()) for (final Prediction.Entry e : shown)
			spec.commandLine().getOut().println(String.format(Locale.ROOT, format(prediction.scale()), e.label(), e.score(), 100 * e
				.probability()));
	}

	private static String format(final Prediction.Scale scale) {
		return switch (scale) {
			case AREA -> "%-24s %8.0f pixels   %6.2f %%";
			case VALUE -> "%-24s %.6g";
			default -> "%-24s %8.4f   %6.2f %%";
		};
	}
}
