package io.glassbox.benchmark;

import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.io.GraphModel;
import io.glassbox.graph.io.TorchScriptModel;
import io.glassbox.graph.io.TorchScriptReader;

import ai.djl.Device;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * One TorchScript file, run by libtorch as it stands and by both of our engines on the graph read from it: prints the
 * tables of {@code docs/performance.md}.
 * <p>
 * The folder in the system property {@code glassbox.torchvision} holds {@code NAME/model.pt}, as
 * {@code src/test/python/export_coverage.py} writes it. Other properties: {@code glassbox.networks} (names, by commas),
 * {@code glassbox.rounds}, and {@code glassbox.batches=true} for the first of them by batch size.
 * </p>
 */
public final class EngineBenchmark {

	private static final int BATCH = 16;
	private static final int WARM_UP = 3;
	private static final int ROUNDS = Integer.getInteger("glassbox.rounds", 9);
	private static final String[] NETWORKS = System.getProperty("glassbox.networks", "resnet18,resnet50,densenet121")
		.split(",");

	/** Batches of which the forward-only engine's throughput is told. */
	private static final List<Integer> SIZES = Boolean.getBoolean("glassbox.batches") ? List.of(1, 2, 4, 8, 16, 32, 64)
		: List.of();

	private static final String SCRIPT = "TorchScript";
	private static final String GRAPH = "graph";
	private static final String FAST = "forward-only";

	private EngineBenchmark() {}

	public static void main(final String[] args) {
		final Path folder = folder();
		print("| %s x 224 x 224, forward | TorchScript file, ms | graph on libtorch, ms | forward-only engine, ms | " +
			"graph: time to TorchScript's | forward-only: throughput to TorchScript's |", BATCH);
		print("| --- | --- | --- | --- | --- | --- |");
		final Map<String, Map<String, Interleaved.Times>> backward = new LinkedHashMap<>();
		for (final String name : NETWORKS)
			try (Contest contest = new Contest(folder.resolve(name).resolve("model.pt"))) {
				final Map<String, Interleaved.Times> t = contest.forward();
				final double script = t.get(SCRIPT).wall();
				print("| %s | %s | %s | %s | %.2f | %.2f |", name, text(t.get(SCRIPT)), text(t.get(GRAPH)), text(t.get(FAST)), t
					.get(GRAPH).wall() / script, script / t.get(FAST).wall());
				backward.put(name, contest.backward());
			}
		print("");
		print("| forward and back to the input | TorchScript file, ms | graph on libtorch, ms | time to TorchScript's |");
		print("| --- | --- | --- | --- |");
		backward.forEach((name, t) -> print("| %s | %s | %s | %.2f |", name, text(t.get(SCRIPT)), text(t.get(GRAPH)), t.get(
			GRAPH).wall() / t.get(SCRIPT).wall()));
		print("");
		if (!SIZES.isEmpty()) batches(folder.resolve(NETWORKS[0]).resolve("model.pt"));
		print("Medians of %d calls that took turns; in brackets processor time. Java %s, %d processors, %s %s", ROUNDS, Runtime
			.version(), Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"), System.getProperty(
				"os.arch"));
	}

	/** The forward-only engine by batch size. */
	private static void batches(final Path file) {
		try (Model fast = new GraphModel(TorchScriptReader.read(file), Device.cpu())) {
			final Map<String, Runnable> ways = new LinkedHashMap<>();
			for (final int n : SIZES) {
				final List<Tensor> input = List.of(images(n));
				ways.put(String.valueOf(n), () -> fast.score(input));
			}
			print("| batch | ms | ms an image |");
			print("| --- | --- | --- |");
			Interleaved.measure(ways, WARM_UP, ROUNDS).forEach((n, t) -> print("| %s | %s | %.1f |", n, text(t), t.wall() / Integer
				.parseInt(n)));
			print("");
		}
	}

	private static Path folder() {
		final String folder = System.getProperty("glassbox.torchvision");
		if (folder == null || !Files.isDirectory(Path.of(folder))) throw new IllegalArgumentException(
			"Name the folder with the networks: -Dglassbox.torchvision=FOLDER. To make it: python3 " +
				"src/test/python/export_coverage.py FOLDER " + String.join(" ", NETWORKS));
		return Path.of(folder);
	}

	/** All ways to run one file. */
	private static final class Contest implements AutoCloseable {

		private final List<Tensor> input = List.of(images(BATCH));
		private final Model script;
		private final TorchExecutor graph;
		private final Model fast;

		Contest(final Path file) {
			final Network network = TorchScriptReader.read(file);
			script = TorchScriptModel.open(file, Device.cpu(), "It is measured as it stands.");
			graph = new TorchExecutor(network, Device.cpu());
			fast = new GraphModel(network, Device.cpu());
		}

		Map<String, Interleaved.Times> forward() {
			final Map<String, Runnable> ways = new LinkedHashMap<>();
			ways.put(SCRIPT, () -> script.score(input));
			ways.put(GRAPH, () -> graph.score(input));
			ways.put(FAST, () -> fast.score(input));
			return Interleaved.measure(ways, WARM_UP, ROUNDS);
		}

		Map<String, Interleaved.Times> backward() {
			final Gradients.Seed first = outputs -> List.of(ones(outputs.get(0)));
			final List<String> ofScript = List.of(script.inputs().get(0).name());
			final List<String> ofGraph = List.of(fast.inputs().get(0).name());
			final Map<String, Runnable> ways = new LinkedHashMap<>();
			ways.put(SCRIPT, () -> script.differentiate(input, ofScript, first));
			ways.put(GRAPH, () -> graph.differentiate(input, ofGraph, first));
			return Interleaved.measure(ways, WARM_UP, ROUNDS);
		}

		private static Tensor ones(final Tensor like) {
			final float[] ones = new float[like.length()];
			java.util.Arrays.fill(ones, 1);
			return Tensor.of(ones, like.shape());
		}

		@Override
		public void close() {
			script.close();
			graph.close();
			fast.close();
		}
	}

	private static Tensor images(final int batch) {
		final SplittableRandom random = new SplittableRandom(224);
		final float[] v = new float[batch * 3 * 224 * 224];
		for (int i = 0; i < v.length; i++)
			v[i] = (float) (2 * random.nextDouble() - 1);
		return Tensor.of(v, batch, 3, 224, 224);
	}

	private static String text(final Interleaved.Times t) {
		return String.format(Locale.ROOT, "%.0f (%.0f)", t.wall(), t.processor());
	}

	private static void print(final String format, final Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}
}
