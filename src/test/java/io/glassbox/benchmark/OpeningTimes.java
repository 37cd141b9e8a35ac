package io.glassbox.benchmark;

import io.glassbox.graph.Model;
import io.glassbox.graph.io.ModelFile;

import ai.djl.Device;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long a network takes to open and how much memory that takes, each file in a Java process of its own: prints the
 * table of {@code docs/performance.md}.
 * <p>
 * Arguments: the folder with {@code NAME/model.onnx}, {@code model.pt} and {@code model.scripted.pt}, as
 * {@code src/test/python/export_coverage.py} writes it, then names, all if there are none. The file is read once before, so
 * that the disk does not count. <em>Cold</em> is the first opening in the process, classes still to be loaded and code still to be
 * compiled; <em>warm</em> the median of {@code -Dglassbox.rounds=5} more. In brackets stands the processor time of all threads,
 * those that compile and collect garbage included: other programs lengthen the first number, hardly the second.
 * <em>Peak</em> is what the process had in memory at most until the end of the first, Java itself and libraries included;
 * told on Linux only. JVM options given to this process ({@code -Xmx6g}) hold for the others too.
 * </p>
 */
public final class OpeningTimes {

	private static final List<String> FILES = List.of("model.onnx", "model.pt", "model.scripted.pt");
	private static final int ROUNDS = Integer.getInteger("glassbox.rounds", 5);
	private static final String ONE = "--one";

	private OpeningTimes() {}

	public static void main(final String[] args) throws IOException, InterruptedException {
		if (args.length == 2 && args[0].equals(ONE)) {
			one(Path.of(args[1]));
			return;
		}
		if (args.length == 0 || !Files.isDirectory(Path.of(args[0]))) throw new IllegalArgumentException(
			"Name the folder with the networks. To make it: python3 src/test/python/export_coverage.py FOLDER");
		System.out.println("| network | file | MB | cold, s | warm, s | peak, MB |");
		System.out.println("| --- | --- | --- | --- | --- | --- |");
		for (final Path network : networks(Path.of(args[0]), Arrays.asList(args).subList(1, args.length)))
			for (final String name : FILES)
				if (Files.exists(network.resolve(name))) System.out.println("| " + network.getFileName() + " | " + name + " | " +
					measured(network.resolve(name)) + " |");
		System.out.println();
		System.out.println("Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors, " +
			System.getProperty("os.name") + " " + System.getProperty("os.arch"));
	}

	private static List<Path> networks(final Path folder, final List<String> names) throws IOException {
		if (!names.isEmpty()) return names.stream().map(folder::resolve).toList();
		try (Stream<Path> all = Files.list(folder)) {
			return all.filter(Files::isDirectory).sorted().toList();
		}
	}

	/** The last line that a process of its own prints, or how it ended. */
	private static String measured(final Path file) throws IOException, InterruptedException {
		final List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
		command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), OpeningTimes.class.getName(), ONE, file.toString()));
		final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String last = "";
		try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine())
				last = line;
		}
		final int status = process.waitFor();
		return status == 0 ? last : "fails: " + last.replace('|', '/') + " | | |";
	}

	// -- in the other process --

	private static void one(final Path file) throws IOException {
		readOnce(file);
		final String cold = opened(file, 1);
		final String peak = peak();
		System.out.println(String.format(Locale.ROOT, "%.0f | %s | %s | %s", Files.size(file) / 1e6, cold, opened(file, ROUNDS),
			peak));
	}

	private static void readOnce(final Path file) throws IOException {
		final byte[] portion = new byte[1 << 16];
		try (InputStream in = Files.newInputStream(file)) {
			while (in.read(portion) >= 0);
		}
	}

	private static String opened(final Path file, final int times) {
		final Interleaved.Times t = Interleaved.measure(Map.of("", () -> {
			try (Model model = ModelFile.open(file, Device.cpu())) {
				if (model.graph().isEmpty()) throw new IllegalStateException("opens as a black box: " + model.opaqueBecause()
					.orElse(""));
			}
		}), 0, times).get("");
		return String.format(Locale.ROOT, "%.2f (%.2f)", t.wall() / 1000, t.processor() / 1000);
	}

	/** Most of this process that was in memory so far, in MB. */
	private static String peak() throws IOException {
		final Path status = Path.of("/proc/self/status");
		if (!Files.exists(status)) return "";
		return Files.readAllLines(status).stream().filter(l -> l.startsWith("VmHWM:")).map(l -> l.replaceAll("\\D", "")).map(
			kB -> String.valueOf(Long.parseLong(kB) / 1000)).findFirst().orElse("");
	}
}
