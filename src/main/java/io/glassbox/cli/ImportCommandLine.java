package io.glassbox.cli;

import io.glassbox.command.ModelImport;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glassbox import}: what a model's descriptions say, corrected and saved beside it. */
@Command(name = "import", mixinStandardHelpOptions = true,
	description = "Shows what the descriptions that come with a model say, and saves it beside the model, corrected.")
final class ImportCommandLine implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Option(names = "--model", required = true, paramLabel = "M",
		description = "ONNX or TorchScript file, or a folder or zip package with one.")
	private Path model;

	@Mixin
	private ModelOptions.Trust trust;

	@Option(names = "--set", paramLabel = "KEY=VALUE", description = "A correction: name, inputsize, channels, axes, " +
		"resize, values, normalization, output, boxes, classes or layer; repeat for more.")
	private Map<String, String> corrections = new LinkedHashMap<>();

	@Option(names = "--dry-run", description = "Show only, save nothing.")
	private boolean dryRun;

	@Option(names = "--overwrite", description = "Replace a description that says something else; it is kept as .old.")
	private boolean overwrite;

	@Option(names = "--json", description = "Print JSON.")
	private boolean json;

	@Override
	public Integer call() {
		final Map<String, String> byKey = new LinkedHashMap<>();
		corrections.forEach((key, value) -> byKey.put(key.toLowerCase(Locale.ROOT), value));
		try (Session session = trust.session()) {
			final ModelImport done = session.glassbox().importModel(model, byKey, !dryRun, overwrite);
			spec.commandLine().getOut().println(json ? Session.json(done.json()) : done.report());
		}
		return 0;
	}
}
