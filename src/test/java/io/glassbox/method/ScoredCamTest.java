package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Area;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.DenseTarget;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Interpolation;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.explain.Upsampling;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.reference.ReferenceCase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Class activation maps without gradients, against pytorch-grad-cam and against the slow way. */
class ScoredCamTest {

	private static final List<String> CASES = List.of("gapcnn", "miniresnet", "vggish", "minidensenet");

	private static Explainer scoreCam(final ReferenceCase c) {
		return new ScoreCam(c.layer(), true, false, false);
	}

	private static Target target(final ReferenceCase c) {
		return Target.index(c.targetClass(), List.of());
	}

	private static Attribution explain(final ReferenceCase c, final Model model, final Explainer method) {
		return method.explain(model, List.of(c.input()), target(c), Progress.NONE);
	}

	@TestFactory
	Stream<DynamicTest> scoreCamAgreesWithPytorchGradCam() {
		return CASES.stream().flatMap(name -> ReferenceCase.FILES.stream().map(file -> DynamicTest.dynamicTest(name + " " + file,
			() -> {
				final ReferenceCase c = new ReferenceCase(name);
				try (Model model = c.open(file)) {
					c.assertAgrees("cam_scorecam_raw", explain(c, model, scoreCam(c)).raw());
				}
			})));
	}

	/** Behind a ReLU either replacement is 0. */
	@TestFactory
	Stream<DynamicTest> ablationCamAgreesWithPytorchGradCam() {
		return CASES.stream().flatMap(name -> ReferenceCase.FILES.stream().map(file -> DynamicTest.dynamicTest(name + " " + file,
			() -> {
				final ReferenceCase c = new ReferenceCase(name);
				try (Model model = c.open(file)) {
					for (final AblationCam.Replacement r : AblationCam.Replacement.values())
						c.assertAgrees("cam_ablationcam_raw", explain(c, model, new AblationCam(c.layer(), r, false, false)).raw());
				}
			})));
	}

	/** Equations 4 and 5 of the paper, one channel at a time by running the whole network with another layer. */
	@TestFactory
	Stream<DynamicTest> ablationCamIsItsFormula() {
		return Stream.of("gapcnn", "cnn3d", "minivit", "miniresnet").map(name -> DynamicTest.dynamicTest(name, () -> {
			final ReferenceCase c = new ReferenceCase(name);
			try (Model model = c.open("model.onnx")) {
				final String value = model.network().layer(c.layer());
				final Tensor own = model.activations(List.of(c.input()), List.of(value)).get(value);
				final boolean tokens = own.rank() == 3;
				final Tensor a = tokens ? TokenGrid.unfolded(own, c.input()) : own;
				for (final AblationCam.Replacement r : AblationCam.Replacement.values()) {
					final double[] weights = new double[a.size(1)];
					for (int k = 0; k < weights.length; k++) {
						final float[] without = own.floats().clone();
						for (int i = 0; i < without.length; i++)
							if (k == (tokens ? i % weights.length : i / (own.length() / weights.length))) without[i] = r.of(own);
						final double f = c.logits().floats()[c.targetClass()];
						final double fk = ReplacedValue.score(model.network(), value, Tensor.of(without, own.shape()), c.input()).get(
							0).floats()[c.targetClass()];
						weights[k] = (f - fk) / Math.abs(f);
					}
					final Tensor found = explain(c, model, new AblationCam(c.layer(), r, false, false)).raw();
					assertTrue(ReferenceCase.relativeError(ActivationMap.weightedSum(a, weights), found) < 1e-3, name + " " + r);
				}
			}
		}));
	}

	/** What speaks for a class is positive also where its score is negative. */
	@Test
	void ofANegativeScoreTheMagnitudeCounts() {
		final AblationCam method = new AblationCam("auto", AblationCam.Replacement.ZERO, true, false);
		assertArrayEquals(new double[] { 0.5, -0.5 }, method.weights(new double[] { -3, -1 }, -2));
		assertArrayEquals(new double[] { -1, 1 }, method.weights(new double[] { 1, -1 }, 0));
	}

	@Test
	void replacementsAreReadAsPeopleWriteThem() {
		assertEquals(AblationCam.Replacement.BELOW_MINIMUM, AblationCam.Replacement.parse(" Below-Minimum"));
		assertTrue(assertThrows(GlassboxException.class, () -> AblationCam.Replacement.parse("mean")).getMessage().contains(
			"zero, below-minimum"));
	}

