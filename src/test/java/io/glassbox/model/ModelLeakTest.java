package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;
import io.glassbox.graph.io.GraphModel;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.OnnxWriter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;

/** Native memory of unloaded networks, and of each call, really goes back. */
@Timeout(300)
class ModelLeakTest {

	private static final Path STATUS = Path.of("/proc/self/status");

	/** 1448 squared floats are 8 MiB. */
	private static final int WIDTH = 1448;
	private static final int WARM_UP = 40;
	private static final int ROUNDS = 200;
	private static final long MOST = 128;

	@TempDir
	Path folder;

	/**
	 * The resident size may grow by 128 MiB: what the heap and the allocators of three libraries keep varies by some tens
	 * of MiB from run to run, while an engine that keeps even one network in ten would take 160 MiB more, every time.
	 */
	@Test
	void twoHundredRoundsLeaveNothingBehind() throws IOException {
		assumeTrue(Files.isReadable(STATUS), "the resident size is read from /proc/self/status");
		final Path file = folder.resolve("wide.onnx");
		OnnxWriter.write(wide(), file);
		final ModelCache cache = new ModelCache((path, device, size) -> ModelFile.open(path, device), choice -> Device.cpu(), device -> Long.MAX_VALUE,
			InstantSource.system());
		rounds(WARM_UP, cache, file);
		requireNoGrowth(() -> rounds(ROUNDS, cache, file));
	}

	/**
	 * 500 calls of each engine. One value of this network is 2 MiB: to keep a single one of each call takes 1000 MiB, and to
	 * keep the input, which is the smallest, 250 MiB.
	 */
	@Test
	void fiveHundredScoresLeaveNothingBehind() throws IOException {
		assumeTrue(Files.isReadable(STATUS), "the resident size is read from /proc/self/status");
		final Network network = residual();
		final List<Tensor> x = List.of(Tensor.zeros(1, 2, 256, 256));
		try (GraphModel model = new GraphModel(network, Device.cpu()); TorchExecutor libtorch = new TorchExecutor(network, Device
			.cpu()))
		{
			scores(WARM_UP, x, model::score, libtorch::score);
			requireNoGrowth(() -> scores(500, x, model::score, libtorch::score));
		}
	}

	/** A leak makes the process grow each time; what heap and allocators take once does not come twice. */
	private static void requireNoGrowth(final Runnable work) throws IOException {
		long growth = growth(work);
		if (growth >= MOST) growth = growth(work);
		assertTrue(growth < MOST, "the process grew by " + growth + " MiB");
	}

	private static long growth(final Runnable work) throws IOException {
		final long before = residentMiB();
		work.run();
		return residentMiB() - before;
	}

	@SafeVarargs
	private static void scores(final int count, final List<Tensor> x, final UnaryOperator<List<Tensor>>... engines) {
		for (int i = 0; i < count; i++)
			for (final UnaryOperator<List<Tensor>> engine : engines)
				engine.apply(x);
	}

	private static Network residual() {
		return Network.builder().input("x", Port.ANY, 2, 256, 256).constant("w", Tensor.zeros(8, 2, 1, 1)).constant("v", Tensor
			.zeros(8, 8, 1, 1)).node("conv", "conv", Operator.of("Conv"), "x", "w").node("relu", "relu", Operator.of("Relu"),
				"conv").node("next", "next", Operator.of("Conv"), "relu", "v").node("sum", "", Operator.of("Add"), "next", "relu")
			.node("y", "pool", Operator.of("GlobalAveragePool"), "sum").output("y").build();
	}

	private static void rounds(final int count, final ModelCache cache, final Path file) {
		final List<Tensor> x = List.of(Tensor.zeros(1, WIDTH));
		for (int i = 0; i < count; i++) {
			try (Lease lease = cache.acquire(file, DeviceChoice.CPU)) {
				lease.model().score(x);
				lease.model().differentiate(x, List.of("x"), outputs -> outputs);
			}
			cache.unloadAll();
		}
	}

	private static Network wide() {
		return Network.builder().input("x", Port.ANY, WIDTH).constant("w", Tensor.zeros(WIDTH, WIDTH)).node("y", "fc",
			Operator.of("MatMul"), "x", "w").layer("fc", "y").output("y").build();
	}

	private static long residentMiB() throws IOException {
		System.gc();
		final String line = Files.readAllLines(STATUS).stream().filter(l -> l.startsWith("VmRSS:")).findFirst()
			.orElseThrow();
		return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
	}
}
