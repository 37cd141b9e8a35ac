package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Area;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.DenseTarget;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.Grid;
import io.glassbox.perturb.Segmentation;
import io.glassbox.perturb.Segments;
import io.glassbox.perturb.SharedSamples;
import io.glassbox.reference.ReferenceCase;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Methods that only score, against captum and against the definition of Shapley values. */
class PerturbationMethodsTest {

	private static final List<String> IMAGES = List.of("gapcnn", "vggish", "miniresnet", "minidensenet", "cnn3d", "minivit",
		"miniunet");

	static Target target(final ReferenceCase c) {
		return c.mask().map(mask -> DenseTarget.of("" + c.targetClass(), List.of(), Area.marked(mask, "mask"), false)).orElseGet(
			() -> Target.index(c.targetClass(), List.of()));
	}

	/** The segments that come with a case. */
	static Segmentation segments(final ReferenceCase c, final String file, final int most) {
		final Tensor t = Npy.read(c.file(file));
		final int[] labels = Arrays.stream(t.longs()).mapToInt(l -> (int) Math.min(l, most)).toArray();
		return image -> new Segments(labels, t.shape(), Arrays.stream(labels).max().orElseThrow() + 1);
	}

	private static Attribution explain(final ReferenceCase c, final Model model, final SharedSamples method) {
		return method.explain(model, List.of(c.input()), target(c), Progress.NONE);
	}

	private static Stream<DynamicTest> agreeing(final String expected, final Function<ReferenceCase, SharedSamples> method) {
		return IMAGES.stream().flatMap(name -> ReferenceCase.FILES.stream().map(file -> DynamicTest.dynamicTest(name + " " + file,
			() -> {
				final ReferenceCase c = new ReferenceCase(name);
				try (Model model = c.open(file)) {
					c.assertAgrees(expected, explain(c, model, method.apply(c)).raw());
				}
			})));
	}

	@TestFactory
	Stream<DynamicTest> occlusionAgreesWithCaptum() {
		final Map<String, String> windows = Map.of("miniunet", "16");
		final Map<String, String> strides = Map.of("miniunet", "8", "cnn3d", "8");
		return agreeing("captum_occlusion", c -> new Occlusion(windows.getOrDefault(c.toString(), "8"), strides.getOrDefault(c
			.toString(), "4"), Baseline.ZERO, false));
	}

	@TestFactory
	Stream<DynamicTest> featureAblationAgreesWithCaptum() {
		return agreeing("captum_feature_ablation", c -> new FeatureAblation(segments(c, "segments.npy", 7), Absence.as(Baseline.ZERO), false));
	}

	@TestFactory
	Stream<DynamicTest> exactShapleyValuesAgreeWithCaptum() {
		return agreeing("captum_shapley_values_5", c -> shap(Shap.Algorithm.EXACT, segments(c, "segments.npy", 4), 0));
	}

	private static Shap shap(final Shap.Algorithm algorithm, final Segmentation segments, final long seed) {
		return new Shap(algorithm, segments, Absence.as(Baseline.ZERO), 1000, 0, seed, false);
	}

	/** With 1000 samples Kernel SHAP scores all combinations of eight, too, and must find what enumeration finds. */
	@TestFactory
	Stream<DynamicTest> ofEightSegmentsBothWaysAreExact() {
		return IMAGES.stream().flatMap(name -> Stream.of(Shap.Algorithm.AUTO, Shap.Algorithm.KERNEL).map(algorithm -> DynamicTest
			.dynamicTest(name + " " + algorithm, () -> {
				final ReferenceCase c = new ReferenceCase(name);
				try (Model model = c.open("model.pt")) {
					final Attribution a = explain(c, model, shap(algorithm, segments(c, "segments.npy", 7), 0));
					c.assertAgrees("shapley_exact", floats(a.features().orElseThrow().values()));
					assertTrue(a.error().isEmpty());
				}
			})));
	}

	private static Tensor floats(final double[] values) {
		final float[] floats = new float[values.length];
		for (int k = 0; k < floats.length; k++)
			floats[k] = (float) values[k];
		return Tensor.of(floats, floats.length);
	}

	/** Image and clinical values play together; three segments and five values. */
	@TestFactory
	Stream<DynamicTest> severalInputsShareOneGame() {
		return ReferenceCase.FILES.stream().map(file -> DynamicTest.dynamicTest(file, () -> {
			final ReferenceCase c = new ReferenceCase("multimodal");
			final List<Tensor> inputs = List.of(Npy.read(c.file("input__input0.npy")), Npy.read(c.file("input__input1.npy")));
			try (Model model = c.open(file)) {
				final Attribution ablated = new FeatureAblation(segments(c, "segments.npy", 7), Absence.as(Baseline.ZERO), false).explain(model,
					inputs, target(c), Progress.NONE);
				c.assertAgrees("captum_feature_ablation__input0", ablated.raw());
				c.assertAgrees("captum_feature_ablation__input1", ablated.others().values().iterator().next());
				final Attribution shap = shap(Shap.Algorithm.EXACT, segments(c, "segments_players.npy", 7), 0).explain(model, inputs,
					target(c), Progress.NONE);
				final double[] values = shap.features().orElseThrow().values();
				c.assertAgrees("shapley_exact", floats(values));
				final double image = Arrays.stream(values, 0, 3).map(Math::abs).sum();
				assertEquals(image / Arrays.stream(values).map(Math::abs).sum(), shap.shares().get("the image"), 1e-12,
					"a segment counts once, not once for each pixel");
			}
		}));
	}

	/** One run for all classes gives each the map that it gets alone. */
	@Test
	void severalTargetsCostNoMoreThanOneAndGetTheSame() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		final List<Target> targets = List.of(Target.index(0, List.of()), Target.index(2, List.of()), Target.index(3, List.of()));
		final Segmentation grid = new Grid(12);
		try (Model model = c.open("model.onnx")) {
			for (final SharedSamples method : List.of(new Occlusion("16", "8", Baseline.MEAN, false), new FeatureAblation(grid,
				Absence.as(Baseline.MEAN), false), new Shap(Shap.Algorithm.KERNEL, grid, Absence.as(Baseline.MEAN), 300, 0, 5, false), new Shap(
					Shap.Algorithm.PERMUTATION, grid, Absence.as(Baseline.MEAN), 300, 0, 5, false)))
			{
				final List<Attribution> together = method.explain(model, List.of(c.input()), targets, Progress.NONE);
				for (int t = 0; t < targets.size(); t++)
					assertArrayEquals(method.explain(model, List.of(c.input()), targets.get(t), Progress.NONE).raw().floats(), together
						.get(t).raw().floats(), 0f, method.toString());
			}
		}
	}

	@Test
	void aWindowThatLeavesPixelsOutIsRefused() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final GlassboxException e = assertThrows(GlassboxException.class, () -> explain(c, model, new Occlusion("4", "8",
				Baseline.ZERO, false)));
			assertTrue(e.getMessage().contains("leaves pixels out"), e.getMessage());
		}
	}

	@Test
	void exactValuesOfManySegmentsAreRefused() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final GlassboxException e = assertThrows(GlassboxException.class, () -> explain(c, model, shap(Shap.Algorithm.EXACT,
				new Grid(25), 0)));
			assertTrue(e.getMessage().contains("there are 25"), e.getMessage());
		}
	}
}
