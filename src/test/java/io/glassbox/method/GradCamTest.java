package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Interpolation;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.reference.ReferenceCase;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class GradCamTest {

	private static Attribution explain(final ReferenceCase c, final Model model, final GradCam method) {
		return method.explain(model, List.of(c.input()), Target.index(c.targetClass(), List.of()), Progress.NONE);
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("io.glassbox.reference.ReferenceCase#everyFile")
	void agreesWithCaptumAndPytorchGradCam(final String name, final String file) {
		final ReferenceCase c = new ReferenceCase(name);
		try (Model model = c.open(file)) {
			c.assertAgrees("captum_layer_gradcam_norelu", explain(c, model, new GradCam(c.layer(), false, false)).raw());
			c.assertAgrees("captum_layer_gradcam", explain(c, model, new GradCam(c.layer(), true, false)).raw());
			c.assertAgrees("captum_layer_gradcam_upsampled", explain(c, model, new GradCam(c.layer(), true, true)).raw());
			c.assertAgrees("cam_gradcam_raw", explain(c, model, new GradCam(c.layer(), false, false)).raw());
			if (c.has("cam_gradcam_layer_relu2_raw")) c.assertAgrees("cam_gradcam_layer_relu2_raw", explain(c, model,
				new GradCam("relu2", false, false)).raw());
		}
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("io.glassbox.reference.ReferenceCase#everyFile")
	void autoPicksTheLayerTheReferenceUsesAndSaysSo(final String name, final String file) {
		final ReferenceCase c = new ReferenceCase(name);
		try (Model model = c.open(file)) {
			assertEquals(c.layer(), explain(c, model, new GradCam("auto", true, false)).facts().get("layer"));
		}
	}

	/** pytorch-grad-cam scales to [0, 1] before and after resizing; bilinear resizing commutes with the first scaling. */
	@Test
	void theUpsampledMapIsPytorchGradCamsUpToItsScaling() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			c.assertAgrees("cam_gradcam", scaled(explain(c, model, new GradCam(c.layer(), true, false)).map()));
		}
	}

	static Tensor scaled(final Tensor map) {
		float min = Float.POSITIVE_INFINITY;
		float max = Float.NEGATIVE_INFINITY;
		for (final float v : map.floats()) {
			min = Math.min(min, v);
			max = Math.max(max, v);
		}
		final float[] out = map.floats().clone();
		for (int i = 0; i < out.length; i++)
			out[i] = (out[i] - min) / (max - min);
		return Tensor.of(out, map.shape());
	}

	@Test
	void theMapOfADifferenceIsTheDifferenceOfTheMaps() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final GradCam method = new GradCam("relu3", false, false);
			final float[] one = method.explain(model, List.of(c.input()), Target.index(1, List.of()), Progress.NONE).raw()
				.floats();
			final float[] two = method.explain(model, List.of(c.input()), Target.index(2, List.of()), Progress.NONE).raw()
				.floats();
			final Attribution difference = method.explain(model, List.of(c.input()), Target.parse("1 - 2", List.of()),
				Progress.NONE);
			assertTrue(difference.signed());
			for (int i = 0; i < one.length; i++)
				assertEquals(one[i] - two[i], difference.raw().floats()[i], 1e-6);
			assertEquals(c.logits().floats()[1] - c.logits().floats()[2], difference.target().score(), 1e-4);
		}
	}

	@Test
	void theTopClassIsExplainedByDefaultAndTheMapFitsTheInput() {
		final ReferenceCase c = new ReferenceCase("cnn3d");
		try (Model model = c.open("model.pt")) {
			final Attribution a = new GradCam("auto", true, false).explain(model, List.of(c.input()), Target.top(List.of("a",
				"b", "c")), Progress.NONE);
			assertEquals(List.of(16, 32, 32), a.extents());
			assertEquals("c (class 2)", a.target().description());
			assertFalse(a.signed());
		}
	}

	@Test
	void anUnknownLayerIsAnsweredWithTheNearestOnes() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final GlassboxException e = assertThrows(GlassboxException.class, () -> explain(c, model, new GradCam("relu9", true,
				false)));
			assertTrue(e.getMessage().startsWith("No layer 'relu9'"), e.getMessage());
			assertTrue(e.getMessage().contains("relu3"), e.getMessage());
		}
	}

	@Test
	void aLayerWithoutExtentInSpaceIsRefused() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final GlassboxException e = assertThrows(GlassboxException.class, () -> explain(c, model, new GradCam("fc", true,
				false)));
			assertTrue(e.getMessage().contains("no spatial extent"), e.getMessage());
		}
	}

	/** Each map scaled to [0, 1] by itself, resized, then averaged: what pytorch-grad-cam does with several layers. */
	@ParameterizedTest(name = "{0}")
	@CsvSource({ "gapcnn, relu*, relu1 relu2 relu3", "gapcnn, 'relu3, relu2', relu2 relu3",
		"miniresnet, layer*.0.conv2, layer1.0.conv2 layer2.0.conv2 layer3.0.conv2", "cnn3d, '**.relu2, relu1', relu1 relu2" })
	void severalLayersGiveTheMeanOfTheirScaledMaps(final String name, final String choice, final String layers) {
		final ReferenceCase c = new ReferenceCase(name);
		try (Model model = c.open("model.pt")) {
			final Attribution together = explain(c, model, new GradCam(choice, true, false));
			assertEquals(layers.replace(" ", ", "), together.facts().get("layers"));
			final float[] mean = new float[together.map().length()];
			for (final String layer : layers.split(" ")) {
				final Attribution alone = explain(c, model, new GradCam(layer, true, false));
				final int[] shape = c.input().shape();
				shape[1] = 1;
				final float[] fine = Interpolation.linear(scaled(alone.raw()), shape).floats();
				for (int i = 0; i < mean.length; i++)
					mean[i] += fine[i] / layers.split(" ").length;
			}
			assertArrayEquals(mean, together.map().floats(), 1e-5f);
			assertFalse(together.signed());
		}
	}

	@Test
	void severalSignedMapsKeepTheirSigns() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final Attribution a = explain(c, model, new GradCam("relu*", false, false));
			assertTrue(a.signed());
			boolean negative = false;
			for (final float v : a.map().floats()) {
				negative |= v < 0;
				assertTrue(Math.abs(v) <= 1);
			}
			assertTrue(negative);
		}
	}
}
