package io.glassbox.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

/** A network of a few weights whose answers fit on paper. */
class TorchExecutorTest {

	/** y = w . relu(2 x - 1), x of two elements, w = (3, 5). */
	private static Network small() {
		return Network.builder().input("x", Port.ANY, 2)
			.constant("two", Tensor.scalar(2)).constant("one", Tensor.scalar(1))
			.constant("w", Tensor.of(new float[] { 3, 5 }, 1, 2))
			.node("scaled", "scale", Operator.of("Mul"), "two", "x")
			.node("shifted", "shift", Operator.of("Sub"), "scaled", "one")
			.node("relu", "relu", Operator.of("Relu"), "shifted")
			.node("y", "fc", Operator.of("Gemm", "transB", 1), "relu", "w")
			.layer("scale", "scaled").layer("shift", "shifted").layer("relu", "relu").layer("fc", "y").output("y").build();
	}

	private static Tensor x(final float... values) {
		return Tensor.of(values, values.length / 2, 2);
	}

	private static List<Tensor> ones(final List<Tensor> outputs) {
		final float[] one = new float[outputs.get(0).length()];
		java.util.Arrays.fill(one, 1);
		return List.of(Tensor.of(one, outputs.get(0).shape()));
	}

	@Test
	void scoresABatch() {
		try (TorchExecutor e = new TorchExecutor(small(), Device.cpu())) {
			assertEquals(List.of(Tensor.of(new float[] { 3 + 15, 5 }, 2, 1)), e.score(List.of(x(1, 2, 0, 1))));
		}
	}

	@Test
	void splitsIntoAsManyPartsAsTheNodeHasOutputs() {
		final Network thirds = Network.builder().input("x", 1, 6).node(new Node("split", "", Operator.of("Split", "axis", 1),
			List.of("x"), List.of("a", "", "c"))).node("y", "", Operator.of("Sub"), "c", "a").output("y").build();
		try (TorchExecutor e = new TorchExecutor(thirds, Device.cpu())) {
			final Gradients g = e.differentiate(List.of(Tensor.of(new float[] { 1, 2, 3, 4, 5, 9 }, 1, 6)), List.of("x"),
				TorchExecutorTest::ones);
			assertArrayEquals(new float[] { 4, 7 }, g.outputs().get(0).floats());
			assertArrayEquals(new float[] { -1, -1, 0, 0, 1, 1 }, g.gradients().get("x").floats());
		}
	}

	@Test
	void whatHasNoGradientIsSaid() {
		final Network n = Network.builder().input("x", 1, 3).node("y", "", Operator.of("Hardmax"), "x").output("y").build();
		try (TorchExecutor e = new TorchExecutor(n, Device.cpu())) {
			final String message = assertThrows(GlassboxException.class, () -> e.differentiate(List.of(Tensor.of(new float[] { 1, 2,
				3 }, 1, 3)), List.of("x"), TorchExecutorTest::ones)).getMessage();
			assertTrue(message.contains("operators that have no gradient"), message);
		}
	}

	@Test
	void aResultThatIsReadButNotComputedIsNamed() {
		final Network indices = Network.builder().input("x", 1, 1, 2, 2).node(new Node("relu", "relu1", Operator.of("Relu"),
			List.of("x"), List.of("positive", "where"))).node("y", "", Operator.of("Relu"), "where").output("y").build();
		try (TorchExecutor e = new TorchExecutor(indices, Device.cpu())) {
			final String message = assertThrows(GlassboxException.class, () -> e.score(List.of(Tensor.zeros(1, 1, 2, 2))))
				.getMessage();
			assertTrue(message.contains("'where'") && message.contains("Relu"), message);
		}
	}

	/** libtorch's windows have one to three axes; DJL returns no array for others, and to look at that ends the process. */
	@Test
	void aWindowOverOtherAxesThanTheValueHasIsRefused() {
		assertRefused("a weight of shape [3, 3]", Operator.of("Conv"), Tensor.zeros(3, 3), 1, 3, 4, 4);
		assertRefused("a weight of shape [3, 3, 1]", Operator.of("ConvTranspose"), Tensor.zeros(3, 3, 1), 1, 3, 4, 4);
		assertRefused("3 to 5 axes", Operator.of("Conv"), Tensor.zeros(3, 3), 1, 3);
		assertRefused("3 to 5 axes", Operator.of("GlobalAveragePool"), null, 1, 3);
		assertRefused("3 to 5 axes", Operator.of("GlobalMaxPool"), null, 1, 3, 1, 1, 1, 1);
		assertRefused("expected 2 numbers", Operator.of("MaxPool", "kernel_shape", new long[] { 2 }), null, 1, 3, 4, 4);
		assertRefused("expected 2 numbers", Operator.of("AveragePool"), null, 1, 3, 4, 4);
		assertRefused("expected 2 numbers", Operator.of("AdaptiveAveragePool", "output_size", new long[] { 1, 1, 1 }), null, 1,
			3, 4, 4);
	}

