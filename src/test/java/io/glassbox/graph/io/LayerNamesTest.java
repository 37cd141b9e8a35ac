package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerNamesTest {

	private static NodeProto node(final String name, final String... operands) {
		return NodeProto.newBuilder().setName(name).setOpType(name.replaceAll(".*/|_\\d+$", "")).addAllInput(List.of(
			operands)).addOutput(name + "_output_0").build();
	}

	private static GraphProto chain(final String... names) {
		final GraphProto.Builder graph = GraphProto.newBuilder();
		String value = "input";
		for (final String name : names) {
			graph.addNode(node(name, value));
			value = name + "_output_0";
		}
		return graph.build();
	}

	/** Names from exports of torchvision's resnet18, densenet121, mobilenet_v2 and squeezenet1_1. */
	@ParameterizedTest
	@CsvSource({ "/conv1/Conv, conv1", "/layer4/layer4.1/conv2/Conv, layer4.1.conv2", //
		"/layer4/layer4.0/downsample/downsample.0/Conv, layer4.0.downsample.0", "/layer1/layer1.0/Add, layer1.0",
		"/features/denseblock1/denselayer1/conv1/Conv, features.denseblock1.denselayer1.conv1",
		"/features/denseblock4/Concat, features.denseblock4", "/features/transition1/pool/AveragePool, features.transition1.pool",
		"/features/features.13/Relu, features.13", "/features/features.1/conv/conv.0/conv.0.2/Clip, features.1.conv.0.2",
		"/features/features.17/conv/conv.2/Conv, features.17.conv.2", "/classifier/classifier.1/Gemm, classifier.1",
		"/features/features.3/expand3x3/Conv, features.3.expand3x3", "/Flatten, ''", "/Add_1, ''" })
	void scopesGiveTheDottedPathOfTheModule(final String node, final String module) {
		assertEquals(module, new LayerNames(chain(node)).of(0));
	}

	@Test
	void theSecondCallOfAModuleIsCountedInTheLayerNotInTheModule() {
		final LayerNames names = new LayerNames(chain("/block/conv/Conv", "/block/relu/Relu", "/block/relu_1/Relu"));
		assertEquals("block.relu", names.of(2));
		assertEquals("/block/relu/Relu_output_0", names.values().get("block.relu"));
		assertEquals("/block/relu_1/Relu_output_0", names.values().get("block.relu_1"));
		assertEquals("/block/relu_1/Relu_output_0", names.values().get("block"));
	}

	@Test
	void aContainerCalledTwiceIsCountedAtEveryLevel() {
		final Map<String, String> layers = new LayerNames(chain("/net/net.0/Relu", "/net/net.1/Tanh", "/net_1/net.0/Relu",
			"/net_1/net.1/Tanh")).values();
		assertEquals("/net_1/net.0/Relu_output_0", layers.get("net.0_1"));
		assertEquals("/net_1/net.1/Tanh_output_0", layers.get("net_1"));
	}

	@Test
	void aModuleWhoseNameEndsInANumberKeepsIt() {
		final GraphProto graph = GraphProto.newBuilder().addInitializer(TensorProto.newBuilder().setName("a"))
			.addInitializer(TensorProto.newBuilder().setName("b")).addNode(node("/conv/Conv", "x", "a")).addNode(node(
				"/conv_1/Conv", "/conv/Conv_output_0", "b")).build();
		assertEquals("conv_1", new LayerNames(graph).of(1));
	}

	@Test
	void aLayerReturnsItsLastValueThatIsReadOutside() {
		final GraphProto graph = GraphProto.newBuilder().addNode(node("/a/Relu", "x")).addNode(node("/a/Shape",
			"/a/Relu_output_0")).addNode(node("/a/Cast", "/a/Shape_output_0")).addNode(node("/a/Mul", "/a/Relu_output_0",
				"/a/Cast_output_0")).addNode(node("/Relu", "/a/Mul_output_0")).build();
		assertEquals(Map.of("a", "/a/Mul_output_0"), new LayerNames(graph).values());
	}

	@Test
	void olderFilesTellLayersByTheirParameters() {
		final GraphProto graph = GraphProto.newBuilder().addInitializer(TensorProto.newBuilder().setName(
			"layer4.1.conv2.weight")).addNode(node("Conv_0", "x", "layer4.1.conv2.weight")).addNode(node("Relu_1",
				"Conv_0_output_0")).build();
		assertEquals(Map.of("layer4.1.conv2", "Conv_0_output_0"), new LayerNames(graph).values());
		assertEquals("", new LayerNames(graph).of(1));
	}
}
