package io.glassbox.graph.io;

import ai.djl.Device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
 * Measures the networks of {@link CoverageReport} as ONNX files of other operator sets, and writes a table of one row for
 * each network, one column for each operator set.
 * <p>
 * {@code OpsetReport FOLDER REPORT} reads FOLDER/OPSET/NAME, which {@code export_coverage.py --opset} has written. A file
 * is measured once and what came of it kept beside it, so that the file itself, large as it is, need not stay.
 * </p>
 */
public final class OpsetReport {

	private static final String HEADING = "## Other operator sets";
	private static final String MEASURED = "measured.txt";
	private static final int LONGEST_NOTE = 160;
	private static final double GOOD = 1e-3;
	private static final String NUMBER = "\\d\\.\\de[-+]\\d\\d";

	/** Between the error to what the file itself computes and that of the file. */
	private static final String OTHER = " to a file that errs by ";

	private OpsetReport() {}

	public static void main(final String[] args) throws IOException {
		final Path folder = Path.of(args[0]);
		final Map<String, Map<String, String>> rows = new TreeMap<>();
		for (final Path network : networks(folder))
			rows.computeIfAbsent(network.getFileName().toString(), k -> new TreeMap<>()).put(network.getParent().getFileName()
				.toString(), cell(network));
		write(Path.of(args[1]), rows);
	}

	/** Networks that the exporting script is done with. */
	private static List<Path> networks(final Path folder) throws IOException {
		try (Stream<Path> all = Files.walk(folder, 3)) {
			return all.filter(p -> p.endsWith("errors.json")).map(Path::getParent).sorted().toList();
		}
	}

	private static String cell(final Path network) throws IOException {
		final Path kept = network.resolve(MEASURED);
		if (!Files.exists(kept)) Files.writeString(kept, measured(network));
		return Files.readString(kept);
	}

	/** The larger of the two engines' errors, or why there is none. */
	private static String measured(final Path network) throws IOException {
		final String reason = CoverageReport.reason(network.resolve("errors.json"), "model.onnx");
		if (!reason.isEmpty()) return "not exported: " + oneLine(reason);
		final Tensor input = Npy.read(network.resolve("input.npy"));
		final Tensor expected = Npy.read(network.resolve("logits.npy"));
		final Path file = network.resolve("model.onnx");
		final Opening opening = new Opening(Arrays.stream(input.shape()).skip(2).boxed().toList(), true);
		try (Model model = ModelFile.open(file, Device.cpu(), opening)) {
			if (model.graph().isEmpty()) return "opaque: " + oneLine(model.opaqueBecause().orElse(""));
			final Tensor scored = model.score(List.of(input)).get(0);
			final Tensor graph = libtorch(model.graph().get(), input);
			final double error = Math.max(Errors.relative(scored, expected), Errors.relative(graph, expected));
			if (error < GOOD) return String.format(Locale.ROOT, "%.1e", error);
			final Tensor own = itself(file, input);
			return String.format(Locale.ROOT, "%.1e%s%.1e", Math.max(Errors.relative(scored, own), Errors.relative(graph, own)),
				OTHER, Errors.relative(own, expected));
		}
		catch (final GlassboxException e) {
			return "fails: " + oneLine(e.getMessage());
		}
	}

	private static Tensor libtorch(final Network graph, final Tensor input) {
		try (TorchExecutor executor = new TorchExecutor(graph, Device.cpu())) {
			return executor.score(List.of(input)).get(0);
		}
	}

	/** What ONNX Runtime makes of the file as it is. */
	private static Tensor itself(final Path file, final Tensor input) {
		try (OnnxRuntimeScorer runtime = OnnxRuntimeScorer.open(file, Device.cpu())) {
			return runtime.score(List.of(input)).get(0);
		}
	}

	/** Less what exporters say every time. */
	private static String oneLine(final String note) {
		final String line = note.replace('|', '/').replace('\n', ' ').replaceFirst(" *(\\[Caused|Please feel|Please try|Try exporting|" +
			"Support for this operator).*", "");
		return line.length() <= LONGEST_NOTE ? line : line.substring(0, LONGEST_NOTE - 1) + "…";
	}

