package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.onnx.proto.OnnxMl.ModelProto;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Tensor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxRuntimeScorerTest {

	private static final ReferenceCases CASE = ReferenceCases.of("gapcnn");

	@Test
	void manyThreadsGetTheSameAnswer() throws Exception {
		final ExecutorService threads = Executors.newFixedThreadPool(6);
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.open(CASE.onnx(), Device.cpu())) {
			final List<Tensor> expected = scorer.score(List.of(CASE.input()));
			final List<Future<List<Tensor>>> answers = new ArrayList<>();
			for (int i = 0; i < 60; i++)
				answers.add(threads.submit(() -> scorer.score(List.of(CASE.input()))));
			for (final Future<List<Tensor>> answer : answers)
				assertEquals(expected, answer.get());
		}
		finally {
			threads.shutdown();
		}
	}

	@Test
	void buffersOfEarlierCallsDoNotShineThrough() {
		final byte[] network = OnnxWriter.toBytes(OnnxReader.read(CASE.onnx()));
		final Tensor two = Tensor.of(new float[2 * 3 * 64 * 64], 2, 3, 64, 64);
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(network, Device.cpu())) {
			final List<Tensor> first = scorer.score(List.of(CASE.input()));
			scorer.score(List.of(two));
			assertEquals(first, scorer.score(List.of(CASE.input())));
		}
	}

	@Test
	void inputsThatDoNotFitAreNamed() {
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.open(CASE.onnx(), Device.cpu())) {
			final String shape = assertThrows(GlassboxException.class, () -> scorer.score(List.of(Tensor.zeros(1, 1, 64, 64))))
				.getMessage();
			assertTrue(shape.contains("'input'") && shape.contains("x 3 x 64 x 64") && shape.contains("[1, 1, 64, 64]"), shape);
			assertThrows(GlassboxException.class, () -> scorer.score(List.of()));
			assertThrows(GlassboxException.class, () -> scorer.score(List.of(Tensor.ofLongs(new long[3 * 64 * 64], 1, 3, 64,
				64))));
		}
	}

	/** Element types of ONNX by number; what is fed comes back. */
	@ParameterizedTest
	@CsvSource({ "2, 0 255", "3, -128 127", "5, -32768 32767", "6, -2147483648 2147483647", "7, -1 3", "9, 0 1", "10, 0 1", "11, 0 1",
		"16, 0 1" })
	void elementsOfAllWidthsGoInAndOut(final int type, final String values) {
		final ModelProto.Builder file = new Handmade(17, 2).xy("Identity").build().toBuilder();
		file.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(type);
		file.getGraphBuilder().getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(type);
		final long[] longs = Arrays.stream(values.split(" ")).mapToLong(Long::parseLong).toArray();
		final Tensor x = type > 9 ? Tensor.of(new float[] { 0.5f, -3 }, 2) : Tensor.ofLongs(longs, 2);
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(file.build().toByteArray(), Device.cpu())) {
			assertEquals(List.of(x), scorer.score(List.of(x)));
			final Tensor large = Tensor.ofLongs(new long[] { longs[0], longs[1] + 1 }, 2);
			if (type < 7) assertTrue(assertThrows(GlassboxException.class, () -> scorer.score(List.of(large))).getMessage()
				.contains("integers from " + longs[0] + " to " + longs[1]));
		}
	}

	@Test
	void whatIsNoNetworkIsRefused() {
		assertThrows(GlassboxException.class, () -> OnnxRuntimeScorer.of("nonsense".getBytes(StandardCharsets.UTF_8), Device
			.cpu()));
		assertThrows(GlassboxException.class, () -> OnnxRuntimeScorer.open(CASE.folder().resolve("case.json"), Device.cpu()));
	}

	@Test
	void aNativeLibraryThatDoesNotLoadIsARefusal() {
		for (final LinkageError e : List.of(new UnsatisfiedLinkError("no onnxruntime"), new NoClassDefFoundError(
			"no onnxruntime"), new ExceptionInInitializerError(new IllegalStateException("no onnxruntime"))))
		{
			final String message = assertThrows(GlassboxException.class, () -> OnnxRuntimeScorer.started("the network", () -> {
				throw e;
			})).getMessage();
			assertTrue(message.contains("native library") && message.contains("no onnxruntime"), message);
		}
	}

	/** A chain of products that takes minutes. */
	private static Network endless() {
		final Network.Builder b = Network.builder().input("x", 1000, 1000);
		for (int i = 0; i < 5000; i++)
			b.node("y" + i, "", Operator.of("MatMul"), i == 0 ? "x" : "y" + (i - 1), "x");
		return b.output("y4999").build();
	}

	@Test
	@Timeout(60)
	void aRunEndsWhenItsThreadIsInterrupted() throws Exception {
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.of(OnnxWriter.toBytes(endless()), Device.cpu())) {
			final FutureTask<Boolean> run = new FutureTask<>(() -> {
				assertThrows(CancellationException.class, () -> scorer.score(List.of(Tensor.zeros(1000, 1000))));
				return Thread.interrupted();
			});
			final Thread thread = new Thread(run);
			thread.start();
			Thread.sleep(500);
			assertFalse(run.isDone());
			thread.interrupt();
			assertTrue(run.get());
		}
	}

	@Test
	void theEngineSaysWhatItIs() {
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.open(CASE.onnx(), Device.cpu())) {
			assertTrue(scorer.engine().matches("ONNX Runtime [\\d.]+, CPU"), scorer.engine());
		}
	}
}
