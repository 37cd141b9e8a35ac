package io.glassbox.benchmark;

import io.glassbox.command.Method;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.TorchScriptModel;

import ai.djl.Device;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

import org.scijava.Context;

/**
 * Gradient and CAM methods beside what they cannot do without: passes forward and back of the same TorchScript file, run by
 * libtorch as it stands. Prints the tables of {@code docs/performance.md}.
 * <p>
 * The folder in the system property {@code glassbox.torchvision} holds {@code NAME/model.pt}, as for {@link EngineBenchmark}.
 * Other properties: {@code glassbox.networks} (names, by commas), {@code glassbox.rounds}; {@code glassbox.calls} calls of
 * Grad-CAM and saliency, after which the process's memory is told, instead of the tables.
 * </p>
 */
public final class GradientBenchmark {

	private static final int WARM_UP = 2;
	private static final int ROUNDS = Integer.getInteger("glassbox.rounds", 7);
	private static final int SAMPLES = 50;
	private static final int[] BATCHES = { 1, 2, 5, 10, 25 };
	private static final String PASS = "one pass";
	private static final String PASSES = SAMPLES + " passes";
	private static final List<String> MAPS = List.of("grad-cam", "grad-cam++", "hires-cam", "xgrad-cam", "layer-cam",
		"eigen-grad-cam", "eigen-cam");

	private GradientBenchmark() {}

	public static void main(final String[] args) throws Exception {
		final Path folder = Path.of(System.getProperty("glassbox.torchvision", ""));
		try (Context context = new Context()) {
			for (final String name : System.getProperty("glassbox.networks", "resnet18,resnet50").split(",")) {
				final Path file = folder.resolve(name).resolve("model.pt");
				if (!Files.exists(file)) throw new IllegalArgumentException("There is no '" + file +
					"': name the folder with -Dglassbox.torchvision, see EngineBenchmark.");
				try (Contest contest = new Contest(context, file)) {
					if (Integer.getInteger("glassbox.calls") != null) contest.memory(name, Integer.getInteger("glassbox.calls"));
					else contest.tables(name);
				}
			}
		}
	}

	/** All methods on one network. */
	private static final class Contest implements AutoCloseable {

		private final Context context;
		private final Model script;
		private final Model model;

		Contest(final Context context, final Path file) {
			this.context = context;
			script = TorchScriptModel.open(file, Device.cpu(), "It is measured as it stands.");
			model = ModelFile.open(file, Device.cpu());
		}

		void tables(final String network) {
			final int batch = bestBatch();
			final Map<String, Runnable> single = new LinkedHashMap<>();
			single.put(PASS, passes(1, 1));
			single.put("gradient", explain("gradient", Map.of()));
			single.put("input-x-gradient", explain("input-x-gradient", Map.of()));
			single.put("guided-backprop", explain("guided-backprop", Map.of()));
			single.put("deconvnet", explain("deconvnet", Map.of()));
			table(network, Interleaved.measure(single, WARM_UP, ROUNDS), PASS);
			final Map<String, Runnable> cams = new LinkedHashMap<>();
			MAPS.forEach(m -> cams.put(m, explain(m, Map.of())));
			table(network, Interleaved.measure(cams, WARM_UP, ROUNDS), MAPS.get(0));
			final Map<String, Runnable> many = new LinkedHashMap<>();
			many.put(PASSES, passes(SAMPLES, batch));
			many.put("integrated-gradients", explain("integrated-gradients", Map.of("steps", SAMPLES, "tolerance", 0)));
			many.put("smoothgrad", explain("smoothgrad", Map.of("samples", SAMPLES)));
			table(network + ", passes in batches of " + batch, Interleaved.measure(many, 1, Math.max(3, ROUNDS / 2)), PASSES);
		}

		private int bestBatch() {
			final Map<String, Runnable> ways = new LinkedHashMap<>();
			for (final int n : BATCHES)
				ways.put(String.valueOf(n), passes(n, n));
			return Interleaved.measure(ways, 1, 3).entrySet().stream().min((a, b) -> Double.compare(a.getValue().wall() / Integer
				.parseInt(a.getKey()), b.getValue().wall() / Integer.parseInt(b.getKey()))).map(e -> Integer.parseInt(e.getKey()))
				.orElseThrow();
		}

		/** Passes forward and back to the input, nothing else. */
		private Runnable passes(final int count, final int batch) {
			final List<Tensor> input = List.of(images(batch));
			final List<String> name = List.of(script.inputs().get(0).name());
			final Gradients.Seed first = outputs -> List.of(first(outputs.get(0)));
			return () -> {
				for (int i = 0; i < count; i += batch)
					script.differentiate(input, name, first);
			};
		}

		private static Tensor first(final Tensor like) {
			final float[] seed = new float[like.length()];
			for (int i = 0; i < seed.length; i += seed.length / like.size(0))
				seed[i] = 1;
			return Tensor.of(seed, like.shape());
		}

		private Runnable explain(final String method, final Map<String, ?> settings) {
			final Explainer explainer = Method.named(context, method).explainer(settings);
			final List<Tensor> input = List.of(images(1));
			return () -> explainer.explain(model, input, Target.top(List.of()), Progress.NONE);
		}

		/** What the process holds after many calls, beside what it held after the first few. */
		void memory(final String network, final int calls) throws Exception {
			final List<Runnable> both = List.of(explain("gradient", Map.of()), explain("grad-cam", Map.of()));
			long early = 0;
			for (int i = 0; i < calls; i++) {
				both.get(i % 2).run();
				if (i == calls / 10) early = resident();
			}
			print("%s: %d MB after %d calls, %d MB after %d", network, early >> 10, calls / 10, resident() >> 10, calls);
		}

		/** In KB, as Linux tells it. */
		private static long resident() throws Exception {
			System.gc();
			return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(l -> l.startsWith("VmRSS")).mapToLong(
				l -> Long.parseLong(l.replaceAll("\\D", ""))).findFirst().orElseThrow();
		}

		@Override
		public void close() {
			script.close();
			model.close();
		}
	}

	private static void table(final String title, final Map<String, Interleaved.Times> times, final String bare) {
		print("| %s | ms | processor ms | to %s |", title, bare);
		print("| --- | --- | --- | --- |");
		times.forEach((name, t) -> print("| %s | %.0f | %.0f | %.2f |", name, t.wall(), t.processor(), t.wall() / times.get(bare)
			.wall()));
		print("");
	}

	private static Tensor images(final int batch) {
		final SplittableRandom random = new SplittableRandom(224);
		final float[] v = new float[batch * 3 * 224 * 224];
		for (int i = 0; i < v.length; i++)
			v[i] = (float) (2 * random.nextDouble() - 1);
		return Tensor.of(v, batch, 3, 224, 224);
	}

	private static void print(final String format, final Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}
}
