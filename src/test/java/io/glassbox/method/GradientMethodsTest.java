package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Area;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.DenseTarget;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.reference.ReferenceCase;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Gradients, what ReLU rules make of them, SmoothGrad and class activation maps, against the field's libraries. */
class GradientMethodsTest {

	private static final ChannelReduction SUM = ChannelReduction.SUM;

	private record Expected(String file, Explainer method) {}

	private static Attribution explain(final ReferenceCase c, final Model model, final Explainer method) {
		return method.explain(model, List.of(c.input()), target(c), Progress.NONE);
	}

	private static Target target(final ReferenceCase c) {
		return c.mask().map(mask -> DenseTarget.of("" + c.targetClass(), List.of(), Area.marked(mask, "mask"), false)).orElseGet(
			() -> Target.index(c.targetClass(), List.of()));
	}

	@TestFactory
	Stream<DynamicTest> agreesWithCaptumAndPytorchGradCam() {
		return Stream.concat(ReferenceCase.ALL.stream(), Stream.of("minivit", "miniunet")).flatMap(name -> ReferenceCase.FILES.stream()
			.flatMap(file -> expected(new ReferenceCase(name)).map(e -> DynamicTest.dynamicTest(name + " " + file + " " + e.file,
				() -> compare(name, file, e)))));
	}

	private static void compare(final String name, final String file, final Expected e) {
		final ReferenceCase c = new ReferenceCase(name);
		try (Model model = c.open(file)) {
			c.assertAgrees(e.file, explain(c, model, e.method).raw());
		}
	}

	private static Stream<Expected> expected(final ReferenceCase c) {
		final List<Expected> all = new ArrayList<>(List.of(new Expected("captum_saliency_abs", new Gradient(true, SUM)),
			new Expected("captum_saliency_signed", new Gradient(false, SUM)), new Expected("captum_input_x_gradient",
				new InputXGradient(false, SUM)), new Expected("captum_guided_backprop", new GuidedBackprop(false, SUM)),
			new Expected("captum_deconvolution", new Deconvnet(false, SUM)), new Expected("captum_guided_gradcam",
				new GuidedGradCam(c.layer(), false, SUM)), new Expected("captum_integrated_gradients", integrated(0))));
		all.addAll(List.of(new Expected("cam_gradcam_raw", new GradCam(c.layer(), false, false)), new Expected(
			"cam_gradcam_plus_plus_raw", new GradCamPlusPlus(c.layer(), false, false)), new Expected("cam_hirescam_raw",
				new HiResCam(c.layer(), false, false)), new Expected("cam_xgradcam_raw", new XGradCam(c.layer(), false, false)),
			new Expected("cam_layercam_raw", new LayerCam(c.layer(), false, false)), new Expected("cam_eigencam_raw",
				new EigenCam(c.layer(), false, false)), new Expected("cam_eigengradcam_raw", new EigenGradCam(c.layer(), false,
					false)), new Expected("seg_gradcam", new GradCam(c.layer(), true, false))));
		return all.stream().filter(e -> c.has(e.file));
	}

	/** What the network itself predicts is the mask of the reference, and asks for the same. */
	@Test
	void aSegmentationIsExplainedOverWhatIsPredicted() {
		final ReferenceCase c = new ReferenceCase("miniunet");
		try (Model model = c.open("model.pt")) {
			final Explainer method = new GradCam(c.layer(), true, false);
			final Attribution a = method.explain(model, List.of(c.input()), DenseTarget.of("blob", List.of("background", "blob",
				"bars"), Area.PREDICTED, false), Progress.NONE);
			assertEquals("blob (class 1) over 102 predicted pixels", a.target().description());
			assertEquals(68.91633, a.target().score(), 1e-3);
			c.assertAgrees("seg_gradcam", a.raw());
		}
	}

	/** The gradient of one pixel ends where the network no longer sees. */
	@Test
	void theGradientOfOnePixelShowsItsReceptiveField() {
		final ReferenceCase c = new ReferenceCase("miniunet");
		final Tensor pixel = Tensor.zeros(64, 64);
		pixel.floats()[20 * 64 + 30] = 1;
		try (Model model = c.open("model.onnx")) {
			final Attribution a = new Gradient(true, SUM).explain(model, List.of(c.input()), DenseTarget.of("1", List.of(), Area
				.marked(pixel, "pixel"), false), Progress.NONE);
			final float[] map = a.map().floats();
			assertTrue(map[20 * 64 + 30] > 0);
			assertEquals(0, map[63 * 64 + 63], 0f);
			assertEquals(0, map[63 * 64], 0f);
		}
	}

	private static IntegratedGradients integrated(final double tolerance) {
		return new IntegratedGradients(50, Quadrature.GAUSSLEGENDRE, Baseline.ZERO, tolerance, false, SUM);
	}

