package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Operator;
import io.glassbox.graph.io.GraphModel;
import io.glassbox.reference.ReferenceCase;

import ai.djl.Device;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network that ends in probabilities is explained by the scores before them. */
class FinalActivationTest {

	private final ReferenceCase c = new ReferenceCase("gapcnn");

	private Network ending(final String activation) {
		try (Model model = c.open("model.onnx")) {
			final Network n = model.network();
			final Network.Builder b = Network.builder().input("input", 1, 3, 64, 64);
			n.constants().forEach(b::constant);
			n.nodes().forEach(b::node);
			n.layers().forEach(b::layer);
			b.node(new Node("probabilities", "", Operator.of(activation), List.of(n.outputs().get(0).name()), List.of("p")));
			return b.output("p").build();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Softmax", "Sigmoid", "LogSoftmax" })
	void camAndGradCamAreThoseOfTheLogits(final String activation) {
		try (Model model = new GraphModel(ending(activation), Device.cpu())) {
			final Target target = Target.index(c.targetClass(), List.of());
			final Attribution gradCam = new GradCam("auto", false, false).explain(model.logits(), List.of(c.input()), target,
				Progress.NONE);
			c.assertAgrees("captum_layer_gradcam_norelu", gradCam.raw());
			c.assertAgrees("cam_formula_raw", new Cam(false, false).explain(model.logits(), List.of(c.input()), target,
				Progress.NONE).raw());
			assertEquals(c.logits().floats()[c.targetClass()], gradCam.target().score(), 1e-3);
		}
	}

	@Test
	void aNetworkThatGivesScoresIsItsOwn() {
		try (Model model = c.open("model.pt")) {
			assertSame(model, model.logits());
			assertEquals(FinalActivation.NONE, FinalActivation.of(model.network()));
		}
	}
}
