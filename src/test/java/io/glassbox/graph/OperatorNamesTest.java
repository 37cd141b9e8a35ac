package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

class OperatorNamesTest {

	private static Network.Builder image() {
		return Network.builder().input("image", Port.ANY, 2, 4, 4);
	}

	private static Node node(final String id, final String layer, final String type, final String... operands) {
		return new Node(id, layer, Operator.of(type), List.of(operands), List.of(id + "_out"));
	}

	private static Map<String, String> names(final Network.Builder b, final String output) {
		return OperatorNames.given(b.output(output, Port.ANY, 2, 4, 4).build()).operators();
	}

	@Test
	void operatorsBearTheModuleAndAreNumberedPerKind() {
		final Network.Builder b = image().node(node("a", "block", "Relu", "image")).node(node("b", "block", "Add", "a_out",
			"image")).node(node("c", "block", "Relu", "b_out")).node(node("d", "", "Relu", "c_out"));
		assertEquals(Map.of("block.relu", "a_out", "block.add", "b_out", "block.relu_1", "c_out", "relu", "d_out"), names(b,
			"d_out"));
	}

	@Test
	void whatALayerReturnsNeedsNoNameButCounts() {
		final Network.Builder b = image().node(node("a", "block", "Relu", "image")).node(node("b", "block", "Relu", "a_out"))
			.layer("block", "a_out");
		assertEquals(Map.of("block.relu_1", "b_out"), names(b, "b_out"));
	}

	@Test
	void aNameThatMeansALayerIsPassedOver() {
		final Network.Builder b = image().node(node("a", "relu", "Relu", "image")).layer("relu", "a_out").node(node("b", "",
			"Relu", "a_out"));
		assertEquals(Map.of("relu_1", "b_out"), names(b, "b_out"));
	}

	/** An old name of another value must not come to mean this one. */
	@Test
	void aNameThatMeansAnotherValueIsPassedOver() {
		final Network.Builder b = image().node("relu", "", Operator.of("Neg"), "image").node(node("b", "", "Relu", "relu"));
		assertEquals(Map.of("neg", "relu", "relu_1", "b_out"), names(b, "b_out"));
	}

	@Test
	void sizesAndMovingElementsAreNotCounted() {
		final Network.Builder b = image().constant("two", Tensor.ofLongs(new long[] { 2 })).constant("half", Tensor.of(
			new float[] { .5f })).node(node("shape", "", "Shape", "image")).node(node("twice", "", "Mul", "shape_out", "two"))
			.node(node("mask", "", "ConstantOfShape", "twice_out")).node(node("masked", "", "Mul", "mask_out", "half"))
			.node(node("t", "", "Identity", "image")).node(node("scaled", "", "Mul", "t_out", "half"));
		assertEquals(Map.of("mul", "scaled_out"), names(b, "scaled_out"));
	}

	@Test
	void namesFollowTheirValuesAndAreLookedUpLikeLayers() {
		final Network network = OperatorNames.given(image().node(node("a", "block", "Relu", "image")).node(node("b", "",
			"Sigmoid", "a_out")).output("b_out", Port.ANY, 2, 4, 4).build());
		assertEquals("a_out", network.layer("block.relu"));
		assertEquals("block.relu", SpatialLayers.name(network, "a_out"));
		assertEquals(List.of("block.relu"), network.layers("block.relu"));
		assertEquals("a_out", FinalActivation.removed(network).layer("block.relu"));
	}
}
