package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Out of memory: evict, halve the batch, fall back to the CPU, tell the user once. */
class MemoryPolicyTest {

	private static final List<Tensor> EIGHT = List.of(Tensor.of(new float[] { 0, 1, 2, 3, 4, 5, 6, 7 }, 8, 1));

	@TempDir
	Path folder;

	private final List<String> told = new ArrayList<>();
	private final List<String> calls = new ArrayList<>();

	/** Largest batch that fits each device; 0 if nothing does. */
	private int gpuFits;
	private int cpuFits = 8;
	private boolean gpuLoads = true;

	private final Devices devices = new Devices(() -> 1, Device::toString, () -> calls.add("empty GPU cache"));
	private final ModelCache cache = new ModelCache((file, device, size) -> open(device), devices::resolve, device -> 1000,
		InstantSource.system());
	private final MemoryPolicy policy = new MemoryPolicy(cache, devices, told::add);
	private Path model;
	private Path other;

	@BeforeEach
	void writeFiles() throws IOException {
		model = Files.writeString(folder.resolve("mammo.onnx"), "m");
		other = Files.writeString(folder.resolve("other.onnx"), "o");
	}

	private FakeModel open(final Device device) {
		if (device.isGpu() && !gpuLoads) throw new EngineException("CUDA out of memory. Tried to allocate 20 MiB\nmore");
		return new FakeModel(1) {

			@Override
			public List<Tensor> score(final List<Tensor> inputs) {
				final int n = inputs.get(0).size(0);
				calls.add((device.isGpu() ? "gpu " : "cpu ") + n);
				if (n > (device.isGpu() ? gpuFits : cpuFits)) throw new GlassboxException("Scoring failed.",
					new EngineException("CUDA out of memory. Tried to allocate 20 MiB\nand more lines"));
				return super.score(inputs);
			}

			@Override
			public List<Tensor> scoreBehind(final List<Tensor> sample, final String value, final Tensor replacements) {
				return score(List.of(replacements));
			}
		};
	}

	@Test
	void idleModelsGoFirst() {
		cache.acquire(other, DeviceChoice.gpu(0)).close();
		try (Lease lease = policy.acquire(model, DeviceChoice.AUTO)) {
			gpuFits = 4;
			lease.model().score(EIGHT);
		}
		assertEquals(List.of("gpu 8", "empty GPU cache", "gpu 8", "gpu 4", "gpu 4"), calls);
		assertEquals(List.of("mammo"), cache.list().stream().map(ModelCache.Entry::name).toList());
	}

	@Test
	void theBatchIsHalvedUntilItFitsAndStaysSo() {
		gpuFits = 3;
		try (Lease lease = policy.acquire(model, DeviceChoice.AUTO)) {
			final List<Tensor> scores = lease.model().score(EIGHT);
			assertArrayEquals(EIGHT.get(0).floats(), scores.get(0).floats(), "all samples, in order");
			assertArrayEquals(new int[] { 8, 1 }, scores.get(0).shape());
			calls.clear();
			lease.model().score(EIGHT);
			assertEquals(List.of("gpu 2", "gpu 2", "gpu 2", "gpu 2"), calls);
		}
		assertEquals(1, told.size());
		assertTrue(told.get(0).contains("mammo") && told.get(0).contains("smaller batches") && told.get(0).contains(
			"Tried to allocate 20 MiB)"), told.get(0));
	}

	@Test
	void whatIsScoredBehindALayerIsHalvedToo() {
		gpuFits = 2;
		try (Lease lease = policy.acquire(model, DeviceChoice.AUTO)) {
			final List<Tensor> scores = lease.model().scoreBehind(List.of(EIGHT.get(0).sample(0)), "layer", EIGHT.get(0));
			assertArrayEquals(EIGHT.get(0).floats(), scores.get(0).floats(), "all samples, in order");
		}
		assertEquals(List.of("gpu 8", "empty GPU cache", "gpu 4", "gpu 2", "gpu 2", "gpu 2", "gpu 2"), calls);
	}

