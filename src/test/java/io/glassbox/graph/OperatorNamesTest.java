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

	/** Files of one network may differ in whether they tell of a Dropout. */
	@Test
	void whatAModuleWithinOnlyPassesOnHasANameOfItsOwn() {
		final Network.Builder b = image().node(node("a", "block", "Add", "image", "image")).layer("block.dropout", "a_out").node(
			node("b", "block", "Relu", "a_out")).layer("block_1", "b_out").node(node("c", "", "Neg", "b_out")).layer("drop",
				"c_out");
		assertEquals(Map.of("block.add", "a_out", "neg", "c_out"), names(b, "c_out"));
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

	/** As a roll is exported, and a Concat of one. */
	@Test
	void partsJoinedAgainAreNotCounted() {
		final Network.Builder b = image().node(node("front", "", "Slice", "image")).node(node("back", "", "Slice", "image")).node(
			node("rolled", "", "Concat", "back_out", "front_out")).node(node("same", "", "Concat", "rolled_out")).node(node(
				"joined", "", "Concat", "same_out", "image"));
		assertEquals(Map.of("concat", "joined_out"), names(b, "joined_out"));
	}

	@Test
	void productsInEinsteinsNotationAreNamedAsProducts() {
		final Network.Builder b = image().node(new Node("a", "attn", Operator.of("Einsum", "equation", "b h i d, b h j d -> b h i j"),
			List.of("image", "image"), List.of("a_out"))).node(node("b", "attn", "MatMul", "a_out", "image")).node(new Node("c",
				"attn", Operator.of("Einsum", "equation", "bhij,bhjd->bihd"), List.of("a_out", "b_out"), List.of("c_out")));
		assertEquals(Map.of("attn.matmul", "a_out", "attn.matmul_1", "b_out", "attn.einsum", "c_out"), names(b, "c_out"));
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
