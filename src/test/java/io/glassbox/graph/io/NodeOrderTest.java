package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes may stand in a file in any order. */
class NodeOrderTest {

	private static final Tensor TWO = Tensor.of(new float[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 2, 2, 1, 2);
	private static final List<Tensor> ROWS = List.of(Tensor.of(new float[] { 11, 12, 23, 24, 15, 16, 27, 28 }, 2, 4));

	@TempDir
	Path folder;

	/** A shift of each channel, made up of a list after it is needed; all of the image is one row in the end. */
	private Handmade shiftThenFlatten(final int axis) {
		return new Handmade(7, 1, 2, 1, 2).node("Add", "", List.of("x", "column"), List.of("shifted")).node("Unsqueeze", "",
			List.of("shift"), List.of("column"), "axes", new int[] { 1, 2 }).with(Handmade.floats("shift", 10, 20)).node(
				"Flatten", "", List.of("shifted"), List.of("y"), "axis", axis);
	}

	private static List<Tensor> score(final Network network, final Tensor x) {
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			return executor.score(List.of(x));
		}
	}

	@Test
	void anOperandMayBeMadeAfterItIsNamed() throws IOException {
		final Network network = OnnxReader.read(shiftThenFlatten(1).in(folder));
		assertEquals(List.of("Add", "Flatten"), network.nodes().stream().map(n -> n.op().type()).toList());
		assertEquals(ROWS, score(network, TWO));
	}

	/** Written for one sample, a row of everything is a row of the sample. */
	@Test
	void eachSampleGetsARowOfItsOwn() throws IOException {
		final Network network = OnnxReader.read(shiftThenFlatten(0).in(folder));
		assertEquals(ROWS, score(network, TWO));
	}

	@Test
	void aCircleIsRefused() throws IOException {
		final Path circle = new Handmade(13, 1, 3).node("Add", "a", List.of("x", "y"), List.of("z")).node("Relu", "b", List
			.of("z"), List.of("y")).in(folder);
		final String why = assertThrows(GlassboxException.class, () -> OnnxReader.read(circle)).getMessage();
		assertTrue(why.contains("reads 'y', which nothing before it makes"), why);
	}
}
