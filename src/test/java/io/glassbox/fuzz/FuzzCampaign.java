package io.glassbox.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Tries many mutations of the seeds in processes of their own, which may die or hang, and says what came of each.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass=io.glassbox.fuzz.FuzzCampaign -Dexec.args="20000"
 * </pre>
 * <p>
 * Arguments: how many mutations of each seed; the first number (0); names of the seeds, separated by commas (all);
 * {@code true} to let black boxes run as well (false); a folder for the files behind the findings (target/fuzz). The
 * same numbers give the same files on every machine.
 * </p>
 */
public final class FuzzCampaign {

	/** Longer than a trial may take, so that one that ends late is told apart from one that does not end. */
	private static final long PATIENCE_SECONDS = 30;
	private static final String END = "END ";

	private final boolean blackBoxes;
	private final Path folder;
	private final Map<Trial.Kind, Integer> counts = new EnumMap<>(Trial.Kind.class);
	private final Map<String, String> findings = new LinkedHashMap<>();
	private long mostBytes;
	private long mostMillis;

	FuzzCampaign(final boolean blackBoxes, final Path folder) {
		this.blackBoxes = blackBoxes;
		this.folder = folder;
	}

	public static void main(final String[] args) throws IOException, InterruptedException {
		final int count = args.length > 0 ? Integer.parseInt(args[0]) : 20_000;
		final int from = args.length > 1 ? Integer.parseInt(args[1]) : 0;
		final List<Seed> seeds = args.length > 2 && !args[2].equals("all") ? List.of(args[2].split(",")).stream().map(Seed::new)
			.toList() : Seed.ALL;
		final boolean blackBoxes = args.length > 3 && Boolean.parseBoolean(args[3]);
		final Path folder = Path.of(args.length > 4 ? args[4] : "target/fuzz");
		int found = 0;
		for (final Seed seed : seeds) {
			final FuzzCampaign campaign = new FuzzCampaign(blackBoxes, folder);
			campaign.run(seed, from, from + count);
			System.out.println(seed.file() + ": " + campaign.report());
			found += campaign.findings().size();
		}
		System.exit(found == 0 ? 0 : 1);
	}

	/** What went wrong: seed and number, and what happened. */
	Map<String, String> findings() {
		return findings;
	}

	/** How many mutations ended that way. */
	int count(final Trial.Kind kind) {
		return counts.getOrDefault(kind, 0);
	}

	String report() {
		return counts + ", at most " + (mostBytes >> 20) + " MB and " + mostMillis + " ms, " + findings.size() + " findings";
	}

	/** Tries the mutations of a seed with these numbers. */
	void run(final Seed seed, final int from, final int to) throws IOException, InterruptedException {
		Files.createDirectories(folder);
		int next = from;
		while (next < to)
			next = attempt(seed, next, to);
	}

	/** One process, until it is done or dead; returns the number to go on with. */
	private int attempt(final Seed seed, final int from, final int to) throws IOException, InterruptedException {
		final Path work = Files.createTempDirectory(folder, "work");
		final Process process = new ProcessBuilder(command(seed, from, to, work)).redirectError(work.resolve("stderr.txt")
			.toFile()).start();
		final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
		final Thread reader = new Thread(() -> read(process, lines));
		reader.start();
		int begun = from - 1;
		int done = from - 1;
		boolean hung = false;
		while (true) {
			final String line = lines.poll(begun < from ? 4 * PATIENCE_SECONDS : PATIENCE_SECONDS, TimeUnit.SECONDS);
			hung = line == null;
			if (hung || line.isEmpty()) break;
			if (line.startsWith("BEGIN ")) begun = Integer.parseInt(line.substring(6));
			if (line.startsWith(END)) done = finished(seed, line);
		}
		process.destroyForcibly().waitFor();
		reader.join();
		if (begun < from) throw new IllegalStateException("The process that tries mutations did not start: " + Files
			.readString(work.resolve("stderr.txt")));
		if (done < begun) record(seed, begun, hung ? Trial.Kind.TIME : Trial.Kind.CRASH, "exit status " + process
			.exitValue() + " " + lastWords(work));
		delete(work);
		return begun + 1;
	}

	private static void read(final Process process, final BlockingQueue<String> lines) {
		try (BufferedReader out = process.inputReader()) {
			for (String line = out.readLine(); line != null; line = out.readLine())
				if (!line.isEmpty()) lines.add(line);
			lines.add("");
		}
		catch (final IOException e) {
			lines.add("");
		}
	}

	private int finished(final Seed seed, final String line) {
		final String[] parts = line.split(" ", 6);
		final int number = Integer.parseInt(parts[1]);
		mostBytes = Math.max(mostBytes, Long.parseLong(parts[3]));
		mostMillis = Math.max(mostMillis, Long.parseLong(parts[4]));
		record(seed, number, Trial.Kind.valueOf(parts[2]), (Long.parseLong(parts[3]) >> 20) + " MB, " + parts[4] + " ms: " +
			(parts.length > 5 ? parts[5] : ""));
		return number;
	}

	private void record(final Seed seed, final int number, final Trial.Kind kind, final String detail) {
		counts.merge(kind, 1, Integer::sum);
		if (!kind.isFinding()) return;
		final String name = seed.file() + " " + number;
		findings.put(name, kind + " " + detail);
		System.out.println(name + ": " + kind + " " + detail);
		try {
			Files.write(folder.resolve(number + "-" + seed.file()), Mutations.of(seed, seed.bytes(), number));
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	private List<String> command(final Seed seed, final int from, final int to, final Path work) {
		final List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"),
			"-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + work
				.resolve("crash.txt"), "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-cp", classPath()));
		command.addAll(List.of(FuzzWorker.class.getName(), seed.file(), "" + from, "" + to, "" + blackBoxes, work.toString()));
		return command;
	}

	/** Surefire and Maven's exec plugin keep the class path to themselves. */
	private static String classPath() {
		final String surefire = System.getProperty("surefire.test.class.path");
		return surefire == null ? System.getProperty("java.class.path") : surefire;
	}

	/** The frame a crash happened in, or the last line of what was printed. */
	private static String lastWords(final Path work) throws IOException {
		final Path crash = work.resolve("crash.txt");
		if (Files.exists(crash)) return Files.readAllLines(crash).stream().filter(l -> l.startsWith("#  SIG") || l
			.startsWith("# C ") || l.startsWith("# V ")).findFirst().orElse("") + Files.readAllLines(crash).stream().filter(
				l -> l.startsWith("C  [") || l.startsWith("j  ")).limit(4).reduce("", (a, b) -> a + " < " + b);
		final List<String> lines = Files.readAllLines(work.resolve("stderr.txt"));
		return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
	}

	private static void delete(final Path folder) throws IOException {
		try (var files = Files.list(folder)) {
			for (final Path file : files.toList())
				Files.delete(file);
		}
		Files.delete(folder);
	}
}
