package io.glassbox.command.bridge;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real plain ImageJ in a process of its own, as a user starts it: {@code ij.jar} and a plugins folder.
 * <p>
 * It has its own home folder, so that no preferences are shared, but the usual cache for the engines'
 * native libraries. The property {@code glassbox.test.java} names another Java than the one the tests run on.
 * </p>
 */
final class ImageJProcess {

	/** How a process ended, and what it said. */
	record Result(int status, String out, String err, Duration time) {

		@Override
		public String toString() {
			return "status " + status + " after " + time.toMillis() + " ms\n-- out\n" + out + "\n-- err\n" + err;
		}
	}

	private final Path home;
	private final List<String> jvm = new ArrayList<>();
	private String display;
	private final String java = System.getProperty("glassbox.test.java", System.getProperty("java.home") + "/bin/java");

	/** @param home the ImageJ folder, which holds {@code plugins/} */
	ImageJProcess(final Path home) {
		this.home = home;
	}

	ImageJProcess headless() {
		jvm.add("-Djava.awt.headless=true");
		return this;
	}

	ImageJProcess on(final VirtualDisplay on) {
		display = on.name();
		return this;
	}

	/** Runs the text of a macro with {@code -batch}, which shows no ImageJ window, and waits for the end. */
	Result batch(final String macro, final Duration limit) throws IOException, InterruptedException {
		return batch(Files.writeString(Files.createTempFile(home, "macro", ".ijm"), macro), "", limit);
	}

	/** Runs a macro file likewise; {@code getArgument()} gives it the argument. */
	Result batch(final Path macro, final String argument, final Duration limit) throws IOException,
		InterruptedException
	{
		return start(limit, System.getProperty("glassbox.ij"), "ij.ImageJ", "-batch", macro.toString(), argument);
	}

	/** Runs a program of ours that drives ImageJ and its windows. */
	Result drive(final Class<?> main, final Duration limit, final String... arguments) throws IOException,
		InterruptedException
	{
		final String classPath = System.getProperty("glassbox.ij") + File.pathSeparator + driver(main);
		final List<String> command = new ArrayList<>(List.of(main.getName()));
		command.addAll(List.of(arguments));
		return start(limit, classPath, command.toArray(String[]::new));
	}

	/** A folder with the package of this class alone: the others of the tests must not be found by ImageJ. */
	private Path driver(final Class<?> main) throws IOException {
		final Path name = Path.of(main.getPackageName().replace('.', '/'));
		final Path folder = Files.createTempDirectory(home, "driver");
		final Path to = Files.createDirectories(folder.resolve(name));
		try (Stream<Path> classes = Files.list(Path.of("target", "test-classes").resolve(name))) {
			for (final Path file : classes.toList())
				Files.copy(file, to.resolve(file.getFileName()));
		}
		return folder;
	}

	private Result start(final Duration limit, final String classPath, final String... command) throws IOException,
		InterruptedException
	{
		final List<String> line = new ArrayList<>(List.of(java, "-Xmx1g", "-Dplugins.dir=" + home, "-Duser.home=" +
			home, "-DDJL_CACHE_DIR=" + System.getProperty("user.home") + "/.djl.ai"));
		line.addAll(jvm);
		line.addAll(List.of("-cp", classPath));
		line.addAll(List.of(command));
		final Path out = Files.createTempFile(home, "out", ".txt");
		final Path err = Files.createTempFile(home, "err", ".txt");
		final ProcessBuilder builder = new ProcessBuilder(line).directory(home.toFile()).redirectOutput(out.toFile())
			.redirectError(err.toFile());
		builder.environment().remove("DISPLAY");
		if (display != null) builder.environment().put("DISPLAY", display);
		final long before = System.nanoTime();
		final Process process = builder.start();
		final boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
		if (!ended) process.destroyForcibly().waitFor();
		final Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err), Duration
			.ofNanos(System.nanoTime() - before));
		if (!ended) throw new AssertionError("ImageJ did not end within " + limit + ": " + result);
		return result;
	}
}
