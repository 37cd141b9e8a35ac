package io.glassbox.benchmark;

import io.glassbox.command.Method;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.Npy;
import io.glassbox.graph.io.TorchScriptModel;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.AbsentPlaces;
import io.glassbox.perturb.FeatureCopies;
import io.glassbox.perturb.Features;
import io.glassbox.perturb.Perturbation;
import io.glassbox.perturb.Segmentations;
import io.glassbox.perturb.Segments;

import ai.djl.Device;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.scijava.Context;

/**
 * Methods that score altered copies beside the bare forward passes of as many images. Prints the tables of
 * {@code docs/performance.md}.
 * <p>
 * The folder in the system property {@code glassbox.torchvision} holds {@code NAME/model.onnx} and {@code NAME/model.pt}, as for
 * {@link EngineBenchmark}. Other properties: {@code glassbox.networks} and {@code glassbox.methods} (names, by commas),
 * {@code glassbox.rounds};
 * {@code glassbox.memory=true} for memory in place of times; {@code glassbox.converge=IMAGE.npy,MODEL.onnx} for how many samples
 * maps need.
 * </p>
 */
public final class PerturbationBenchmark {

	private static final int BATCH = 16;
	private static final int ROUNDS = Integer.getInteger("glassbox.rounds", 3);
	private static final int SIDE = 224;

	private PerturbationBenchmark() {}

	/** A method with its settings and the copies that it scores. */
	private record Way(String method, Map<String, ?> settings, int copies) {

		@Override
		public String toString() {
			return settings.containsKey("algorithm") ? method + " (" + settings.get("algorithm") + ")" : method;
		}
	}

	private static final List<Way> WAYS = Stream.of(
		new Way("lime", Map.of("samples", 1000, "segments", "grid 49"), 1000),
		new Way("shap", Map.of("samples", 1000, "segments", "grid 49", "algorithm", "kernel"), 1000),
		new Way("shap", Map.of("samples", 1000, "algorithm", "partition"), 1000),
		new Way("rise", Map.of("samples", 2000), 2000),
		new Way("occlusion", Map.of("window", "16", "stride", "8"), 27 * 27)).filter(w -> List.of(System
			.getProperty("glassbox.methods", w.method).split(",")).contains(w.method)).toList();

	public static void main(final String[] args) throws Exception {
		try (Context context = new Context()) {
			final String converge = System.getProperty("glassbox.converge");
			if (converge != null) {
				final String[] files = converge.split(",");
				try (Model model = ModelFile.open(Path.of(files[1]), Device.cpu())) {
					new Convergence(context, model, Npy.read(Path.of(files[0]))).print();
				}
				return;
			}
			final Path folder = Path.of(System.getProperty("glassbox.torchvision", ""));
			for (final String name : System.getProperty("glassbox.networks", "resnet18,resnet50").split(","))
				try (Model model = ModelFile.open(folder.resolve(name).resolve("model.onnx"), Device.cpu());
						Model script = TorchScriptModel.open(folder.resolve(name).resolve("model.pt"), Device.cpu(),
							"It is measured as it stands."))
				{
					if (Boolean.getBoolean("glassbox.memory")) memory(context, name, model);
					else times(context, name, model, script);
				}
		}
	}

	private static void times(final Context context, final String network, final Model model, final Model script) {
		final Tensor batch = images(BATCH);
		final Map<String, Runnable> bare = new LinkedHashMap<>();
		bare.put("forward-only engine", () -> model.score(List.of(batch)));
		bare.put("libtorch", () -> script.score(List.of(batch)));
		final double torch = Interleaved.measure(Map.of("libtorch", bare.get("libtorch")), 1, 3).get("libtorch").wall() / BATCH;
		print("| %s, %d x %d | copies | s | s of %s for as many | ratio | ratio to libtorch, %.1f ms an image |", network, SIDE, SIDE,
			"bare passes", torch);
		print("| --- | --- | --- | --- | --- | --- |");
		for (final Way way : WAYS) {
			final Map<String, Runnable> two = new LinkedHashMap<>();
			two.put("bare", () -> {
				for (int i = 0; i < way.copies; i += BATCH)
					bare.get("forward-only engine").run();
			});
			two.put("method", explain(context, model, way));
			final Map<String, Interleaved.Times> found = Interleaved.measure(two, 1, ROUNDS);
			final double passes = found.get("bare").wall() * way.copies / (Math.ceil(way.copies / (double) BATCH) * BATCH);
			print("| %s | %d | %.2f | %.2f | %.2f | %.2f |", way, way.copies, found.get("method").wall() / 1000, passes / 1000,
				found.get("method").wall() / passes, found.get("method").wall() / (torch * way.copies));
		}
		print("");
	}

	private static Runnable explain(final Context context, final Model model, final Way way) {
		final Explainer explainer = Method.named(context, way.method).explainer(way.settings);
		final List<Tensor> input = List.of(images(1));
		return () -> explainer.explain(model, input, Target.top(List.of()), Progress.NONE);
	}

	/** The most that the process holds while a method runs, beside what it held at most in bare passes of the same batches. */
	private static void memory(final Context context, final String network, final Model model) throws Exception {
		final Tensor batch = images(BATCH);
		for (int i = 0; i < 20; i++)
			model.score(List.of(batch));
		System.gc();
		forget();
		for (int i = 0; i < 20; i++)
			model.score(List.of(batch));
		final long bare = peak();
		print("%s: bare passes %d MB at most", network, bare >> 10);
		for (final Way way : WAYS) {
			System.gc();
			forget();
			explain(context, model, way).run();
			print("%s: %s %d MB at most, %+d MB", network, way, peak() >> 10, peak() - bare >> 10);
		}
	}

