package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Area;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.DenseTarget;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Sigma;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphModel;
import io.glassbox.reference.ReferenceCase;

import ai.djl.Device;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BlurIntegratedGradientsTest {

	private static final int H = 7;
	private static final int W = 9;
	private static final Target FIRST = Target.index(0, List.of());

	private static BlurIntegratedGradients method(final Sigma sigma, final double tolerance) {
		return new BlurIntegratedGradients(sigma, 50, Quadrature.GAUSSLEGENDRE, tolerance, false, ChannelReduction.SUM);
	}

	private static Target target(final ReferenceCase c) {
		return c.mask().map(mask -> DenseTarget.of("" + c.targetClass(), List.of(), Area.marked(mask, "mask"), false)).orElseGet(
			() -> Target.index(c.targetClass(), List.of()));
	}

	/** Of lists of scores, of volumes, of transformers, and of a segmentation over an area. */
	@TestFactory
	Stream<DynamicTest> attributionsAddUpToTheDifferenceFromTheMostBlurredImage() {
		return Stream.of("gapcnn", "vggish", "cnn3d", "minivit", "miniunet").map(name -> DynamicTest.dynamicTest(name, () -> {
			final ReferenceCase c = new ReferenceCase(name);
			try (Model model = c.open("model.onnx")) {
				final Attribution a = method(Sigma.fraction(0.25), 0.01).explain(model, List.of(c.input()), target(c), Progress.NONE);
				final Tensor blurred = Baseline.parse("blur 25%").of(c.input());
				final double without = a.target().of(model.score(List.of(blurred)).get(0), 0);
				final double difference = a.target().score() - without;
				assertEquals(difference, sum(a.raw().floats()), 0.01 * Math.abs(difference), a.facts().toString());
			}
		}));
	}

	private static double sum(final float[] values) {
		double sum = 0;
		for (final float v : values)
			sum += v;
		return sum;
	}

	private static Tensor random(final long seed, final int... shape) {
		final SplittableRandom random = new SplittableRandom(seed);
		final Tensor t = Tensor.zeros(shape);
		for (int i = 0; i < t.length(); i++)
			t.floats()[i] = (float) random.nextGaussian();
		return t;
	}

	private static Model small() {
		return new GraphModel(Network.builder().input("x", Port.ANY, 1, H, W).constant("w", random(1, 3, 1, 3, 3)).constant("v",
			random(2, 1, 3, 3, 3)).node("a", "", Operator.of("Conv"), "x", "w").node("b", "", Operator.of("Tanh"), "a").node("c", "",
				Operator.of("Conv"), "b", "v").node("d", "", Operator.of("GlobalAveragePool"), "c").node("y", "", Operator.of(
					"Flatten"), "d").output("y").build(), Device.cpu());
	}

	/** The paper's L(x, y, alpha), its weights exp(-(m^2 + n^2) / alpha) made to add up to 1, over a mirrored border. */
	private static float[] blurred(final float[] z, final double alpha) {
		final int reach = 20;
		final float[] out = new float[z.length];
		for (int y = 0; y < H; y++)
			for (int x = 0; x < W; x++) {
				double sum = 0;
				double all = 0;
				for (int m = -reach; m <= reach; m++)
					for (int n = -reach; n <= reach; n++) {
						final double weight = Math.exp(-(m * m + n * n) / alpha);
						all += weight;
						sum += weight * z[reflected(y - m, H) * W + reflected(x - n, W)];
					}
				out[y * W + x] = (float) (sum / all);
			}
		return out;
	}

	private static int reflected(final int at, final int n) {
		int i = at;
		while (i < 0 || i >= n)
			i = i < 0 ? -1 - i : 2 * n - 1 - i;
		return i;
	}

	/** Equation 3 as a sum over small steps of alpha, which is 2 sigma^2; its steps of 0.06 leave less than 1 %. */
	@Test
	void itIsTheIntegralOfThePaper() {
		final Tensor x = random(3, 1, 1, H, W);
		final double most = 2 * 3 * 3;
		final int steps = 300;
		final float[] expected = new float[x.length()];
		try (Model model = small()) {
			float[] here = blurred(x.floats(), most);
			for (int i = 0; i < steps; i++) {
				final double next = most * (steps - 1 - i) / steps;
				final float[] sharper = next == 0 ? x.floats() : blurred(x.floats(), next);
				final float[] middle = new float[here.length];
				for (int k = 0; k < middle.length; k++)
					middle[k] = (here[k] + sharper[k]) / 2;
				final float[] gradient = InputGradient.of(model, Elements.ofFirst(List.of(Tensor.of(middle, x.shape()))), FIRST, Map
					.of()).gradient();
				for (int k = 0; k < expected.length; k++)
					expected[k] += gradient[k] * (sharper[k] - here[k]);
				here = sharper;
			}
			final Attribution a = method(Sigma.pixels(3), 0).explain(model, List.of(x), FIRST, Progress.NONE);
			final double error = ReferenceCase.relativeError(Tensor.of(expected, x.shape()), a.raw());
			assertTrue(error < 0.01, "relative error " + error);
		}
	}

	/** Asked once the first samples have been taken, it stops before the next batch. */
	@Test
	void itStopsOnTheWay() {
		final AtomicBoolean cancelled = new AtomicBoolean();
		final Progress progress = new Progress() {

			@Override
			public void update(final double fraction, final String status) {
				assertTrue(fraction < 0.5, "went on for too long");
				if (fraction > 0) cancelled.set(true);
			}

			@Override
			public boolean isCancelled() {
				return cancelled.get();
			}
		};
		try (Model model = small()) {
			assertThrows(CancellationException.class, () -> method(Sigma.pixels(2), 0).explain(model, List.of(random(3, 1, 1, H, W)),
				FIRST, progress));
		}
	}

	@Test
	void aNetworkWithoutAnImageIsRefused() {
		final Network network = Network.builder().input("x", Port.ANY, 4).constant("w", random(1, 4, 2)).node("y", "", Operator.of(
			"MatMul"), "x", "w").output("y").build();
		try (Model model = new GraphModel(network, Device.cpu())) {
			final String said = assertThrows(GlassboxException.class, () -> method(Sigma.pixels(2), 0).explain(model, List.of(Tensor
				.zeros(1, 4)), FIRST, Progress.NONE)).getMessage();
			assertTrue(said.contains("[1, 4]"), said);
		}
	}
}
