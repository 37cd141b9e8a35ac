package io.glassbox.graph.io;

import ai.djl.Device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
	private static final int LONGEST_NOTE = 110;

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
		if (!reason.isEmpty()) return "not exported: " + shortened(reason);
		final Tensor input = Npy.read(network.resolve("input.npy"));
		final Tensor expected = Npy.read(network.resolve("logits.npy"));
		final Opening opening = new Opening(Arrays.stream(input.shape()).skip(2).boxed().toList(), true);
		try (Model model = ModelFile.open(network.resolve("model.onnx"), Device.cpu(), opening)) {
			if (model.graph().isEmpty()) return "opaque: " + shortened(model.opaqueBecause().orElse(""));
			final double scored = Errors.relative(model.score(List.of(input)).get(0), expected);
			return String.format(Locale.ROOT, "%.1e", Math.max(scored, libtorch(model.graph().get(), input, expected)));
		}
		catch (final GlassboxException e) {
			return "fails: " + shortened(e.getMessage());
		}
	}

	private static double libtorch(final Network graph, final Tensor input, final Tensor expected) {
		try (TorchExecutor executor = new TorchExecutor(graph, Device.cpu())) {
			return Errors.relative(executor.score(List.of(input)).get(0), expected);
		}
	}

	private static String shortened(final String note) {
		final String line = note.replace('|', '/').replace('\n', ' ');
		return line.length() <= LONGEST_NOTE ? line : line.substring(0, LONGEST_NOTE - 1) + "…";
	}

	// -- the table --

	private static void write(final Path report, final Map<String, Map<String, String>> rows) throws IOException {
		final String text = Files.exists(report) ? Files.readString(report) : "# What opens\n";
		final String section = section(rows);
		final Matcher old = Pattern.compile("(?ms)^" + HEADING + "$.*?(?=^## |\\z)").matcher(text);
		final String written = old.find() ? text.substring(0, old.start()) + section + text.substring(old.end()) : text + "\n" +
			section;
		Files.writeString(report, written.stripTrailing() + "\n");
	}

	private static String section(final Map<String, Map<String, String>> rows) {
		final TreeSet<String> opsets = new TreeSet<>(Comparator.comparing((String o) -> o.contains("-")).thenComparing(
			o -> Integer.parseInt(o.replaceAll("-.*", ""))).thenComparing(Comparator.naturalOrder()));
		rows.values().forEach(r -> opsets.addAll(r.keySet()));
		final List<String> lines = new ArrayList<>(List.of(HEADING, "", summary(rows), "", """
			The networks above, written by PyTorch 1.13 in other operator sets; *11-17* was written in 11 and converted to 17
			by `onnx.version_converter`. The larger of the errors of both engines, as above. Made by

			```
			python3 src/test/python/export_coverage.py FOLDER --opset 9,11,13
			java -Xmx6g -cp target/classes:target/test-classes:$(cat target/classpath) \\
			  io.glassbox.graph.io.OpsetReport FOLDER docs/coverage.md
			```
			"""));
		lines.add("| architecture | " + String.join(" | ", opsets) + " |");
		lines.add("| --- |" + " --- |".repeat(opsets.size()));
		rows.forEach((name, cells) -> lines.add("| " + name + " | " + opsets.stream().map(o -> cells.getOrDefault(o, ""))
			.collect(Collectors.joining(" | ")) + " |"));
		return String.join("\n", lines) + "\n\n";
	}

	private static String summary(final Map<String, Map<String, String>> rows) {
		final List<String> cells = rows.values().stream().flatMap(r -> r.values().stream()).filter(c -> !c.startsWith(
			"not exported")).toList();
		final long good = cells.stream().filter(c -> c.matches("\\d\\.\\de[-+]\\d\\d") && Double.parseDouble(c) < 1e-3)
			.count();
		return "**" + good + " of " + cells.size() + " files open white-box with relative errors below 1e-3.**";
	}
}
