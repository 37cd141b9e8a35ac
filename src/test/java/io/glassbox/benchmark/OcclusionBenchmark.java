package io.glassbox.benchmark;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.method.Occlusion;

import ai.djl.Device;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Occlusion with a window of 16 pixels, 8 apart, beside the same with the whole network run for each window. Prints the table of
 * {@code docs/performance.md}.
 * <p>
 * The folder in the system property {@code glassbox.torchvision} holds {@code NAME/model.onnx}, as for {@link EngineBenchmark};
 * {@code glassbox.networks} names some, by commas, {@code glassbox.rounds} how often each is explained.
 * </p>
 */
public final class OcclusionBenchmark {

	private static final Occlusion METHOD = new Occlusion("16", "8", Baseline.MEAN, false);
	private static final int ROUNDS = Integer.getInteger("glassbox.rounds", 3);

	private OcclusionBenchmark() {}

	public static void main(final String[] args) {
		final Path folder = Path.of(System.getProperty("glassbox.torchvision", ""));
		print("| network | computed | whole network, s | patches, s | faster | processor time, faster | largest difference, to the map's range |");
		print("| --- | --- | --- | --- | --- | --- | --- |");
		for (final String name : System.getProperty("glassbox.networks", "vgg16,resnet18").split(","))
			try (Model model = ModelFile.open(folder.resolve(name).resolve("model.onnx"), Device.cpu())) {
				row(name, model);
			}
	}

	private static void row(final String name, final Model model) {
		final Model whole = (Model) Proxy.newProxyInstance(Model.class.getClassLoader(), new Class<?>[] { Model.class }, (proxy,
			method, arguments) -> method.getName().equals("parts") ? Optional.empty() : method.invoke(model, arguments));
		final Map<String, Attribution> maps = new LinkedHashMap<>();
		final Map<String, Runnable> ways = new LinkedHashMap<>();
		ways.put("whole", () -> maps.put("whole", explain(whole)));
		ways.put("patches", () -> maps.put("patches", explain(model)));
		final Map<String, Interleaved.Times> times = Interleaved.measure(ways, 0, ROUNDS);
		final Interleaved.Times one = times.get("whole");
		final Interleaved.Times other = times.get("patches");
		print("| %s | %s | %.1f | %.1f | %.2f | %.2f | %.1e |", name, maps.get("patches").facts().get("computed"), one.wall() / 1e3,
			other.wall() / 1e3, one.wall() / other.wall(), one.processor() / other.processor(), difference(maps.get("whole").raw()
				.floats(), maps.get("patches").raw().floats()));
	}

	private static Attribution explain(final Model model) {
		return METHOD.explain(model, List.of(image()), Target.index(0, List.of()), Progress.NONE);
	}

	private static double difference(final float[] a, final float[] b) {
		double most = 0;
		double low = a[0];
		double high = a[0];
		for (int k = 0; k < a.length; k++) {
			most = Math.max(most, Math.abs(a[k] - b[k]));
			low = Math.min(low, a[k]);
			high = Math.max(high, a[k]);
		}
		return most / (high - low);
	}

	private static Tensor image() {
		final SplittableRandom random = new SplittableRandom(224);
		final float[] v = new float[3 * 224 * 224];
		for (int i = 0; i < v.length; i++)
			v[i] = (float) (2 * random.nextDouble() - 1);
		return Tensor.of(v, 1, 3, 224, 224);
	}

	private static void print(final String format, final Object... values) {
		System.out.println(String.format(Locale.ROOT, format, values));
	}
}
