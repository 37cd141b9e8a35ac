package io.glassbox.cli;

import io.glassbox.command.ExplainRequest;
import io.glassbox.command.ExplainedScore;
import io.glassbox.command.Explanation;
import io.glassbox.command.GlassboxService;
import io.glassbox.command.Method;
import io.glassbox.command.Views;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.DetectorModel;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.image.LayerStyle;
import io.glassbox.model.Lease;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import ij.ImagePlus;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code glassbox explain}: heatmap, overlay, ROIs and table of one image, or the raw map of raw tensors. */
@Command(name = "explain", mixinStandardHelpOptions = true,
	description = "Explains a network's answer for an image: writes heatmap, overlay, ROIs and table.")
final class ExplainCommandLine implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Mixin
	private ModelOptions model;

	@Option(names = "--method", required = true, paramLabel = "NAME", description = "See 'glassbox methods'.")
	private String method;

	@ArgGroup(exclusive = true, multiplicity = "1")
	private ModelOptions.Source source;

	@Mixin
	private ModelOptions.Others others;

	@ArgGroup(exclusive = false, heading = "Instead of the model's description:%n")
	private ModelOptions.Preprocessing preprocessing = new ModelOptions.Preprocessing();

	@Option(names = "--target", paramLabel = "T", defaultValue = "top",
		description = "top, a class index or name, or 'one - other'; several with semicolons between, or 'top 5'. Default: " +
			"${DEFAULT-VALUE}.")
	private String target;

	@Option(names = "--region", paramLabel = "R", defaultValue = "auto", description = "For networks that score every pixel, " +
		"where the target is summed up: auto (its predicted pixels), all, x,y, roi (of a TIFF), or a mask: an image, or .npy for " +
		"--input. Default: ${DEFAULT-VALUE}.")
	private String region;

	@Option(names = "--pool", paramLabel = "P", defaultValue = "sum",
		description = "sum or mean of the scores in the region. Default: ${DEFAULT-VALUE}.")
	private String pool;

	@Option(names = "--score", paramLabel = "S", defaultValue = "logit",
		description = "Explain the logit, before a softmax or sigmoid, or the probability. Default: ${DEFAULT-VALUE}.")
	private String score;

	@Option(names = "--box", paramLabel = "B", defaultValue = "auto", description = "For networks that detect, whose class " +
		"score: auto (of the box at a TIFF's selection, else the highest scoring), top, roi, or a box's number. Default: ${DEFAULT-VALUE}.")
	private String box;

	@Option(names = "--layer", paramLabel = "L", description = "Layer, for methods that have one; short for --set layer=L.")
	private String layer;

	@Option(names = "--slices", paramLabel = "S", defaultValue = "current",
		description = "current or all slices of a stack, for 2D networks. Default: ${DEFAULT-VALUE}.")
	private String slices;

	@Option(names = "--blocks", paramLabel = "B", defaultValue = "auto", description = "How an image is seen that is too large for " +
		"the network: auto (in overlapping blocks if it is fully convolutional, else resized), off, or the size of blocks, 256x256. " +
		"Default: ${DEFAULT-VALUE}.")
	private String blocks;

	@Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of the method; repeat for more.")
	private Map<String, String> settings = new LinkedHashMap<>();

	@Option(names = "--clip", paramLabel = "PERCENT", defaultValue = "100", description = "For display only: colours end at the " +
		"relevance that so many percent of the pixels do not exceed. Default: ${DEFAULT-VALUE}, the whole range.")
	private double clip;

	@Option(names = "--views", paramLabel = "V", defaultValue = "none", description = "Pictures of a stack as a whole in --out: " +
		"orthogonal, projection or both. Default: ${DEFAULT-VALUE}.")
	private String views;

	@Option(names = "--out", paramLabel = "DIR", description = "Folder for heatmap, overlay, ROIs, table and record.")
	private Path out;

	@Option(names = "--raw", paramLabel = "out.npy",
		description = "Write the attribution as computed, before any scaling for display, to this file; of a network's other " +
			"inputs to out.<input>.npy.")
	private Path raw;

	@Override
	public Integer call() {
		if (out == null && raw == null) throw new ParameterException(spec.commandLine(),
			"Missing where to write to: give --out=DIR, --raw=out.npy or both.");
		if (source.image() == null && out != null) throw new ParameterException(spec.commandLine(),
			"--out needs an --image to draw on; raw tensors are explained with --raw=out.npy.");
		final Map<String, Object> options = new LinkedHashMap<>(settings);
		if (layer != null) options.put("layer", layer);
		try (Session session = model.session()) {
			final Method found = Method.named(session.context(), method);
			if (source.image() == null) explainTensors(session, found, options);
			else explainImage(session, found, options);
		}
		return 0;
	}

	private void explainTensors(final Session session, final Method found, final Map<String, Object> options) {
		final List<Tensor> inputs = Session.tensors(source.inputs());
		final GlassboxService glassbox = session.glassbox();
		try (Lease lease = glassbox.load(model.model(), model.device(), inputs)) {
			final Explainer explainer = found.explainer(glassbox.withDefaultLayer(found, model.model(), options));
			final Optional<DetectorModel> detector = glassbox.detector(model.model(), lease.model(), ExplainRequest
				.probability(score), inputs);
			final Attribution a = detector.isPresent() ? explainer.explain(detector.get(), inputs, glassbox.target(target, model
				.model(), box, detector.get(), inputs), Session.progress()) : new ExplainedScore(lease.model(), glassbox.describe(model
					.model()), ExplainRequest.probability(score)).explain(explainer, inputs, glassbox.target(target, model.model(),
						region, ExplainRequest.mean(pool), inputs), Session.progress()).attribution();
			Npy.write(a.raw(), raw);
			final Map<String, Object> report = new LinkedHashMap<>();
			report.put("method", found.name());
			report.put("target", a.target().description());
			report.put("score", a.target().score());
			report.putAll(a.told());
			report.put("raw", raw.toString());
			a.error().ifPresent(error -> {
				final Path file = beside("standard-error");
				Npy.write(error, file);
				report.put("standard error", file.toString());
			});
			a.others().forEach((name, tensor) -> {
				final Path file = beside(name);
				Npy.write(tensor, file);
				report.put("raw of " + name, file.toString());
			});
			print(report);
		}
	}

	/** The file for another input of the network: {@code out.clinical.npy} beside {@code out.npy}. */
	private Path beside(final String input) {
		final String file = raw.getFileName().toString();
		final int dot = file.lastIndexOf('.');
		return raw.resolveSibling((dot < 0 ? file : file.substring(0, dot)) + "." + input.replaceAll("[^\\p{L}\\p{N}._-]", "_") + (dot < 0
			? "" : file.substring(dot)));
	}

	private void explainImage(final Session session, final Method found, final Map<String, Object> options) {
		final ImagePlus image = Session.open(source.image());
		options.put("target", target);
		options.put("region", region);
		options.put("pool", pool);
		options.put("score", score);
		options.put("box", box);
		options.put("inputs", others.text());
		options.put("slices", slices);
		options.put("blocks", blocks);
		options.put("views", views);
		options.putAll(preprocessing.asMap());
		options.put("device", model.device());
		final List<Explanation> all = session.glassbox().explainAll(image, ExplainRequest.of(found, model.model(), options, Session
			.progress()));
		if (raw != null) {
			final Explanation e = all.get(0);
			if (all.size() > 1) throw new GlassboxException("--raw takes one map, but " + all.size() +
				" targets were explained; name one with --target, or leave out --raw.");
			if (e.parts().size() > 1) throw new GlassboxException("--raw takes one map, but " + e.parts().size() +
				" slices were explained; leave out --slices=all or --raw.");
			Npy.write(e.attribution().raw(), raw);
		}
		final List<Map<String, Object>> reports = new ArrayList<>();
		for (final Explanation e : all) {
			final Map<String, Object> report = new LinkedHashMap<>(e.provenance());
			if (out != null) report.put("files", e.write(out, LayerStyle.of(e.map()).clipped(clip), Views.parse(views))
				.stream().map(Path::toString).toList());
			reports.add(report);
		}
		if (model.json() && reports.size() > 1) spec.commandLine().getOut().println(Session.json(reports));
		else reports.forEach(this::print);
	}

	private void print(final Map<String, Object> report) {
		final PrintWriter writer = spec.commandLine().getOut();
		if (model.json()) writer.println(Session.json(report));
		else report.forEach((key, value) -> writer.println(key + ": " + value));
	}
}
