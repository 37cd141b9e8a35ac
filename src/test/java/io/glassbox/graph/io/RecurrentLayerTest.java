package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recurrent layers, unrolled, compute what ONNX Runtime's own do. */
class RecurrentLayerTest {

	private static final int STEPS = 4;
	private static final int FEATURES = 3;
	private static final int HIDDEN = 2;
	private static final Map<String, Integer> GATES = Map.of("LSTM", 4, "GRU", 3, "RNN", 1);

	@TempDir
	Path folder;

	private static List<Tensor> score(final Network network, final Tensor x) {
		try (TorchExecutor executor = new TorchExecutor(network, Device.cpu())) {
			return executor.score(List.of(x));
		}
	}

	/** A layer whose outputs, as many as named, are those of the network. */
	private Path layer(final String type, final int directions, final boolean bias, final String initial,
		final List<String> outputs, final Object... attributes) throws IOException
	{
		final int gates = GATES.get(type) * HIDDEN;
		final Handmade file = new Handmade(14, STEPS, 2, FEATURES).random("w", directions, gates, FEATURES).random("r",
			directions, gates, HIDDEN).random("b", directions, 2 * gates).random("h", directions, 2, HIDDEN).random("c",
				directions, 2, HIDDEN);
		final List<String> in = new ArrayList<>(List.of("x", "w", "r", bias ? "b" : ""));
		if (!initial.isEmpty()) in.addAll(type.equals("LSTM") ? List.of("", "h", "c") : List.of("", "h"));
		final var model = file.node(type, "", in, outputs, attributes).build().toBuilder();
		model.getGraphBuilder().clearOutput();
		outputs.stream().filter(o -> !o.isEmpty()).forEach(o -> model.getGraphBuilder().addOutput(Handmade.port(o)));
		return Files.write(folder.resolve("layer.onnx"), model.build().toByteArray());
	}

	private static Tensor sequence(final int... shape) {
		final Random random = new Random(7);
		final Tensor x = Tensor.zeros(shape);
		for (int i = 0; i < x.length(); i++)
			x.floats()[i] = 2 * random.nextFloat() - 1;
		return x;
	}

	private static void assertSame(final Path file, final Tensor x) {
		final List<Tensor> actual = score(OnnxReader.read(file), x);
		try (OnnxRuntimeScorer runtime = OnnxRuntimeScorer.open(file, Device.cpu())) {
			final List<Tensor> expected = runtime.score(List.of(x));
			assertEquals(expected.size(), actual.size());
			for (int i = 0; i < actual.size(); i++)
				assertEquals(0, Errors.relative(actual.get(i), expected.get(i)), 1e-5, "output " + i);
		}
	}

	/** Half of the sum so far is added to each number: 1, 2 + 1 / 2, 3 + 2.5 / 2. */
	@Test
	void aPlainLayerAddsUp() throws IOException {
		final Path file = new Handmade(14, 3, 1, 1).with(Handmade.floats("w", 1).clearDims().addDims(1).addDims(1).addDims(1))
			.with(Handmade.floats("r", 0.5f).clearDims().addDims(1).addDims(1).addDims(1)).node("RNN", "", List.of("x", "w", "r"),
				List.of("y"), "hidden_size", 1, "activations", new String[] { "Relu" }).in(folder);
		assertEquals(List.of(Tensor.of(new float[] { 1, 2.5f, 4.25f }, 3, 1, 1, 1)), score(OnnxReader.read(file), Tensor.of(
			new float[] { 1, 2, 3 }, 3, 1, 1)));
	}

	@ParameterizedTest
	@CsvSource({ "RNN, forward, true, ''", "RNN, reverse, false, h", "RNN, bidirectional, true, h", "LSTM, forward, true, ''",
		"LSTM, reverse, true, h", "LSTM, bidirectional, false, h", "GRU, forward, true, ''", "GRU, reverse, false, h",
		"GRU, bidirectional, true, h" })
	void unrolledItIsTheSame(final String type, final String direction, final boolean bias, final String initial)
		throws IOException
	{
		final List<String> outputs = type.equals("LSTM") ? List.of("y", "last", "memory") : List.of("y", "last");
		assertSame(layer(type, direction.equals("bidirectional") ? 2 : 1, bias, initial, outputs, "hidden_size", HIDDEN,
			"direction", direction), sequence(STEPS, 2, FEATURES));
	}

