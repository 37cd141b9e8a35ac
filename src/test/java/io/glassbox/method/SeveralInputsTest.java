package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.GraphModel;
import io.glassbox.graph.io.Npy;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.AbsentValues;
import io.glassbox.perturb.Grid;
import io.glassbox.reference.ReferenceCase;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A network of an image and five clinical values is explained by both, as Captum does. */
class SeveralInputsTest {

	private static final ReferenceCase CASE = new ReferenceCase("multimodal");
	private static final ChannelReduction SUM = ChannelReduction.SUM;

	private static final Map<String, Explainer> METHODS = Map.of("captum_saliency_abs", new Gradient(true, SUM),
		"captum_saliency_signed", new Gradient(false, SUM), "captum_input_x_gradient", new InputXGradient(false, SUM),
		"captum_guided_backprop", new GuidedBackprop(false, SUM), "captum_deconvolution", new Deconvnet(false, SUM),
		"captum_integrated_gradients", new IntegratedGradients(50, Quadrature.GAUSSLEGENDRE, Baseline.ZERO, 0, false, SUM));

	private static List<Tensor> inputs() {
		return List.of(Npy.read(CASE.file("input__input0.npy")), Npy.read(CASE.file("input__input1.npy")));
	}

	private static Attribution explain(final Model model, final Explainer method) {
		return method.explain(model, inputs(), Target.index(CASE.targetClass(), List.of()), Progress.NONE);
	}

	private static void compare(final String expected, final Model model, final Attribution a) {
		CASE.assertAgrees(expected + "__input0", a.raw());
		assertEquals(List.of(model.inputs().get(1).name()), List.copyOf(a.others().keySet()));
		CASE.assertAgrees(expected + "__input1", a.others().values().iterator().next());
	}

	@TestFactory
	Stream<DynamicTest> agreesWithCaptum() {
		return ReferenceCase.FILES.stream().flatMap(file -> METHODS.keySet().stream().sorted().map(name -> DynamicTest
			.dynamicTest(file + " " + name, () -> {
				try (Model model = CASE.open(file)) {
					compare(name, model, explain(model, METHODS.get(name)));
				}
			})));
	}

	@TestFactory
	Stream<DynamicTest> smoothGradAltersAllInputs() {
		final List<Tensor> noise = List.of(Npy.read(CASE.file("noise__input0.npy")), Npy.read(CASE.file(
			"noise__input1.npy")));
		final Elements elements = Elements.of(inputs());
		final int samples = noise.get(0).size(0);
		final float[] added = elements.interleaved(noise, samples);
		final float[] x = elements.joined();
		return ReferenceCase.FILES.stream().map(file -> DynamicTest.dynamicTest(file, () -> {
			try (Model model = CASE.open(file)) {
				for (final SmoothGrad.Statistic s : SmoothGrad.Statistic.values())
					compare("smoothgrad_" + s.name().toLowerCase(Locale.ROOT), model, new SmoothGrad(new Gradient(false, SUM), samples, 0,
						s, 0, 0).explain(model, inputs(), Target.index(CASE.targetClass(), List.of()), (i, to, at) -> {
							for (int k = 0; k < x.length; k++)
								to[at + k] = x[k] + added[i * x.length + k];
						}, Progress.NONE));
			}
		}));
	}

	/** Grad-CAM is about the image, whatever else there is. */
	@Test
	void aClassActivationMapHoldsTheOtherInputsFixed() {
		try (Model model = CASE.open("model.onnx")) {
			CASE.assertAgrees("captum_layer_gradcam", explain(model, new GradCam(CASE.layer(), true, false)).raw());
		}
	}

	@Test
	void theSharesOfTheInputsAddUpToAll() {
		try (Model model = CASE.open("model.pt")) {
			final Attribution a = explain(model, new InputXGradient(false, SUM));
			assertEquals(List.of("the image", model.inputs().get(1).name()), List.copyOf(a.shares().keySet()));
			assertEquals(1, a.shares().values().stream().mapToDouble(Double::doubleValue).sum(), 1e-9);
			assertTrue(a.told().get("share of the image").endsWith(" %"), a.told().toString());
		}
	}

	/** What both contribute together is the difference of the scores. */
	@Test
	void integratedGradientsOfAllInputsAddUp() {
		try (Model model = CASE.open("model.onnx")) {
			final Attribution a = explain(model, new IntegratedGradients(50, Quadrature.GAUSSLEGENDRE, Baseline.ZERO, 0.01,
				false, SUM));
			double sum = 0;
			for (final Tensor part : List.of(a.raw(), a.others().values().iterator().next()))
				for (final float v : part.floats())
					sum += v;
			assertEquals(4.014844 + 6.653072, sum, 0.01 * 10.67);
		}
	}

