package io.glassbox.cli;

import io.glassbox.demo.Demo;

import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glassbox demo}: explains the bundled image by the bundled network, by every method there is. */
@Command(name = "demo", mixinStandardHelpOptions = true,
	description = "Explains the bundled test image with the bundled network by every method.")
final class DemoCommandLine implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Option(names = "--out", paramLabel = "DIR", defaultValue = "glassbox-demo",
		description = "Folder for the results. Default: ${DEFAULT-VALUE}.")
	private Path out;

	@Override
	public Integer call() {
		try (Session session = new Session()) {
			new Demo(session.glassbox(), spec.commandLine().getOut()).run(out);
		}
		return 0;
	}
}