	/** Algorithm 1 of the paper, one channel at a time, by pixel centres; in three dimensions, too. */
	@TestFactory
	Stream<DynamicTest> scoreCamIsItsFormula() {
		return Stream.of("gapcnn", "cnn3d", "minivit").map(name -> DynamicTest.dynamicTest(name, () -> {
			final ReferenceCase c = new ReferenceCase(name);
			try (Model model = c.open("model.onnx")) {
				final Tensor x = c.input();
				final String value = model.network().layer(c.layer());
				final Tensor own = model.activations(List.of(x), List.of(value)).get(value);
				final Tensor a = own.rank() == 3 ? TokenGrid.unfolded(own, x) : own;
				final double[] weights = new double[a.size(1)];
				double sum = 0;
				for (int k = 0; k < weights.length; k++) {
					final float[] masked = x.floats().clone();
					final float[] mask = zeroToOne(Interpolation.linear(channel(a, k), withOneChannel(x.shape())).floats());
					for (int i = 0; i < masked.length; i++)
						masked[i] *= mask[i % mask.length];
					weights[k] = Math.exp(model.score(List.of(Tensor.of(masked, x.shape()))).get(0).floats()[c.targetClass()]);
					sum += weights[k];
				}
				for (int k = 0; k < weights.length; k++)
					weights[k] /= sum;
				final Attribution found = explain(c, model, new ScoreCam(c.layer(), false, false, false));
				assertTrue(ReferenceCase.relativeError(ActivationMap.weightedSum(a, weights), found.raw()) < 1e-4);
				assertEquals("" + weights.length, found.facts().get("forward passes"));
				assertTrue(found.facts().get("scores of the masked images").contains(" to "), found.facts().toString());
			}
		}));
	}

	private static float[] zeroToOne(final float[] v) {
		float low = Float.POSITIVE_INFINITY;
		float high = Float.NEGATIVE_INFINITY;
		for (final float x : v) {
			low = Math.min(low, x);
			high = Math.max(high, x);
		}
		final float[] scaled = new float[v.length];
		for (int i = 0; i < v.length && high > low; i++)
			scaled[i] = (v[i] - low) / (high - low);
		return scaled;
	}

	private static int[] withOneChannel(final int[] shape) {
		final int[] one = shape.clone();
		one[1] = 1;
		return one;
	}

	private static Tensor channel(final Tensor a, final int k) {
		final int places = a.length() / a.size(1);
		return Tensor.of(Arrays.copyOfRange(a.floats(), k * places, (k + 1) * places), withOneChannel(a.shape()));
	}

	/** Where the softmax of sums over a hundred pixels would leave one channel, the mean leaves several. */
	@Test
	void aSegmentationIsExplained() {
		final ReferenceCase c = new ReferenceCase("miniunet");
		try (Model model = c.open("model.pt")) {
			final Target blob = DenseTarget.of("1", List.of(), Area.PREDICTED, true);
			for (final Explainer method : methods(c.layer(), true)) {
				final Attribution a = method.explain(model, List.of(c.input()), blob, Progress.NONE);
				assertEquals("class 1, mean over 102 predicted pixels", a.target().description());
				final float[] map = a.map().floats();
				double inside = 0;
				double outside = 0;
				final float[] mask = c.mask().orElseThrow().floats();
				int marked = 0;
				for (int i = 0; i < map.length; i++) {
					if (mask[i] > 0) marked++;
					inside += mask[i] > 0 ? map[i] : 0;
					outside += mask[i] > 0 ? 0 : map[i];
				}
				assertTrue(inside / marked > outside / (map.length - marked), method + ": stronger where the class is");
			}
		}
	}

	private static List<Explainer> methods(final String layer, final boolean relu) {
		return List.of(new ScoreCam(layer, true, relu, false), new AblationCam(layer, AblationCam.Replacement.ZERO, relu, false));
	}

	@Test
	void severalLayersAreScaledAndAveraged() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final List<Explainer> both = methods("relu2, relu3", true);
			for (int i = 0; i < both.size(); i++) {
				final Tensor two = explain(c, model, methods("relu2", true).get(i)).raw();
				final Tensor three = explain(c, model, methods("relu3", true).get(i)).raw();
				final Attribution joined = explain(c, model, both.get(i));
				assertTrue(ReferenceCase.relativeError(ActivationMap.joined(List.of(two, three), false, Upsampling.LINEAR, c
					.input()), joined.raw()) < 1e-6);
				assertEquals("relu2, relu3", joined.facts().get("layers"));
			}
		}
	}

	/** Cancelled on the way, nothing more is scored; what is told grows from 0 to below 1. */
	@Test
	void progressIsToldAndCancelIsHeard() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			for (final Explainer method : methods("relu2, relu3", true)) {
				final List<Double> told = new ArrayList<>();
				final Progress thrice = new Progress() {

					@Override
					public void update(final double fraction, final String status) {
						told.add(fraction);
					}

					@Override
					public boolean isCancelled() {
						return told.size() == 3;
					}
				};
				assertThrows(CancellationException.class, () -> method.explain(model, List.of(c.input()), target(c), thrice));
				assertEquals(3, told.size());
				assertEquals(0, told.get(0));
				assertTrue(told.get(0) < told.get(1) && told.get(1) < told.get(2) && told.get(2) < 1, told.toString());
			}
		}
	}

	@Test
	void aLayerWithoutPlacesIsRefused() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.pt")) {
			for (final Explainer method : methods("fc", true))
				assertTrue(assertThrows(GlassboxException.class, () -> explain(c, model, method)).getMessage().contains(
					"no spatial extent"));
		}
	}
}