	@Test
	void aWindowThatFitsIsComputed() {
		final Network n = Network.builder().input("x", 1, 1, 2, 2).node("y", "", Operator.of("AdaptiveAveragePool", "output_size",
			new long[] { 1, 2 }), "x").output("y").build();
		try (TorchExecutor e = new TorchExecutor(n, Device.cpu())) {
			assertArrayEquals(new float[] { 2, 3 }, e.score(List.of(Tensor.of(new float[] { 1, 2, 3, 4 }, 1, 1, 2, 2))).get(0)
				.floats());
		}
	}

	private static void assertRefused(final String why, final Operator op, final Tensor weight, final int... shape) {
		final Network.Builder b = Network.builder().input("x", shape);
		final Network n = (weight == null ? b.node("y", "odd", op, "x") : b.constant("w", weight).node("y", "odd", op, "x", "w"))
			.output("y").build();
		try (TorchExecutor e = new TorchExecutor(n, Device.cpu())) {
			final String message = assertThrows(GlassboxException.class, () -> e.score(List.of(Tensor.zeros(shape)))).getMessage();
			assertTrue(message.contains("'odd'") && message.contains(why), message);
		}
	}

	@Test
	void readsAnyValueOnTheWay() {
		try (TorchExecutor e = new TorchExecutor(small(), Device.cpu())) {
			assertArrayEquals(new float[] { -1, 3 }, e.activations(List.of(x(0, 2)), Set.of("shifted")).get("shifted")
				.floats());
		}
	}

	@Test
	void differentiatesByInputAndByLayersThatDependOnEachOther() {
		try (TorchExecutor e = new TorchExecutor(small(), Device.cpu())) {
			final Gradients g = e.differentiate(List.of(x(0, 2)), List.of("x", "scaled", "relu"), TorchExecutorTest::ones);
			assertArrayEquals(new float[] { 0, 10 }, g.gradients().get("x").floats());
			assertArrayEquals(new float[] { 0, 5 }, g.gradients().get("scaled").floats());
			assertArrayEquals(new float[] { 3, 5 }, g.gradients().get("relu").floats());
			assertArrayEquals(new float[] { 0, 4 }, g.activations().get("scaled").floats());
			assertEquals(15, g.outputs().get(0).floats()[0]);
		}
	}

	@Test
	void namesTheLayerThatFailedAndTheShapes() {
		final Network broken = small().toBuilder().constant("w", Tensor.zeros(1, 3)).build();
		try (TorchExecutor e = new TorchExecutor(broken, Device.cpu())) {
			final GlassboxException failure = assertThrows(GlassboxException.class, () -> e.score(List.of(x(0, 2))));
			assertTrue(failure.getMessage().contains("fc (Gemm)"), failure.getMessage());
			assertTrue(failure.getMessage().contains("(1, 3)"), failure.getMessage());
		}
	}

	@Test
	void saysWhatAnInputShouldHaveBeen() {
		try (TorchExecutor e = new TorchExecutor(small(), Device.cpu())) {
			final GlassboxException failure = assertThrows(GlassboxException.class, () -> e.score(List.of(Tensor.zeros(1,
				3))));
			assertEquals("Input 'x' of the network takes ? x 2, but was given float[1, 3].", failure.getMessage());
		}
	}

	@Test
	void refusesUnknownOperatorsAllAtOnce() {
		final Network odd = Network.builder().input("x", 1).node("a", "m1", Operator.of("Foo"), "x").node("b", "m2", Operator
			.of("Bar"), "a").output("b").build();
		final GlassboxException failure = assertThrows(UnsupportedNetworkException.class, () -> new TorchExecutor(odd,
			Device.cpu()));
		assertTrue(failure.getMessage().contains("Foo in m1, Bar in m2"), failure.getMessage());
	}

	@Test
	void manyThreadsDifferentiateAtOnceAndGetTheSame() throws Exception {
		final ExecutorService pool = Executors.newFixedThreadPool(8);
		try (TorchExecutor e = new TorchExecutor(small(), Device.cpu())) {
			final List<Callable<float[]>> jobs = IntStream.range(0, 200).<Callable<float[]>> mapToObj(i -> () -> e
				.differentiate(List.of(x(i % 2, 2)), List.of("x"), TorchExecutorTest::ones).gradients().get("x").floats())
				.toList();
			int i = 0;
			for (final Future<float[]> f : pool.invokeAll(jobs))
				assertArrayEquals(new float[] { i++ % 2 == 0 ? 0 : 6, 10 }, f.get());
		}
		finally {
			pool.shutdownNow();
		}
	}
}