	/** A macro over many images neither loads the network onto the GPU each time nor tells the user each time. */
	@Test
	void whatWasTooLargeForTheGpuGoesToTheCpuAtOnceNextTime() {
		for (int i = 0; i < 3; i++)
			try (Lease lease = policy.acquire(model, DeviceChoice.AUTO)) {
				lease.model().score(List.of(EIGHT.get(0).sample(0)));
			}
		assertEquals(List.of("gpu 1", "empty GPU cache", "cpu 1", "cpu 1", "cpu 1"), calls);
		assertEquals(1, told.size());
	}

	@Test
	void theCpuComesLastAndStays() {
		try (Lease lease = policy.acquire(model, DeviceChoice.AUTO)) {
			lease.model().score(List.of(EIGHT.get(0).sample(0)));
			lease.model().score(EIGHT);
			assertEquals(List.of("gpu 1", "empty GPU cache", "cpu 1", "cpu 8"), calls);
			assertEquals(1, told.size());
			assertTrue(told.get(0).contains("runs on the CPU now"), told.get(0));
		}
		assertTrue(cache.list().stream().noneMatch(ModelCache.Entry::inUse), "both leases end");
	}

	@Test
	void gradientsFallBackWhole() {
		try (Lease lease = policy.acquire(model, DeviceChoice.AUTO)) {
			assertEquals(EIGHT, lease.model().differentiate(EIGHT, List.of("x"), outputs -> outputs).outputs());
		}
		assertEquals(List.of("gpu 8", "empty GPU cache", "cpu 8"), calls);
	}

	@Test
	void loadingFallsBackToTheCpu() {
		gpuLoads = false;
		try (Lease lease = policy.acquire(model, DeviceChoice.AUTO)) {
			assertEquals(EIGHT, lease.model().score(EIGHT));
		}
		assertEquals(1, told.size());
		assertEquals(List.of("CPU"), cache.list().stream().map(ModelCache.Entry::device).toList());
	}

	@Test
	void theCpuTooCanBeTooSmall() {
		cpuFits = 0;
		try (Lease lease = policy.acquire(model, DeviceChoice.CPU)) {
			final GlassboxException e = assertThrows(GlassboxException.class, () -> lease.model().score(EIGHT));
			assertTrue(e.getMessage().startsWith("There is not enough memory to run mammo"), e.getMessage());
			assertFalse(e.getMessage().contains("\n"));
		}
		assertTrue(cache.list().stream().noneMatch(ModelCache.Entry::inUse), "nothing is left on lease");
	}

	@Test
	void everyQuestionIsPassedOn() {
		for (final Method method : Model.class.getMethods())
			assertTrue(method.getName().equals("network") || Arrays.stream(ThriftyModel.class.getDeclaredMethods()).anyMatch(
				m -> m.getName().equals(method.getName())), method + " would get the answer of no model");
	}

	@Test
	void otherFailuresPassUnchanged() {
		final RuntimeException bug = new EngineException("The size of tensor a must match");
		final ThriftyModel thrifty = new ThriftyModel("m", new Lease(new FakeModel(1) {

			@Override
			public List<Tensor> score(final List<Tensor> inputs) {
				throw bug;
			}
		}, () -> {}), () -> 0, Optional.empty(), told::add, BatchSize.here());
		assertSame(bug, assertThrows(EngineException.class, () -> thrifty.score(EIGHT)));
		assertEquals(List.of(), told);
	}

	@ParameterizedTest
	@ValueSource(strings = { "CUDA out of memory. Tried to allocate 2.00 GiB", "CUDA error: out of memory",
		"[enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate",
		"DefaultCPUAllocator: not enough memory: you tried to allocate 12 bytes.",
		"Error code - ORT_RUNTIME_EXCEPTION - message: Failed to allocate memory for requested buffer of size 8",
		"std::bad_alloc", "cuDNN error: CUDNN_STATUS_ALLOC_FAILED" })
	void recognisesTheWordsOfTheEngines(final String message) {
		assertTrue(OutOfMemory.caused(new GlassboxException("wrapped", new RuntimeException(message))));
		assertEquals(message, OutOfMemory.firstLine(new GlassboxException("wrapped", new RuntimeException(message))));
	}

	@Test
	void aHeapThatIsFullCountsToo() {
		assertTrue(OutOfMemory.caused(new OutOfMemoryError("Java heap space")));
		assertFalse(OutOfMemory.caused(new IllegalStateException()));
	}
}
