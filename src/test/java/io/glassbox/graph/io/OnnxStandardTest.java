package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

/**
 * The ONNX standard's own tests, as Debian's package {@code libonnx-testdata} has them.
 * <p>
 * Every model is opened as a person's file would be and runs on both engines. Which cases pass, and on which engine, is
 * written down in {@code docs/coverage.md}; a case that passed before and fails now is a failure here, and so is a list
 * that does not say what is. The folder is where the package puts it, or where the system property
 * {@code glassbox.onnx.tests} says.
 * </p>
 */
class OnnxStandardTest {

	private static final Path DATA = Path.of(System.getProperty("glassbox.onnx.tests",
		"/usr/share/libonnx-testdata/data"));
	private static final Path DOCUMENT = Path.of("docs", "coverage.md");
	private static final Path REPORT = Path.of("target", "coverage", "onnx-tests.md");

	@Test
	void passesWhatItPassedBefore() throws IOException {
		assumeTrue(Files.isDirectory(DATA), "The ONNX tests are not at " + DATA +
			": install libonnx-testdata, or say where they are with -Dglassbox.onnx.tests=<folder>");
		final Map<StandardCase, StandardCase.Verdict> verdicts = new TreeMap<>((a, b) -> a.name().compareTo(b.name()));
		StandardCase.all(DATA).forEach(c -> verdicts.put(c, c.run()));
		final StandardReport report = new StandardReport(verdicts);
		Files.createDirectories(REPORT.getParent());
		Files.writeString(REPORT, report.text());
		final String document = Files.readString(DOCUMENT);
		final Map<String, Boolean> before = StandardReport.passes(document);
		assertTrue(before.size() > 525, "docs/coverage.md lists " + before.size() + " passes only");
		final List<String> worse = new ArrayList<>();
		verdicts.forEach((c, v) -> {
			final Boolean both = before.get(c.name());
			if (both != null && (!v.torch() || both && !v.onnxRuntime())) worse.add(c.name() + ": " + v.why());
		});
		assertEquals(List.of(), worse);
		final boolean sameCases = verdicts.keySet().stream().map(StandardCase::name).toList().containsAll(before.keySet());
		if (sameCases) assertTrue(document.contains(report.text()),
			"What passes has changed for the better: put target/coverage/onnx-tests.md into docs/coverage.md.");
	}
}
