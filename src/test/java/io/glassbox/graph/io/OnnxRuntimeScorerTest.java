package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

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

	@Test
	void theEngineSaysWhatItIs() {
		try (OnnxRuntimeScorer scorer = OnnxRuntimeScorer.open(CASE.onnx(), Device.cpu())) {
			assertTrue(scorer.engine().matches("ONNX Runtime [\\d.]+, CPU"), scorer.engine());
		}
	}
}
