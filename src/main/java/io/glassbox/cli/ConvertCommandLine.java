package io.glassbox.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glassbox convert}: a network as ONNX, whatever file it came from. */
@Command(name = "convert", mixinStandardHelpOptions = true,
	description = "Saves a network as ONNX, opset 17, with the names of its layers and its description beside it.")
final class ConvertCommandLine implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Mixin
	private ModelOptions model;

	@Option(names = "--out", required = true, paramLabel = "out.onnx", description = "ONNX file to write.")
	private Path out;

	@Option(names = "--merge-batchnorm",
		description = "Fold each batch normalisation into the convolution or linear layer before it.")
	private boolean mergeBatchNorm;

	@Override
	public Integer call() {
		try (Session session = model.session()) {
			final List<String> files = session.glassbox().save(model.model(), out, mergeBatchNorm).stream().map(Path::toString)
				.toList();
			if (model.json()) spec.commandLine().getOut().println(Session.json(Map.of("model", model.model().toString(),
				"files", files)));
			else files.forEach(spec.commandLine().getOut()::println);
		}
		return 0;
	}
}