	@ParameterizedTest
	@CsvSource({ "true, ''", "false, h" })
	void aGruAsPyTorchHasItResetsLast(final boolean bias, final String initial) throws IOException {
		assertSame(layer("GRU", 2, bias, initial, List.of("y", "last"), "hidden_size", HIDDEN, "direction", "bidirectional",
			"linear_before_reset", 1), sequence(STEPS, 2, FEATURES));
	}

	@Test
	void onlyTheLastResultMayBeWanted() throws IOException {
		assertSame(layer("LSTM", 1, true, "", List.of("", "last"), "hidden_size", HIDDEN), sequence(STEPS, 2, FEATURES));
	}

	@Test
	void eachDirectionHasItsActivations() throws IOException {
		assertSame(layer("LSTM", 2, true, "", List.of("y"), "hidden_size", HIDDEN, "direction", "bidirectional", "activations",
			new String[] { "Sigmoid", "Relu", "Relu", "Sigmoid", "Tanh", "Softsign" }), sequence(STEPS, 2, FEATURES));
	}

	/** ONNX Runtime has no such layout; samples first are the same numbers, turned. */
	@Test
	void samplesMayComeFirst() throws IOException {
		final Tensor x = sequence(1, STEPS, FEATURES);
		final Tensor first = score(OnnxReader.read(layerOfOneSample(1)), x).get(0);
		final Tensor second = score(OnnxReader.read(layerOfOneSample(0)), Tensor.of(x.floats(), STEPS, 1, FEATURES)).get(0);
		assertEquals(0, Errors.relative(first, Tensor.of(second.floats(), 1, STEPS, 1, HIDDEN)), 1e-6);
	}

	private Path layerOfOneSample(final int layout) throws IOException {
		final int[] shape = layout == 1 ? new int[] { 1, STEPS, FEATURES } : new int[] { STEPS, 1, FEATURES };
		return new Handmade(14, shape).random("w", 1, 4 * HIDDEN, FEATURES).random("r", 1, 4 * HIDDEN, HIDDEN).node("LSTM", "",
			List.of("x", "w", "r"), List.of("y"), "hidden_size", HIDDEN, "layout", layout).in(folder);
	}

	/** As in networks that read text: columns of an image are steps, and any number of images is read at once. */
	@Test
	void theBatchStaysOpen() throws IOException {
		final Handmade file = new Handmade(14, 1, STEPS, FEATURES).random("w", 2, 4 * HIDDEN, FEATURES).random("r", 2, 4 *
			HIDDEN, HIDDEN).with(Handmade.longs("axis", 1)).node("Transpose", "", List.of("x"), List.of("t"), "perm", new int[] { 1,
				0, 2 }).node("LSTM", "", List.of("t", "w", "r"), List.of("l"), "hidden_size", HIDDEN, "direction", "bidirectional")
			.node("Transpose", "", List.of("l"), List.of("y"), "perm", new int[] { 2, 0, 1, 3 });
		final Network network = OnnxReader.read(file.in(folder));
		assertEquals(-1, network.inputs().get(0).shape()[0]);
		final Tensor two = sequence(2, STEPS, FEATURES);
		final Tensor both = score(network, two).get(0);
		for (int i = 0; i < 2; i++)
			assertEquals(0, Errors.relative(score(network, two.sample(i)).get(0), both.sample(i)), 1e-6);
	}

	@Test
	void whatFewHaveIsNamed() throws IOException {
		refused(layer("GRU", 1, true, "", List.of("y"), "hidden_size", HIDDEN, "clip", 1f), "GRU whose sums are clipped");
		refused(layer("RNN", 1, true, "", List.of("y"), "hidden_size", HIDDEN, "activations", new String[] { "Elu" }),
			"RNN with the activations Elu");
		refused(new Handmade(14, -1, 2, FEATURES).random("w", 1, 2, FEATURES).random("r", 1, 2, 2).node("RNN", "", List.of("x",
			"w", "r"), List.of("y"), "hidden_size", 2).in(folder), "RNN over a number of steps that is known only when it runs");
	}

	private static void refused(final Path file, final String why) {
		final String message = assertThrows(UnsupportedNetworkException.class, () -> OnnxReader.read(file)).getMessage();
		assertTrue(message.contains(why), message);
	}
}
