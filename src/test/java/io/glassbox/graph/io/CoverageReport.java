package io.glassbox.graph.io;

import ai.djl.Device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

/**
 * Measures which networks open as a graph, from which format, and how far their scores are from PyTorch's own; writes the
 * table of {@code docs/coverage.md}.
 * <p>
 * {@code CoverageReport FOLDER REPORT [NAME ...]} reads what {@code src/test/python/export_coverage.py} has written into
 * FOLDER, one network at a time, and puts its rows into the report's section on networks. Rows of networks that are not
 * named stay, as do other sections, so that a table can be made in pieces.
 * </p>
 */
public final class CoverageReport {

	private static final String HEADING = "## The networks people have";

	/** Files by the name of their format. */
	private static final Map<String, String> FORMATS = new TreeMap<>(Map.of("ONNX", "model.onnx", "script",
		"model.scripted.pt", "trace", "model.pt"));

	/** A row of the table: {@code | architecture | format |} and what was found. */
	private static final Pattern ROW = Pattern.compile("\\| (\\S+) \\| (ONNX|trace|script) \\|.*");

	private CoverageReport() {}

	public static void main(final String[] args) throws IOException {
		final Path folder = Path.of(args[0]);
		final Path report = Path.of(args[1]);
		final List<String> names = args.length > 2 ? List.of(args).subList(2, args.length) : complete(folder);
		for (final String name : names) {
			final Map<String, String> rows = new TreeMap<>();
			for (final String format : FORMATS.keySet()) {
				final String row = "| " + name + " | " + format + " | " + measured(folder.resolve(name), format) + " |";
				System.out.println(row);
				rows.put(name + " " + format, row);
			}
			write(report, rows);
		}
	}

	/** Networks that the exporting script is done with. */
	private static List<String> complete(final Path folder) throws IOException {
		try (Stream<Path> networks = Files.list(folder)) {
			return networks.filter(n -> Files.exists(n.resolve("errors.json"))).map(n -> n.getFileName().toString()).sorted()
				.toList();
		}
	}

	// -- one file --

	private static String measured(final Path network, final String format) throws IOException {
		final Path file = network.resolve(FORMATS.get(format));
		final String reason = reason(network.resolve("errors.json"), FORMATS.get(format));
		if (!reason.isEmpty()) return "PyTorch cannot export it | | | | | " + reason.replace("|", "/");
		final Tensor input = Npy.read(network.resolve("input.npy"));
		final Tensor expected = Npy.read(network.resolve("logits.npy"));
		final List<Integer> size = Arrays.stream(input.shape()).skip(2).boxed().toList();
		final long start = System.nanoTime();
		try (Model model = ModelFile.open(file, Device.cpu(), new Opening(size, true))) {
			final double seconds = (System.nanoTime() - start) / 1e9;
			if (model.graph().isEmpty()) return cells("opaque", "", seconds, "", "", model.opaqueBecause().orElse(""));
			final Network graph = model.graph().get();
			final String picked = error(() -> model.score(List.of(input)).get(0), expected);
			final String libtorch = error(() -> {
				try (TorchExecutor executor = new TorchExecutor(graph, Device.cpu())) {
					return executor.score(List.of(input)).get(0);
				}
			}, expected);
			final boolean fast = model.engine().contains("ONNX Runtime");
			return cells("white-box", graph.nodes().size() + "", seconds, picked, libtorch, fast ? "" : "scored by libtorch: " +
				model.engine());
		}
		catch (final GlassboxException e) {
			return cells("fails", "", (System.nanoTime() - start) / 1e9, "", "", e.getMessage());
		}
	}

	private static String cells(final String opens, final String operators, final double seconds, final String picked,
		final String libtorch, final String note)
	{
		return String.join(" | ", opens, operators, String.format(Locale.ROOT, "%.1f", seconds), picked, libtorch, note
			.replace("|", "/").replace('\n', ' '));
	}

	private interface Scores {

		Tensor get();
	}

