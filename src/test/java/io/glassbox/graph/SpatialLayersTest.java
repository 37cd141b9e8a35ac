package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import java.util.List;

import org.junit.jupiter.api.Test;

class SpatialLayersTest {

	private static String last(final Network network, final int... input) {
		try (TorchExecutor e = new TorchExecutor(network, Device.cpu())) {
			return SpatialLayers.last(network, e.shapes(List.of(Tensor.zeros(input))));
		}
	}

	private static Network.Builder convolution() {
		return Network.builder().input("x", Port.ANY, 1, 8, 8).constant("w", Tensor.zeros(4, 1, 3, 3)).node("conv", "conv",
			Operator.of("Conv", "pads", new int[] { 1, 1, 1, 1 }), "x", "w").layer("conv", "conv");
	}

	/** Group normalisation, as exporters write it, leaves the picture's shape and comes back to it. */
	@Test
	void aReshapeThereAndBackKeepsThePicture() {
		final Network n = convolution().constant("grouped", Tensor.ofLongs(new long[] { 1, 2, -1 }, 3)).constant("back",
			Tensor.ofLongs(new long[] { 1, 4, 8, 8 }, 4)).constant("one", Tensor.of(new float[] { 1, 1 }, 2)).constant("zero",
				Tensor.of(new float[] { 0, 0 }, 2)).node("r1", "gn", Operator.of("Reshape"), "conv", "grouped").node("norm", "gn",
					Operator.of("InstanceNormalization"), "r1", "one", "zero").node("r2", "gn", Operator.of("Reshape"), "norm",
						"back").node("relu", "relu", Operator.of("Relu"), "r2").node("gap", "", Operator.of("GlobalAveragePool"),
							"relu").node("flat", "", Operator.of("Flatten"), "gap").constant("head", Tensor.zeros(4, 2)).node("scores", "fc",
								Operator.of("Gemm"), "flat", "head").output("scores").build();
		assertEquals("relu", last(n, 1, 1, 8, 8));
	}

	/** Average pooling over everything, then a 1x1 convolution: its output is one place, no picture. */
	@Test
	void onePlaceIsNoPicture() {
		final Network n = convolution().constant("head", Tensor.zeros(2, 4, 1, 1)).node("pool", "pool", Operator.of(
			"AveragePool", "kernel_shape", new int[] { 8, 8 }), "conv").node("fc", "fc", Operator.of("Conv"), "pool", "head")
			.node("flat", "", Operator.of("Flatten"), "fc").output("flat").build();
		assertEquals("conv", last(n, 1, 1, 8, 8));
	}

	@Test
	void poolingBeforeTheHeadIsPassedOver() {
		final Network n = convolution().node("pool", "pool", Operator.of("MaxPool", "kernel_shape", new int[] { 2, 2 },
			"strides", new int[] { 2, 2 }), "conv").node("flat", "", Operator.of("Flatten"), "pool").output("flat").build();
		assertEquals("conv", last(n, 1, 1, 8, 8));
	}

	/** As SqueezeNet ends: the convolution to the classes and its ReLU are averaged into the scores. */
	@Test
	void aMapOfTheScoresIsPassedOver() {
		final Network n = convolution().node("relu", "features", Operator.of("Relu"), "conv").constant("head", Tensor.zeros(3,
			4, 1, 1)).node("classes", "classifier", Operator.of("Conv"), "relu", "head").node("positive", "classifier", Operator
				.of("Relu"), "classes").node("gap", "", Operator.of("GlobalAveragePool"), "positive").node("flat", "", Operator.of(
					"Flatten"), "gap").output("flat").build();
		assertEquals("relu", last(n, 1, 1, 8, 8));
	}

	/** Down, up again, and to the classes: the bottleneck, whether the answer is resized at last or not. */
	@Test
	void ofASegmentationItIsTheLastOfTheCoarsest() {
		final Network n = convolution().node("pool", "down", Operator.of("MaxPool", "kernel_shape", new int[] { 2, 2 },
			"strides", new int[] { 2, 2 }), "conv").constant("deep", Tensor.zeros(4, 4, 1, 1)).node("bottleneck", "bottleneck",
				Operator.of("Conv"), "pool", "deep").node("relu", "bottleneck", Operator.of("Relu"), "bottleneck").constant("up",
					Tensor.zeros(4, 4, 2, 2)).node("decoded", "up", Operator.of("ConvTranspose", "strides", new int[] { 2, 2 }), "relu",
						"up").constant("head", Tensor.zeros(3, 4, 1, 1)).node("out", "out", Operator.of("Conv"), "decoded", "head").node(
							"p", "", Operator.of("Softmax", "axis", 1), "out").output("p").build();
		assertEquals("relu", last(n, 1, 1, 8, 8));
	}

