package io.glassbox.graph.io;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells in Markdown which of the ONNX standard's tests pass, and reads it back. */
final class StandardReport {

	private static final String TITLE = "## The ONNX standard's tests";
	private static final String SEVERAL = "several operators";
	private static final Pattern PASSES = Pattern.compile("(?m)^Passing on (both engines|libtorch alone), `(.+)/`: (.+)$");

	private final Map<StandardCase, StandardCase.Verdict> verdicts;
	private final Map<StandardCase, StandardCase.Verdict> images = new LinkedHashMap<>();

	StandardReport(final Map<StandardCase, StandardCase.Verdict> verdicts) {
		this.verdicts = verdicts;
		verdicts.forEach((c, v) -> {
			if (c.concernsImages()) images.put(c, v);
		});
	}

	/** The passing cases that a document lists by name, and whether they pass on both engines. */
	static Map<String, Boolean> passes(final String document) {
		final Map<String, Boolean> passes = new TreeMap<>();
		final Matcher m = PASSES.matcher(document);
		while (m.find())
			for (final String name : m.group(3).split(", "))
				passes.put(m.group(2) + "/test_" + name, m.group(1).startsWith("both"));
		return passes;
	}

	String text() {
		final StringBuilder s = new StringBuilder(TITLE).append("\n\n");
		s.append("Made by `OnnxStandardTest`, which fails when a case listed here no longer passes.\n\n");
		s.append("Debian's package `libonnx-testdata` holds ").append(verdicts.size()).append(
			" of the standard's own tests: a model, its inputs, the outputs it must give (relative tolerance 1e-3, absolute " +
				"1e-5). Each is opened like any ONNX file, written again in operator set 17 for ONNX Runtime, and run on " +
				"both engines. Where ONNX Runtime refuses, libtorch scores in its place, as in use.\n\n");
		s.append("**").append(count(verdicts.values(), false)).append(" pass, ").append(count(verdicts.values(), true))
			.append(" of them on both engines.** ");
		s.append("A case concerns networks for images unless a port is no tensor of numbers (text, sequences, optional " +
			"values), there is no input, or it is about training and losses, recurrence, quantisation, text, sound, random " +
			"numbers, bit shifts, determinants, `Unique`, `ReverseSequence` or `Scan`; the bfloat16 casts are left out too, " +
			"their data being stored as integers of another shape than the model declares. **Of ").append(images.size())
			.append(" such cases ").append(count(images.values(), false)).append(" pass, ").append(count(images.values(), true))
			.append(" on both engines.** The others:\n\n");
		images.forEach((c, v) -> {
			if (!v.torch()) s.append("- `").append(c.name()).append("`: ").append(oneLine(v.why())).append('\n');
		});
		s.append("\nOn libtorch alone:\n\n");
		images.forEach((c, v) -> {
			if (v.torch() && !v.onnxRuntime()) s.append("- `").append(c.name()).append("`: ").append(oneLine(v.why())).append(
				'\n');
		});
		operators(s);
		s.append("\n### All that pass\n");
		Stream.of("node", "pytorch-converted", "pytorch-operator", "simple").forEach(group -> {
			list(s, group, true);
			list(s, group, false);
		});
		return s.toString();
	}

	private static long count(final Collection<StandardCase.Verdict> of, final boolean both) {
		return of.stream().filter(v -> v.torch() && (!both || v.onnxRuntime())).count();
	}

	/** Without paths and line breaks, which differ from machine to machine. */
	private static String oneLine(final String why) {
		return why.lines().findFirst().orElse("").replaceAll("'[^' ]*/([^/' ]+)'", "'$1'");
	}

	private void operators(final StringBuilder s) {
		final Map<String, int[]> rows = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		images.forEach((c, v) -> {
			final String type = c.operators().size() == 1 ? c.operators().iterator().next() : SEVERAL;
			final int[] row = rows.computeIfAbsent(type, k -> new int[3]);
			row[0]++;
			if (v.torch()) row[1]++;
			if (v.torch() && v.onnxRuntime()) row[2]++;
		});
		s.append("\n| operator | cases | libtorch | and ONNX Runtime |\n| --- | ---: | ---: | ---: |\n");
		rows.forEach((type, n) -> s.append("| ").append(type).append(" | ").append(n[0]).append(" | ").append(n[1]).append(
			" | ").append(n[2]).append(" |\n"));
	}

	private void list(final StringBuilder s, final String group, final boolean both) {
		final String names = verdicts.entrySet().stream().filter(e -> e.getKey().name().startsWith(group + "/") && e
			.getValue().torch() && e.getValue().onnxRuntime() == both).map(e -> e.getKey().name().substring((group + "/test_")
				.length())).collect(Collectors.joining(", "));
		if (!names.isEmpty()) s.append("\nPassing on ").append(both ? "both engines" : "libtorch alone").append(", `").append(
			group).append("/`: ").append(names).append('\n');
	}
}
