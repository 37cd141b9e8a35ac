package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.command.GlassboxService;
import io.glassbox.command.Method;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Interpolation;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.explain.Upsampling;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.reference.ReferenceCase;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.scijava.Context;
import org.scijava.command.CommandService;

/** What all class activation maps let people choose; expected values by PyTorch and NumPy, see {@code cam_settings.py}. */
class CamSettingsTest {

	private static final ReferenceCase CASE = new ReferenceCase("gapcnn");

	private static Tensor read(final String name) throws URISyntaxException {
		return Npy.read(Path.of(CamSettingsTest.class.getResource("/cam/" + name + ".npy").toURI()));
	}

	/** As people get it: by the method's name and the settings' names. */
	private static Attribution explain(final String method, final Map<String, ?> settings) {
		try (Context context = new Context(CommandService.class, GlassboxService.class); Model model = CASE.open("model.onnx")) {
			return Method.named(context, method).explainer(settings).explain(model, List.of(CASE.input()), Target.index(CASE
				.targetClass(), List.of()), Progress.NONE);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "grad-cam", "hires-cam", "layer-cam" })
	void eigenSmoothingIsTheFirstComponentOfTheWeightedChannels(final String method) throws URISyntaxException {
		final Attribution a = explain(method, Map.of("eigensmooth", true, "relu", false));
		final Tensor wanted = read("eigen_" + method.replace('-', '_'));
		assertTrue(ReferenceCase.relativeError(wanted, a.raw()) < 1e-3);
	}

	/** They are components themselves. */
	@ParameterizedTest
	@ValueSource(strings = { "eigen-cam", "eigen-grad-cam" })
	void eigenMethodsAreNotSmoothedTwice(final String method) {
		assertArrayEquals(explain(method, Map.of()).raw().floats(), explain(method, Map.of("eigensmooth", true)).raw().floats());
	}

	/** Of CAM, too, whose weights and layer are Grad-CAM's here, up to the mean's divisor. */
	@Test
	void camHasTheSameSettings() throws URISyntaxException {
		final Tensor cam = explain("cam", Map.of("eigensmooth", "true")).raw();
		final Tensor wanted = read("eigen_grad_cam");
		final float[] v = cam.floats().clone();
		for (int i = 0; i < v.length; i++)
			v[i] /= v.length;
		assertTrue(ReferenceCase.relativeError(wanted, Tensor.of(v, cam.shape())) < 1e-3);
	}

	@ParameterizedTest
	@CsvSource({ "false, augmented_grad_cam", "true, augmented_eigen_grad_cam" })
	void augmentationSmoothingIsTheMeanOverSixViews(final boolean eigen, final String expected) throws URISyntaxException {
		final Attribution a = explain("grad-cam", Map.of("augsmooth", "true", "eigensmooth", eigen));
		assertTrue(ReferenceCase.relativeError(read(expected), a.map()) < 1e-3);
		assertEquals(CASE.layer(), a.facts().get("layer"));
		assertTrue(a.facts().get("augmentation smoothing").startsWith("mean of 6"), a.facts().toString());
		assertEquals(CASE.logits().floats()[CASE.targetClass()], a.target().score(), 1e-3, "of the image itself");
	}

	/** A map that shows the part of the image in a region: mirrored back, all views agree, if the region was mirrored too. */
	@Test
	void theRegionOfASegmentationIsMirroredWithTheImage() {
		final float[] region = { 0, 1, 1, 0, 0, 1 };
		final Target target = output -> new Target.Resolved("lesion", 7, Tensor.of(region, 1, 1, 2, 3));
		final Explainer masked = (model, inputs, t, progress) -> {
			final Target.Resolved r = t.resolve(inputs.get(0));
			final float[] map = inputs.get(0).floats().clone();
			for (int i = 0; i < map.length; i++)
				map[i] *= r.seed().floats()[i];
			return new Attribution(inputs.get(0), Tensor.of(map, 2, 3), true, r, inputs.get(0), Map.of());
		};
		final Tensor image = Tensor.of(new float[] { 1, 2, 3, 4, 5, 6 }, 1, 1, 2, 3);
		final Attribution a = new AugmentationSmoothing(masked).explain(null, List.of(image), target, Progress.NONE);
		assertArrayEquals(new float[] { 0, 2 / 6f, 3 / 6f, 0, 0, 1 }, a.map().floats(), 1e-6f);
		assertEquals(7, a.target().score());
		assertArrayEquals(new float[] { 1, 2, 3, 4, 5, 6 }, image.floats());
	}

	@Test
	void upsamplingIsChosenForTheMapAndTheRawMapStaysTheLayers() {
		final Tensor raw = explain("grad-cam", Map.of()).raw();
		for (final Upsampling u : Upsampling.values()) {
			final Attribution a = explain("grad-cam", Map.of("upsampling", u.toString()));
			assertArrayEquals(raw.floats(), a.raw().floats());
			final float[] wanted = u.of(raw, CASE.input()).floats().clone();
			for (int i = 0; i < wanted.length; i++)
				wanted[i] = Math.max(0, wanted[i]);
			assertArrayEquals(wanted, a.map().floats());
			assertEquals(u == Upsampling.GUIDED, a.facts().containsKey("upsampling"), "what the network did not give is told");
			for (final float v : a.map().floats())
				assertTrue(v >= 0, "cubic interpolation swings below zero, a map without sign does not");
		}
		assertArrayEquals(Interpolation.linear(raw, 1, 1, 64, 64).floats(), explain("grad-cam", Map.of()).map().floats());
		assertFalse(explain("grad-cam", Map.of()).facts().containsKey("augmentation smoothing"));
	}
}