	private static String error(final Scores scores, final Tensor expected) {
		try {
			final Tensor actual = scores.get();
			if (!Arrays.equals(actual.shape(), expected.shape())) return "shape " + Arrays.toString(actual.shape());
			if (isZero(expected)) return "PyTorch's scores are all 0: tells nothing";
			return String.format(Locale.ROOT, "%.1e", Errors.relative(actual, expected));
		}
		catch (final GlassboxException e) {
			return "fails: " + e.getMessage().replace("|", "/").replace('\n', ' ');
		}
	}

	/** Whether there is nothing to be right or wrong about, as from a head whose weights are zero until it is trained. */
	private static boolean isZero(final Tensor scores) {
		for (final float s : scores.floats())
			if (s != 0) return false;
		return true;
	}

	/** Why PyTorch could not write a file, or the empty string if it did. */
	static String reason(final Path errors, final String file) throws IOException {
		final Matcher m = Pattern.compile("\"" + Pattern.quote(file) + "\": \"((?:[^\"\\\\]|\\\\.)*)\"").matcher(Files
			.readString(errors));
		return m.find() ? m.group(1).replace("\\n", " ").replace("\\\"", "\"") : "";
	}

	// -- the table --

	private static void write(final Path report, final Map<String, String> rows) throws IOException {
		final List<String> lines = Files.exists(report) ? Files.readAllLines(report) : List.of("# What opens", "", HEADING);
		final int start = lines.contains(HEADING) ? lines.indexOf(HEADING) : lines.size();
		int end = start + 1;
		while (end < lines.size() && !lines.get(end).startsWith("## "))
			end++;
		final Map<String, String> all = new TreeMap<>();
		for (final String line : lines.subList(start, Math.min(end, lines.size()))) {
			final Matcher m = ROW.matcher(line);
			if (m.matches()) all.put(m.group(1) + " " + m.group(2), line);
		}
		all.putAll(rows);
		final List<String> written = new ArrayList<>(lines.subList(0, start));
		written.addAll(section(all));
		if (end < lines.size()) written.add("");
		written.addAll(lines.subList(Math.min(end, lines.size()), lines.size()));
		Files.write(report, written);
	}

	private static List<String> section(final Map<String, String> rows) {
		final List<String> section = new ArrayList<>(List.of(HEADING, "", """
			Random weights, one image (the input's own size given as `inputsize`), float32. *Operators* are those of the graph,
			*opens* is the time to read the file in seconds, and the errors are the largest difference to PyTorch's own scores
			relative to the largest of these: of the engine Glassbox scores with, ONNX Runtime unless the note says otherwise,
			and of libtorch, which differentiates. Made by

			```
			python3 src/test/python/export_coverage.py FOLDER
			mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
			java -Xmx6g -cp target/classes:target/test-classes:$(cat target/classpath) \\
			  io.glassbox.graph.io.CoverageReport FOLDER docs/coverage.md
			```
			""", summary(rows), "", "| architecture | format | opens as | operators | opens in s | error, scored | error, libtorch | note |",
			"| --- | --- | --- | --- | --- | --- | --- | --- |"));
		section.addAll(rows.values());
		return section;
	}

	private static String summary(final Map<String, String> rows) {
		return FORMATS.keySet().stream().map(format -> {
			final List<String> these = rows.entrySet().stream().filter(r -> r.getKey().endsWith(" " + format)).map(
				Map.Entry::getValue).toList();
			final long exported = these.stream().filter(r -> !r.contains("PyTorch cannot")).count();
			final long good = these.stream().filter(CoverageReport::isGood).count();
			return format + ": " + good + " of " + exported + " open white-box with relative errors below 1e-3";
		}).collect(Collectors.joining("; ", "", "."));
	}

	private static boolean isGood(final String row) {
		final String[] cells = row.split(" \\| ?");
		return cells.length > 6 && cells[2].equals("white-box") && Stream.of(cells[5], cells[6]).allMatch(c -> c.matches(
			"\\d\\.\\de[-+]\\d\\d") && Double.parseDouble(c) < 1e-3);
	}
}