	/** Lets Linux measure the peak anew. */
	private static void forget() throws Exception {
		Files.writeString(Path.of("/proc/self/clear_refs"), "5");
	}

	/** In KB. */
	private static long peak() throws Exception {
		return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("VmHWM")).mapToLong(l -> Long
			.parseLong(l.replaceAll("\\D", ""))).findFirst().orElseThrow();
	}

	/** How many samples a map needs to rank places or segments as one of 20,000 does. */
	private static final class Convergence {

		private static final int MANY = 20_000;
		private static final int SEEDS = 5;
		private static final double ENOUGH = 0.95;
		private static final int[] COUNTS = { 128, 256, 512, 1024, 2048, 4096, 8192, 16384 };

		private final Context context;
		private final Model model;
		private final Tensor image;

		Convergence(final Context context, final Model model, final Tensor image) {
			this.context = context;
			this.model = model;
			this.image = image;
		}

		void print() {
			PerturbationBenchmark.print("| method | rank correlation with %d samples, median of %d seeds: %s | samples to %.2f |", MANY, SEEDS,
				Arrays.toString(COUNTS), ENOUGH);
			PerturbationBenchmark.print("| --- | --- | --- |");
			row("lime", "samples", Map.of("selection", "none"));
			row("lime", "samples", Map.of("selection", "none", "paired", true));
			row("orders gone through once", (count, seed) -> ordersOnce(count, seed));
			row("shap", "samples", Map.of("algorithm", "permutation"));
			row("shap", "samples", Map.of("algorithm", "kernel"));
			row("rise", "samples", Map.of());
		}

		@FunctionalInterface
		private interface Maps {

			double[] map(int count, long seed);
		}

		private void row(final String method, final String samples, final Map<String, ?> settings) {
			row(method + " " + settings, (count, seed) -> map(method, samples, settings, count, seed));
		}

		private void row(final String name, final Maps maps) {
			if (!List.of(System.getProperty("glassbox.methods", name.split(" ")[0]).split(",")).contains(name.split(" ")[0])) return;
			final double[] reference = maps.map(MANY, 1000);
			final StringBuilder all = new StringBuilder();
			int enough = 0;
			for (final int count : COUNTS) {
				final double[] found = new double[SEEDS];
				for (int s = 0; s < SEEDS; s++)
					found[s] = new SpearmansCorrelation().correlation(reference, maps.map(count, s));
				Arrays.sort(found);
				all.append(String.format(Locale.ROOT, " %.3f", found[SEEDS / 2]));
				if (enough == 0 && found[SEEDS / 2] >= ENOUGH) enough = count;
			}
			PerturbationBenchmark.print("| %s | %s | %s |", name, all, enough == 0 ? "more" : enough);
		}

		/** Plain sampling of Shapley values: features are added in random orders, which are not gone through backwards. */
		private double[] ordersOnce(final int count, final long seed) {
			final List<Tensor> inputs = List.of(image);
			final Segments segments = Segmentations.parse(Segmentations.DEFAULT).of(image);
			final Features features = Features.of(inputs, segments);
			final int n = features.count();
			final int orders = Math.max(1, count / (n + 1));
			final Random random = new Random(seed);
			final int[][] ranks = new int[orders][n];
			final List<Integer> order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
			for (final int[] rank : ranks) {
				Collections.shuffle(order, random);
				for (int p = 0; p < n; p++)
					rank[order.get(p)] = p;
			}
			final double[] worth = new double[orders * (n + 1)];
			final AbsentPlaces absent = AbsentPlaces.of(Absence.as(Baseline.MEAN), features.elements(), segments, List.of("image"));
			new Perturbation(model, inputs, List.of(Target.top(List.of()).resolve(model.score(inputs).get(0)))).run(worth.length,
				new FeatureCopies(features, absent, (copy, player) -> ranks[copy / (n + 1)][player] < copy % (n + 1)), Progress.NONE, "order",
				(i, scores) -> {
					worth[i] = scores[0];
					return true;
				});
			final double[] values = new double[n];
			for (int o = 0; o < orders; o++)
				for (int p = 0; p < n; p++)
					values[p] += (worth[o * (n + 1) + ranks[o][p] + 1] - worth[o * (n + 1) + ranks[o][p]]) / orders;
			return values;
		}

		private double[] map(final String method, final String samples, final Map<String, ?> settings, final int count,
			final long seed)
		{
			final Map<String, Object> all = new LinkedHashMap<>(settings);
			all.put(samples, count);
			all.put("seed", seed);
			final Attribution a = Method.named(context, method).explainer(all).explain(model, List.of(image), Target.top(List.of()),
				Progress.NONE);
			if (a.features().isPresent()) return a.features().get().values();
			final float[] map = a.map().floats();
			final double[] values = new double[map.length];
			for (int i = 0; i < map.length; i++)
				values[i] = map[i];
			return values;
		}
	}

	private static Tensor images(final int batch) {
		final SplittableRandom random = new SplittableRandom(SIDE);
		final float[] v = new float[batch * 3 * SIDE * SIDE];
		for (int i = 0; i < v.length; i++)
			v[i] = (float) (2 * random.nextDouble() - 1);
		return Tensor.of(v, batch, 3, SIDE, SIDE);
	}

	private static void print(final String format, final Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}
}
