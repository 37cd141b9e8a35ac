package io.glassbox.benchmark;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks and prints the table of {@code docs/performance.md}: times, and ratios within this run. */
public final class Benchmarks {

	private Benchmarks() {}

	public static void main(final String[] args) throws RunnerException {
		final Collection<RunResult> results = new Runner(new OptionsBuilder().include(GradCamBenchmark.class.getName())
			.jvmArgsAppend("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn").build()).run();
		final Map<String, Double> times = new TreeMap<>();
		final Map<String, Double> errors = new TreeMap<>();
		for (final RunResult r : results) {
			final String name = r.getPrimaryResult().getLabel();
			times.put(name, r.getPrimaryResult().getScore());
			errors.put(name, r.getPrimaryResult().getScoreError());
		}
		System.out.println();
		System.out.println("| ResNet-18, 224 x 224, batch 1 | ms | to libtorch forward | to ONNX Runtime forward |");
		System.out.println("| --- | --- | --- | --- |");
		times.forEach((name, ms) -> System.out.println(String.format(Locale.ROOT, "| %s | %.1f ± %.1f | %.2f | %.2f |",
			name, ms, errors.get(name), ms / times.get("forwardByLibtorch"), ms / times.get("forwardByOnnxRuntime"))));
		System.out.println();
		System.out.println("Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() +
			" processors, " + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
	}
}
