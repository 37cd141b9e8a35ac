package io.glassbox.cli;

import io.glassbox.graph.GlassboxException;

import java.io.PrintWriter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line. */
@Command(name = "glassbox", mixinStandardHelpOptions = true, versionProvider = Version.class,
	description = "Explains why a network said what it said of an image.", subcommands = { PredictCommandLine.class,
		ExplainCommandLine.class, ImportCommandLine.class, LayersCommandLine.class, ConvertCommandLine.class,
		MethodsCommandLine.class, DemoCommandLine.class })
public final class Main {

	private static final Logger LOG = LoggerFactory.getLogger(Main.class);

	private Main() {}

	public static void main(final String[] args) {
		System.setProperty("java.awt.headless", "true");
		final int status = run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
		System.exit(status);
	}

	/** Runs one command line; nothing is printed elsewhere. */
	static int run(final PrintWriter out, final PrintWriter err, final String... args) {
		final CommandLine line = new CommandLine(new Main()).setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(
			true);
		line.setParameterExceptionHandler(Main::badUsage);
		line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
		if (args.length == 0) {
			line.usage(out);
			return CommandLine.ExitCode.USAGE;
		}
		return line.execute(args);
	}

	private static int badUsage(final ParameterException e, final String[] args) {
		final CommandLine command = e.getCommandLine();
		command.getErr().println("glassbox: " + e.getMessage() + " Try '" + command.getCommandSpec().qualifiedName() +
			" --help'.");
		return CommandLine.ExitCode.USAGE;
	}

	private static int failed(final Exception e, final CommandLine command) {
		if (e instanceof GlassboxException) LOG.debug("failed", e);
		else LOG.error("This is a bug in Glassbox.", e);
		final String message = e instanceof GlassboxException ? e.getMessage() : e.toString();
		command.getErr().println("glassbox: " + message.replaceAll("\\s*\\R\\s*", " "));
		return CommandLine.ExitCode.SOFTWARE;
	}
}