	/** The axiom of the paper: 1 % by default, also where 50 steps leave 38 %. */
	@TestFactory
	Stream<DynamicTest> integratedGradientsAddUpToTheDifferenceOfScores() {
		return Stream.of("gapcnn", "miniresnet", "cnn3d", "minivit").map(name -> DynamicTest.dynamicTest(name, () -> {
			final ReferenceCase c = new ReferenceCase(name);
			try (Model model = c.open("model.onnx")) {
				final Attribution a = explain(c, model, integrated(0.01));
				double sum = 0;
				for (final float v : a.raw().floats())
					sum += v;
				final double without = model.score(List.of(Tensor.zeros(c.input().shape()))).get(0).floats()[c.targetClass()];
				final double difference = a.target().score() - without;
				assertEquals(difference, sum, 0.01 * Math.abs(difference), a.facts().toString());
			}
		}));
	}

	@Test
	void rulesOfIntegrationAreExactForWhatTheyShouldBe() {
		for (final Quadrature q : Quadrature.values())
			for (final int steps : new int[] { 1, 2, 7, 50, 400 }) {
				final Quadrature.Nodes n = q.nodes(steps);
				double one = 0;
				double line = 0;
				for (int i = 0; i < steps; i++) {
					one += n.weights()[i];
					line += n.weights()[i] * n.at()[i];
				}
				assertEquals(1, one, 1e-12, q + " " + steps);
				final double off = q == Quadrature.RIEMANN_LEFT ? -0.5 / steps : q == Quadrature.RIEMANN_RIGHT ? 0.5 / steps : 0;
				assertEquals(0.5 + off, line, 1e-12, q + " " + steps);
			}
	}

	/** The libraries' noise, given rather than drawn. */
	@TestFactory
	Stream<DynamicTest> smoothGradAgreesWithItsFormulaOnTheSameNoise() {
		return Stream.concat(ReferenceCase.ALL.stream(), Stream.of("minivit", "miniunet")).flatMap(name -> ReferenceCase.FILES.stream().map(
			file -> DynamicTest.dynamicTest(name + " " + file, () -> smooth(name, file))));
	}

	private static void smooth(final String name, final String file) {
		final ReferenceCase c = new ReferenceCase(name);
		final Tensor noise = Npy.read(c.file("noise.npy"));
		final float[] x = c.input().floats();
		final GradientSamples.Copies copies = (i, to, at) -> {
			for (int k = 0; k < x.length; k++)
				to[at + k] = x[k] + noise.floats()[i * x.length + k];
		};
		final int samples = noise.length() / x.length;
		try (Model model = c.open(file)) {
			for (final SmoothGrad.Statistic s : SmoothGrad.Statistic.values())
				c.assertAgrees("smoothgrad_" + s.name().toLowerCase(java.util.Locale.ROOT), new SmoothGrad(new Gradient(false, SUM),
					samples, 0, s, 0, 0).explain(model, List.of(c.input()), target(c), copies, Progress.NONE).raw());
		}
	}

	/** Around a method of which several samples cannot go together, the same comes out as by hand. */
	@Test
	void smoothGradWorksAroundAnyMethod() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final Explainer one = new GradCam(c.layer(), true, false);
			final Attribution still = explain(c, model, new SmoothGrad(one, 3, 0, SmoothGrad.Statistic.MEAN, 0, 0));
			final Attribution expected = explain(c, model, one);
			assertTrue(ReferenceCase.relativeError(expected.raw(), still.raw()) < 1e-6);
			assertTrue(ReferenceCase.relativeError(expected.map(), still.map()) < 1e-6);
			assertEquals("3", still.facts().get("SmoothGrad samples"));
			final Attribution noisy = explain(c, model, new SmoothGrad(one, 3, 0.2, SmoothGrad.Statistic.MEAN, 0, 0));
			assertTrue(ReferenceCase.relativeError(expected.raw(), noisy.raw()) > 1e-3);
		}
	}

	@Test
	void smoothGradIsTheSameForTheSameSeedAndStopsWhenItHasConverged() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final Explainer one = new Gradient(false, SUM);
			final SmoothGrad method = new SmoothGrad(one, 12, 0.1, SmoothGrad.Statistic.MEAN, 0, 5);
			assertArrayEquals(explain(c, model, method).raw().floats(), explain(c, model, method).raw().floats(), 0f);
			final Attribution stopped = explain(c, model, new SmoothGrad(one, 5000, 0.1, SmoothGrad.Statistic.MEAN, 0.2, 5));
			final String said = stopped.facts().get("SmoothGrad samples");
			assertTrue(said.contains("converged"), said);
		}
	}

	@Test
	void guidedBackpropagationSaysWhatItAltered() {
		final ReferenceCase c = new ReferenceCase("minivit");
		try (Model model = c.open("model.pt")) {
			final Attribution a = explain(c, model, new GuidedBackprop(false, SUM));
			assertEquals("0", a.facts().get("ReLUs with a rule"));
			assertTrue(a.facts().get("activations without a rule").contains("Erf"), a.facts().toString());
		}
	}

	@Test
	void nonsenseIsRefused() {
		final Explainer one = new Gradient(true, SUM);
		assertThrows(GlassboxException.class, () -> new SmoothGrad(one, 0, 0.1, SmoothGrad.Statistic.MEAN, 0, 0));
		assertThrows(GlassboxException.class, () -> new SmoothGrad(one, 1, Double.NaN, SmoothGrad.Statistic.MEAN, 0, 0));
		assertTrue(assertThrows(GlassboxException.class, () -> ChannelReduction.parse("median")).getMessage().contains("sum"));
	}
}
