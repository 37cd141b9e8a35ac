package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.reference.ReferenceCase;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

/** Gradient SHAP on networks that fit on paper, and beside expected gradients. */
class GradientShapTest {

	private static final Map<String, Baseline> ZERO = Map.of("zero", Baseline.ZERO);
	private static final float[] X = { 1, -2, 0, 3 };
	private static final float[] W = { 2, 1, -1, 0.5f };

	private static GradientShap method(final int samples, final double noise) {
		return new GradientShap(ZERO, samples, noise, 0, 3, false, ChannelReduction.SUM);
	}

	private static Attribution explain(final Model model, final Explainer method) {
		return method.explain(model, List.of(Tensor.of(X, 1, 1, 2, 2)), Target.index(0, List.of()), Progress.NONE);
	}

	/** The gradient is the same everywhere: one sample suffices, {@code w x}. */
	@Test
	void ofALinearNetworkOneSampleIsExact() {
		final Model linear = DifferentiableFunction.linear(W, 1, 1, 2, 2);
		final Attribution a = explain(linear, method(1, 0));
		assertArrayEquals(new float[] { 2, -2, 0, 1.5f }, a.raw().floats(), 1e-6f);
		assertTrue(a.facts().get("completeness gap").startsWith("0"), a.facts().toString());
	}

	/** Of {@code w x^2}, with noise of standard deviation s, the expectation is {@code w (x^2 + s^2)}. */
	@Test
	void theMeanOverNoiseIsWhatItIsOnPaper() {
		final Model square = new DifferentiableFunction(new int[] { 1, 1, 2, 2 }, x -> {
			double sum = 0;
			for (int k = 0; k < x.length; k++)
				sum += W[k] * x[k] * x[k];
			return sum;
		}, x -> {
			final float[] g = new float[x.length];
			for (int k = 0; k < x.length; k++)
				g[k] = 2 * W[k] * x[k];
			return g;
		});
		final Attribution a = explain(square, method(20_000, 0.2)); // 0.2 of a range of 5: s = 1
		for (int k = 0; k < X.length; k++)
			assertEquals(W[k] * (X[k] * X[k] + 1), a.raw().floats()[k], 4 * a.error().orElseThrow().floats()[k], "pixel " + k);
		assertEquals("20.0 % of the input's range", a.facts().get("noise"));
		assertEquals(2.5, Double.parseDouble(a.facts().get("completeness gap").split(",")[0]), 0.3, "s^2 times the sum of w");
	}

	@Test
	void withoutNoiseItIsExpectedGradients() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final Target target = Target.index(c.targetClass(), List.of());
			final float[] expected = new ExpectedGradients(ZERO, 40, 0, 0, 3, false, ChannelReduction.SUM).explain(model, List.of(c
				.input()), target, Progress.NONE).raw().floats();
			assertArrayEquals(expected, method(40, 0).explain(model, List.of(c.input()), target, Progress.NONE).raw().floats(), 0f);
		}
	}

	@Test
	void nonsenseIsRefused() {
		final Model linear = DifferentiableFunction.linear(W, 1, 1, 2, 2);
		assertThrows(GlassboxException.class, () -> explain(linear, method(10, -1)));
		assertThrows(GlassboxException.class, () -> explain(linear, method(0, 0)));
	}
}