	/** With nothing before the scores to look at, they are looked at. */
	@Test
	void aNetworkOfOneConvolutionHasItsScores() {
		final Network n = convolution().node("gap", "", Operator.of("GlobalAveragePool"), "conv").node("flat", "", Operator.of(
			"Flatten"), "gap").output("flat").build();
		assertEquals("conv", last(n, 1, 1, 8, 8));
	}

	@Test
	void attentionAfterTheLastPictureIsRefused() {
		final Network n = convolution().constant("tokens", Tensor.ofLongs(new long[] { 1, 4, 64 }, 3)).constant("turned",
			Tensor.ofLongs(new long[] { 1, 64, 4 }, 3)).node("q", "", Operator.of("Reshape"), "conv", "tokens").node("k", "",
				Operator.of("Reshape"), "conv", "turned").node("qk", "attention", Operator.of("MatMul"), "k", "q").node("soft",
					"attention", Operator.of("Softmax"), "qk").node("o", "attention", Operator.of("MatMul"), "soft", "k").node(
						"flat", "", Operator.of("Flatten"), "o").output("flat").build();
		final GlassboxException e = assertThrows(GlassboxException.class, () -> last(n, 1, 1, 8, 8));
		assertTrue(e.getMessage().contains("attention"), e.getMessage());
	}

	@Test
	void aNetworkOfLinearLayersHasNoPicture() {
		final Network n = Network.builder().input("x", Port.ANY, 4).constant("w", Tensor.zeros(4, 4)).node("fc", "fc",
			Operator.of("Gemm"), "x", "w").node("fc2", "fc2", Operator.of("Gemm"), "fc", "w").output("fc2").build();
		assertThrows(GlassboxException.class, () -> last(n, 1, 4));
	}

	/** As in Swin: linear layers on channels that are last, then back; 1 x 8 x 8 x 4 is no picture of 8 channels. */
	@Test
	void channelsThatAreLastMakeNoPicture() {
		final Network n = convolution().constant("w2", Tensor.zeros(4, 6)).constant("g", Tensor.zeros(6)).node("last", "",
			Operator.of("Transpose", "perm", new long[] { 0, 2, 3, 1 }), "conv").node("linear", "linear", Operator.of("MatMul"),
				"last", "w2").node("norm", "norm", Operator.of("LayerNormalization"), "linear", "g").node("back", "permute",
					Operator.of("Transpose", "perm", new long[] { 0, 3, 1, 2 }), "norm").node("gap", "", Operator.of(
						"GlobalAveragePool"), "back").constant("head", Tensor.zeros(6, 2)).node("flat", "", Operator.of("Flatten"), "gap")
			.node("scores", "fc", Operator.of("Gemm"), "flat", "head").output("scores").build();
		assertEquals("back", last(n, 1, 1, 8, 8));
	}

	/** As in ConvNeXt: normalising the pooled channels turns 1 x 4 x 1 x 1 into 1 x 1 x 1 x 4, which is no picture either. */
	@Test
	void normalisedPooledChannelsAreNoPicture() {
		final Network n = convolution().constant("g", Tensor.zeros(4)).node("gap", "", Operator.of("GlobalAveragePool"),
			"conv").node("last", "", Operator.of("Transpose", "perm", new long[] { 0, 2, 3, 1 }), "gap").node("norm", "norm",
				Operator.of("LayerNormalization"), "last", "g").output("norm").build();
		assertEquals("conv", last(n, 1, 1, 8, 8));
	}

	@Test
	void tokensPutBackIntoAPictureAreOne() {
		final Network n = convolution().constant("flat", Tensor.ofLongs(new long[] { 1, 4, 64 }, 3)).constant("back", Tensor
			.ofLongs(new long[] { 1, 4, 8, 8 }, 4)).constant("w2", Tensor.zeros(4, 4)).node("r", "", Operator.of("Reshape"),
				"conv", "flat").node("t", "", Operator.of("Transpose", "perm", new long[] { 0, 2, 1 }), "r").node("linear", "",
					Operator.of("MatMul"), "t", "w2").node("u", "", Operator.of("Transpose", "perm", new long[] { 0, 2, 1 }),
						"linear").node("picture", "", Operator.of("Reshape"), "u", "back").node("gap", "", Operator.of(
							"GlobalAveragePool"), "picture").constant("head", Tensor.zeros(4, 2)).node("flatter", "", Operator.of("Flatten"),
								"gap").node("scores", "fc", Operator.of("Gemm"), "flatter", "head").output("scores").build();
		assertEquals("picture", last(n, 1, 1, 8, 8));
	}
}
