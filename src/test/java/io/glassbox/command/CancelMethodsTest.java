package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.OnnxWriter;

import ai.djl.Device;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.scijava.Context;
import org.scijava.command.CommandService;

/** Methods that would take half a minute and more on this network end soon after they are cancelled. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class CancelMethodsTest {

	/** A second is what people should wait; machines that run tests are busy with others. */
	private static final double SECONDS = 3;

	private static final int WIDTH = 96;

	@TempDir
	static Path folder;

	private Context context;
	private Model model;

	@BeforeAll
	void open() {
		context = new Context(CommandService.class, GlassboxService.class);
		OnnxWriter.write(deep(), folder.resolve("deep.onnx"));
		model = ModelFile.open(folder.resolve("deep.onnx"), Device.cpu());
	}

	@AfterAll
	void close() {
		model.close();
		context.dispose();
	}

	/** Layer c0 has 256 channels, and most of the work lies behind it. */
	private static Network deep() {
		final Random random = new Random(7);
		Network.Builder b = Network.builder().input("x", Port.ANY, 3, WIDTH, WIDTH);
		String value = "x";
		int channels = 3;
		for (int i = 0; i < 26; i++) {
			final int next = i == 0 ? 256 : 64;
			b = b.constant("w" + i, weight(random, next, channels)).node("c" + i, "conv" + i, Operator.of("Conv"), value, "w" + i).node(
				"r" + i, "relu" + i, Operator.of("Relu"), "c" + i);
			value = "r" + i;
			channels = next;
		}
		return b.node("p", "pool", Operator.of("GlobalAveragePool"), value).node("y", "flatten", Operator.of("Flatten"), "p").output(
			"y").build();
	}

	private static Tensor weight(final Random random, final int out, final int in) {
		final float[] w = new float[out * in];
		for (int i = 0; i < w.length; i++)
			w[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / in));
		return Tensor.of(w, out, in, 1, 1);
	}

	/** Cancelled, by whoever watches, when some of the work is done, and then in the midst of a pass. */
	private static final class SoonCancelled implements Progress {

		private static final long LATER = 150_000_000;

		private volatile long since;

		@Override
		public void update(final double fraction, final String status) {
			if (fraction > 0 && since == 0) since = System.nanoTime() + LATER;
		}

		@Override
		public boolean isCancelled() {
			return since != 0 && System.nanoTime() >= since;
		}
	}

	@ParameterizedTest
	@CsvSource({ "score-cam, layer=c0", "ablation-cam, layer=c0", "integrated-gradients, steps=400",
		"blur-integrated-gradients, steps=400", "expected-gradients, samples=400", "smoothgrad, samples=400",
		"smoothgrad, method=grad-cam", "grad-cam, smooth=400" })
	void itEndsSoon(final String name, final String setting) {
		final String[] pair = setting.split("=");
		final Explainer explainer = Method.named(context, name).explainer(Map.of(pair[0], pair[1]));
		final float[] x = new float[3 * WIDTH * WIDTH];
		final Random random = new Random(1);
		for (int i = 0; i < x.length; i++)
			x[i] = random.nextFloat();
		final SoonCancelled progress = new SoonCancelled();
		try (CancelWatch watch = new CancelWatch(progress::isCancelled)) {
			assertThrows(CancellationException.class, () -> explainer.explain(model, List.of(Tensor.of(x, 1, 3, WIDTH, WIDTH)), Target
				.index(5, List.of()), progress));
			final double took = (System.nanoTime() - progress.since) / 1e9;
			System.out.printf("%s %s: %.2f s after cancel%n", name, setting, took);
			assertTrue(took < SECONDS, name + " took " + took + " s to end");
		}
	}
}
