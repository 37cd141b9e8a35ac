package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Progress;
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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CamTest {

	@ParameterizedTest
	@ValueSource(strings = { "model.onnx", "model.pt", "model.scripted.pt" })
	void agreesWithTheFormula(final String file) {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open(file)) {
			final Attribution a = new Cam(false, false).explain(model, List.of(c.input()), Target.index(c.targetClass(), List
				.of()), Progress.NONE);
			c.assertAgrees("cam_formula_raw", a.raw());
			c.assertAgrees("cam_formula_upsampled_minmax", GradCamTest.scaled(a.map()));
			assertEquals("relu3", a.facts().get("layer"));
		}
	}

	@ParameterizedTest(name = "{0} {1}")
	@MethodSource("io.glassbox.reference.ReferenceCase#everyFile")
	void theScoreIsTheMeanOfTheMapPlusTheBias(final String name, final String file) {
		final ReferenceCase c = new ReferenceCase(name);
		if (name.equals("vggish")) return; // has no CAM, see below
		try (Model model = c.open(file)) {
			for (int k = 0; k < c.logits().length(); k++) {
				final Attribution a = new Cam(false, false).explain(model, List.of(c.input()), Target.index(k, List.of()),
					Progress.NONE);
				assertEquals(c.logits().floats()[k], meanPlusBias(a), 1e-3 * Math.max(1, Math.abs(c.logits().floats()[k])));
			}
		}
	}

	private static double meanPlusBias(final Attribution a) {
		double sum = 0;
		for (final float v : a.raw().floats())
			sum += v;
		return sum / a.raw().length() + Double.parseDouble(a.facts().get("bias"));
	}

	/** A 1x1 convolution with a channel per class, then pooling: the channels are the maps. */
	@Test
	void aConvolutionClassifierHasItsMapsReadyMade() {
		final Network network = Network.builder().input("x", Port.ANY, 1, 2, 2).constant("w", Tensor.of(new float[] { 2,
			-1 }, 2, 1, 1, 1)).node("conv", "classifier", Operator.of("Conv"), "x", "w").node("gap", "", Operator.of(
				"GlobalAveragePool"), "conv").node("flat", "", Operator.of("Flatten"), "gap").layer("classifier", "conv")
			.output("flat").build();
		try (Model model = new GraphModel(network, Device.cpu())) {
			final Attribution a = new Cam(false, false).explain(model, List.of(Tensor.of(new float[] { 1, 2, 3, 4 }, 1, 1, 2,
				2)), Target.index(0, List.of()), Progress.NONE);
			assertEquals(Tensor.of(new float[] { 2, 4, 6, 8 }, 1, 1, 2, 2), a.raw());
			assertEquals(5, a.target().score(), 1e-6);
			assertEquals("classifier", a.facts().get("layer"));
		}
	}

	/** As in networks written for one size: an average pool as large as the picture. */
	@Test
	void anAveragePoolOverEverythingIsGlobal() {
		for (final int kernel : new int[] { 4, 2 }) {
			final Network network = Network.builder().input("x", Port.ANY, 1, 4, 4).constant("w", Tensor.of(new float[] { 2,
				-1 }, 2, 1, 1, 1)).constant("fc", Tensor.zeros(3, kernel == 4 ? 2 : 8)).node("conv", "conv", Operator.of("Conv"),
					"x", "w").node("pool", "pool", Operator.of("AveragePool", "kernel_shape", new int[] { kernel, kernel },
						"strides", new int[] { kernel, kernel }), "conv").node("flat", "", Operator.of("Flatten"), "pool").node("y",
							"fc", Operator.of("Gemm", "transB", 1), "flat", "fc").layer("conv", "conv").output("y").build();
			try (Model model = new GraphModel(network, Device.cpu())) {
				final List<Tensor> input = List.of(Tensor.zeros(1, 1, 4, 4));
				final Cam cam = new Cam(false, false);
				if (kernel == 4) assertEquals("conv", cam.explain(model, input, Target.index(0, List.of()), Progress.NONE).facts()
					.get("layer"));
				else assertThrows(GlassboxException.class, () -> cam.explain(model, input, Target.index(0, List.of()),
					Progress.NONE));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "model.onnx", "model.pt" })
	void aNetworkWithoutPoolingSaysWhyItHasNoCam(final String file) {
		final ReferenceCase c = new ReferenceCase("vggish");
		try (Model model = c.open(file)) {
			final GlassboxException e = assertThrows(GlassboxException.class, () -> new Cam(false, false).explain(model, List
				.of(c.input()), Target.top(List.of()), Progress.NONE));
			assertTrue(e.getMessage().startsWith("This network has no CAM"), e.getMessage());
			assertTrue(e.getMessage().contains("Grad-CAM works"), e.getMessage());
		}
	}
}
