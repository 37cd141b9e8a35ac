package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output is called what its file calls it, also where nothing is computed on the way to it. */
class OutputNamesTest {

	private static final Tensor X = Tensor.of(new float[] { 1, -2, 3, -4, 5, -6 }, 2, 3);
	private static final Tensor RECTIFIED = Tensor.of(new float[] { 1, 0, 3, 0, 5, 0 }, 2, 3);

	@TempDir
	Path folder;

	private static List<String> names(final List<Port> ports) {
		return ports.stream().map(Port::name).toList();
	}

	private Path file(final ModelProto model) throws IOException {
		return Files.write(folder.resolve("network.onnx"), model.toByteArray());
	}

	/** A network that gives these outputs, of this name first. */
	private static ModelProto giving(final Handmade network, final String... names) {
		final ModelProto.Builder model = network.build().toBuilder();
		model.getGraphBuilder().clearOutput();
		for (final String name : names)
			model.getGraphBuilder().addOutput(ValueInfoProto.newBuilder(Handmade.port("y")).setName(name));
		return model.build();
	}

	/** Names and values, from the network and from what is written of it. */
	private void gives(final Path file, final List<String> names, final Tensor... values) throws IOException {
		final Network network = OnnxReader.read(file);
		assertEquals(names, names(network.outputs()));
		try (TorchExecutor torch = new TorchExecutor(network, Device.cpu())) {
			assertEquals(List.of(values), torch.score(List.of(X)));
		}
		final Path written = folder.resolve("written.onnx");
		OnnxWriter.write(network, written);
		assertEquals(names, OnnxFile.parse(written).getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList());
		assertEquals(names, names(OnnxReader.read(written).outputs()));
		try (Model model = ModelFile.open(written, Device.cpu())) {
			assertTrue(model.opaqueBecause().isEmpty());
			assertEquals(List.of(values), model.score(List.of(X)));
			assertTrue(model.engine().startsWith("ONNX Runtime"), model.engine());
		}
	}

	@Test
	void anOutputThatIsAnInputKeepsItsName() throws IOException {
		gives(new Handmade(17, -1, 3).xy("Identity").in(folder), List.of("y"), X);
		final Handmade both = new Handmade(17, -1, 3).node("Relu", "relu", List.of("x"), List.of("r")).node("Identity", "same",
			List.of("x"), List.of("image"));
		gives(file(giving(both, "r", "image")), List.of("r", "image"), RECTIFIED, X);
	}

	@Test
	void anOutputThatIsNamedAsAnInputKeepsThatName() throws IOException {
		final Handmade relu = new Handmade(17, -1, 3).node("Relu", "relu", List.of("x"), List.of("r"));
		gives(file(giving(relu, "r", "x")), List.of("r", "x"), RECTIFIED, X);
	}

	@Test
	void twoOutputsOfOneValueKeepBothNames() throws IOException {
		final Handmade twice = new Handmade(17, -1, 3).node("Relu", "relu", List.of("x"), List.of("r")).node("Identity", "a",
			List.of("r"), List.of("one")).node("Identity", "one", List.of("r"), List.of("other"));
		gives(file(giving(twice, "one", "other")), List.of("one", "other"), RECTIFIED, RECTIFIED);
		gives(file(giving(twice, "r", "other")), List.of("r", "other"), RECTIFIED, RECTIFIED);
	}

	@Test
	void anOutputThatIsAnInputLeavesTheBatchOpen() throws IOException {
		final Path file = new Handmade(17, 1, 3).xy("Identity").in(folder);
		try (TorchExecutor torch = new TorchExecutor(OnnxReader.read(file), Device.cpu())) {
			assertEquals(List.of(X), torch.score(List.of(X)));
		}
	}

	@Test
	void anOutputNamedTwiceIsOneOutput() throws IOException {
		gives(file(giving(new Handmade(13, 2, 3).xy("Relu"), "y", "y")), List.of("y"), RECTIFIED);
	}
}
