package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;

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

	/** As MATLAB, MXNet and CNTK write them; parameters have names of their own there, {@code conv_1_W}. */
	@Test
	void namesOfNodesAreLayersWhereNothingElseTells() {
		final LayerNames names = new LayerNames(chain("conv_1", "relu_1", "", "fc"));
		assertEquals(List.of("conv_1", "relu_1", "", "fc"), List.of(names.of(0), names.of(1), names.of(2), names.of(3)));
		assertEquals("relu_1_output_0", names.values().get("relu_1"));
		assertEquals(List.of("conv_1", "relu_1", "fc"), List.copyOf(names.values().keySet()));
	}

	/** Names as PyTorch 1.13 writes them for {@code dec(enc(x) - enc(y)) + dec(x)}: only the innermost name is counted. */
	@Test
	void aContainerCalledTwiceIsCountedAtEveryLevel() {
		final LayerNames names = new LayerNames(chain("/enc/enc.0/Relu", "/enc/enc.1/conv/Tanh", "/enc/enc.0_1/Relu",
			"/enc/enc.1/conv_1/Tanh", "/Sub", "/dec/act/Relu", "/dec/Add", "/dec/act_1/Relu", "/dec_1/Add", "/Add"));
		assertEquals("enc.1.conv", names.of(3));
		assertEquals("dec", names.of(8));
		final Map<String, String> layers = names.values();
		assertEquals("/enc/enc.1/conv/Tanh_output_0", layers.get("enc"));
		assertEquals("/enc/enc.0_1/Relu_output_0", layers.get("enc.0_1"));
		assertEquals("/enc/enc.1/conv_1/Tanh_output_0", layers.get("enc.1_1"));
		assertEquals("/enc/enc.1/conv_1/Tanh_output_0", layers.get("enc_1"));
		assertEquals("/dec/Add_output_0", layers.get("dec"));
		assertEquals("/dec/act_1/Relu_output_0", layers.get("dec.act_1"));
		assertEquals("/dec_1/Add_output_0", layers.get("dec_1"));
	}

	@Test
	void aDictionaryOfModulesIsToldByParameters() {
		final GraphProto graph = GraphProto.newBuilder().addInitializer(TensorProto.newBuilder().setName(
			"net.heads.a.conv.weight")).addNode(node("/net/Relu", "x")).addNode(node("/net/a/conv/Conv", "/net/Relu_output_0",
				"net.heads.a.conv.weight")).addNode(node("/net/a/act/Tanh", "/net/a/conv/Conv_output_0")).build();
		final LayerNames names = new LayerNames(graph);
		assertEquals("net.heads.a.conv", names.of(1));
		assertEquals("net.heads.a.act", names.of(2));
		assertEquals("net", names.of(0));
	}

	@Test
	void kerasNamesLayersBetweenTheModelAndTheOperator() {
		final LayerNames names = new LayerNames(chain("Call/model/block1_conv1/Conv2D", "Call/model/block1_conv1/Relu",
			"Transpose__12", "Call/model/encoder/conv2d_1/BiasAdd"));
		assertEquals("block1_conv1", names.of(0));
		assertEquals("", names.of(2));
		assertEquals("encoder.conv2d_1", names.of(3));
		final Map<String, String> layers = names.values();
		assertEquals("Call/model/block1_conv1/Relu_output_0", layers.get("block1_conv1"));
		assertEquals("Call/model/encoder/conv2d_1/BiasAdd_output_0", layers.get("encoder"));
	}

	/** What torch.onnx.export(..., dynamo=True) writes: the modules beside the node, in its metadata. */
	@Test
	void theNewerExporterTellsModulesInMetadata() {
		final GraphProto graph = GraphProto.newBuilder().addNode(exported("node_conv2d_1", "x",
			"['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d_1']")).addNode(exported("node_relu", "node_conv2d_1_output_0",
				"['', 'layer1', 'layer1.0', 'layer1.0.relu', 'relu']")).addNode(exported("node_relu_1", "node_relu_output_0",
					"['', 'layer1', 'layer1.0', 'layer1.0.relu@1', 'relu_1']")).addNode(exported("node_mean",
						"node_relu_1_output_0", "['', 'mean']")).build();
		final LayerNames names = new LayerNames(graph);
		assertEquals("layer1.0.conv1", names.of(0));
		assertEquals("layer1.0.relu", names.of(2));
		assertEquals("", names.of(3));
		assertEquals(Map.of("layer1.0.conv1", "node_conv2d_1_output_0", "layer1.0.relu", "node_relu_output_0",
			"layer1.0.relu_1", "node_relu_1_output_0", "layer1.0", "node_relu_1_output_0", "layer1", "node_relu_1_output_0"),
			names.values());
	}

	private static NodeProto exported(final String name, final String operand, final String scopes) {
		final ByteString entry = StringStringEntryProto.newBuilder().setKey("pkg.torch.onnx.name_scopes").setValue(scopes)
			.build().toByteString();
		return node(name, operand).toBuilder().setUnknownFields(UnknownFieldSet.newBuilder().addField(9,
			UnknownFieldSet.Field.newBuilder().addLengthDelimited(entry).build()).build()).build();
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