	/** As where the clinical values come first: the map is still the image's. */
	@Test
	void theImageNeedNotBeTheFirstInput() throws Exception {
		final List<Tensor> turned = List.of(inputs().get(1), inputs().get(0));
		try (Model model = CASE.open("model.onnx");
				Model other = new GraphModel(reversedInputs(model.network()), Device.cpu()))
		{
			for (final Explainer method : List.of(new GradCam(CASE.layer(), true, false), new AblationCam(CASE.layer(),
				AblationCam.Replacement.ZERO, true, false), new ScoreCam(CASE.layer(), true, true, false), new Gradient(false, SUM),
				new GuidedGradCam(CASE.layer(), false, SUM)))
			{
				final Target target = Target.index(CASE.targetClass(), List.of());
				final Attribution first = method.explain(model, inputs(), target, Progress.NONE);
				final Attribution second = method.explain(other, turned, target, Progress.NONE);
				assertTrue(ReferenceCase.relativeError(first.raw(), second.raw()) < 1e-5, method.toString());
				assertTrue(ReferenceCase.relativeError(first.map(), second.map()) < 1e-5, method.toString());
			}
		}
	}

	private static Network reversedInputs(final Network network) {
		final Network.Builder b = network.toBuilder().clearInputs();
		b.input(network.inputs().get(1)).input(network.inputs().get(0));
		return b.build();
	}

	/** The sum of an image, twice that of a second one, and two values with weights. */
	private static final FunctionModel FOUR = new FunctionModel(List.of(new Port("cc", new int[] { Port.ANY, 1, 4, 4 }), new Port("mlo",
		new int[] { Port.ANY, 1, 3, 5 }), new Port("clinical", new int[] { Port.ANY, 2 })), batch -> {
			final int n = batch.get(0).size(0);
			final float[] scores = new float[n];
			for (int i = 0; i < n; i++) {
				for (int k = 0; k < 16; k++)
					scores[i] += batch.get(0).floats()[16 * i + k];
				for (int k = 0; k < 15; k++)
					scores[i] += 2 * batch.get(1).floats()[15 * i + k];
				scores[i] += 3 * batch.get(2).floats()[2 * i] - batch.get(2).floats()[2 * i + 1];
			}
			return List.of(Tensor.of(scores, n, 1));
		});

	private static List<Tensor> four() {
		final float[] first = new float[16];
		final float[] second = new float[15];
		Arrays.fill(first, 1);
		Arrays.fill(second, 0.5f);
		return List.of(Tensor.of(first, 1, 1, 4, 4), Tensor.of(second, 1, 1, 3, 5), Tensor.of(new float[] { 70, 2 }, 1, 2));
	}

	/** Four segments, the other image as a whole, and each value, absent where a person says. */
	@Test
	void anotherImageIsOneFeatureAndValuesAreAbsentAsTold() {
		final Absence absence = Absence.as(Baseline.ZERO).with(AbsentValues.parse("clinical=60, 0"));
		final Attribution a = new Shap(Shap.Algorithm.AUTO, new Grid(4), absence, 1000, 0, 0, false).explain(FOUR, four(), Target.index(0,
			List.of()), Progress.NONE);
		assertArrayEquals(new double[] { 4, 4, 4, 4, 15, 30, -2 }, a.features().orElseThrow().values(), 1e-4);
		assertEquals(178, a.features().orElseThrow().base().orElseThrow() - 2, 1e-4);
		assertEquals(4 * 4 / 63.0, a.shares().get("the image"), 1e-6);
		assertEquals(15 / 63.0, a.shares().get("mlo"), 1e-6);
		assertEquals(32 / 63.0, a.shares().get("clinical"), 1e-6);
		final Attribution lost = new FeatureAblation(new Grid(1), Absence.as(Baseline.MEAN), false).explain(FOUR, four(), Target.index(0,
			List.of()), Progress.NONE);
		assertArrayEquals(new double[] { 0, 0, 210, -2 }, lost.features().orElseThrow().values(), 1e-3,
			"an image of one value is its own mean, values are absent at 0");
	}

	@Test
	void absentValuesThatDoNotFitAreRefused() {
		final Map<String, String> told = Map.of("clinical=1, 2, 3", "has 2 values, found 3 absent ones", "clinical=a",
			"The baseline 'absent' takes a number", "age=3", "absent values of 'age', but the inputs of values are clinical.", "1, 2",
			"Name it");
		told.forEach((text, said) -> {
			final String message = assertThrows(GlassboxException.class, () -> new FeatureAblation(new Grid(1), Absence.as(Baseline.ZERO)
				.with(AbsentValues.parse(text)), false).explain(FOUR, four(), Target.index(0, List.of()), Progress.NONE)).getMessage();
			assertTrue(message.contains(said), message);
		});
	}

	@Test
	void elementsComeBackAsTheyWere() {
		final Elements elements = Elements.of(inputs());
		assertEquals(1024 + 5, elements.length());
		final List<Tensor> twice = elements.batch(elements.interleaved(List.of(Tensor.of(new float[2048], 2, 1, 32, 32), Tensor
			.of(new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 2, 5)), 2), 2);
		assertArrayEquals(new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, twice.get(1).floats());
		assertArrayEquals(inputs().get(1).floats(), elements.with(elements.joined()).get(1).floats());
		assertTrue(elements.drawn() == 0 && Elements.of(List.of(inputs().get(1), inputs().get(0))).drawn() == 1);
	}
}