	// -- the table --

	private static void write(final Path report, final Map<String, Map<String, String>> rows) throws IOException {
		final String text = Files.exists(report) ? Files.readString(report) : "# What opens\n";
		final String section = section(rows, Pattern.compile("(?m)^\\| (\\S+) \\| ONNX ").matcher(text).results().map(m -> m.group(
			1)).filter(name -> !rows.containsKey(name)).toList());
		final Matcher old = Pattern.compile("(?ms)^" + HEADING + "$.*?(?=^## |\\z)").matcher(text);
		final String written = old.find() ? text.substring(0, old.start()) + section + text.substring(old.end()) : text + "\n" +
			section;
		Files.writeString(report, written.stripTrailing() + "\n");
	}

	/** @param left networks that have not been measured */
	private static String section(final Map<String, Map<String, String>> rows, final List<String> left) {
		final List<String> lines = new ArrayList<>(List.of(HEADING, "", """
			The networks above as PyTorch 1.13 writes them in other operator sets; *11-17* is written in 11 and converted to 17 by
			`onnx.version_converter`. An error is the larger one of both engines. Made by

			```
			python3 src/test/python/export_coverage.py FOLDER --opset 9,11,13
			java -Xmx6g -cp target/classes:target/test-classes:$(cat target/classpath) \\
			  io.glassbox.graph.io.OpsetReport FOLDER docs/coverage.md
			```
			""", summary(rows) + (left.isEmpty() ? "" : " Not measured: " + String.join(", ", left) + "."), ""));
		final Map<String, String> notes = new LinkedHashMap<>();
		final Map<Set<String>, List<String>> tables = new LinkedHashMap<>();
		rows.forEach((name, cells) -> tables.computeIfAbsent(sorted(cells.keySet()), OpsetReport::heading).add("| " + name +
			" | " + sorted(cells.keySet()).stream().map(o -> shown(cells.get(o), notes)).collect(Collectors.joining(" | ")) +
			" |"));
		tables.values().forEach(table -> {
			lines.addAll(table);
			lines.add("");
		});
		lines.add("† The file is not quite PyTorch's network: these operator sets know one kind of linear upsampling, which is not " +
			"PyTorch's. The error is that to the scores ONNX Runtime gets from the file itself.");
		lines.add("");
		notes.forEach((note, letter) -> lines.add("- " + letter + ": " + note));
		return String.join("\n", lines) + "\n\n";
	}

	private static Set<String> sorted(final Set<String> opsets) {
		final Set<String> sorted = new TreeSet<>(Comparator.comparing((String o) -> o.contains("-")).thenComparing(o -> Integer
			.parseInt(o.replaceAll("-.*", ""))).thenComparing(Comparator.naturalOrder()));
		sorted.addAll(opsets);
		return sorted;
	}

	private static List<String> heading(final Set<String> opsets) {
		return new ArrayList<>(List.of("| architecture | " + String.join(" | ", opsets) + " |", "| --- |" + " --- |".repeat(opsets
			.size())));
	}

	/** A number, or the letter of the note that tells why there is none. */
	private static String shown(final String cell, final Map<String, String> notes) {
		if (cell.matches(NUMBER)) return cell;
		if (cell.contains(OTHER)) return cell.substring(0, cell.indexOf(OTHER)) + " †";
		return notes.computeIfAbsent(cell, c -> Character.toString((char) ('a' + notes.size())));
	}

	private static String summary(final Map<String, Map<String, String>> rows) {
		final List<String> cells = rows.values().stream().flatMap(r -> r.values().stream()).filter(c -> !c.startsWith(
			"not exported")).map(c -> c.replaceFirst(OTHER + ".*", "")).toList();
		final long good = cells.stream().filter(c -> c.matches(NUMBER) && Double.parseDouble(c) < GOOD).count();
		return "**" + good + " of " + cells.size() + " files open white-box with relative errors below 1e-3.**";
	}
}
