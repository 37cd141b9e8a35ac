package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** Where networks run: what people write, what it means on this machine, how much memory that gives. */
class DevicesTest {

	@ParameterizedTest
	@CsvSource({ "auto, auto", "'', auto", " CPU , cpu", "gpu, gpu:0", "GPU:1, gpu:1", "gpu2, gpu:2", "cuda:3, gpu:3" })
	void readsWhatPeopleWrite(final String text, final String choice) {
		assertEquals(choice, DeviceChoice.parse(text).toString());
		assertEquals(DeviceChoice.parse(text), DeviceChoice.parse(choice));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tpu", "gpu:-1", "gpu:one", "gpu:9999", "cpu:1" })
	void refusesWhatIsNoDevice(final String text) {
		assertTrue(assertThrows(GlassboxException.class, () -> DeviceChoice.parse(text)).getMessage().contains("'" + text +
			"'"));
	}

	@Test
	void autoTakesTheFirstGpuOrElseTheCpu() {
		assertEquals(Device.gpu(0), withGpus(2).resolve(DeviceChoice.AUTO));
		assertEquals(Device.cpu(), withGpus(0).resolve(DeviceChoice.AUTO));
		assertEquals(Device.gpu(1), withGpus(2).resolve(DeviceChoice.gpu(1)));
	}

	@Test
	void theCpuIsThereWithoutAskingTheEngine() {
		final Devices devices = new Devices(() -> {
			throw new AssertionError("asked");
		}, device -> {
			throw new AssertionError("asked");
		}, () -> {});
		assertEquals(Device.cpu(), devices.resolve(DeviceChoice.CPU));
	}

	@Test
	void saysWhichGpusThereAre() {
		assertTrue(fault(0, 0).startsWith("No GPU: libtorch finds none"));
		assertEquals("No GPU 1: there is one, gpu:0.", fault(1, 1));
		assertEquals("No GPU 5: there are 2, gpu:0 to gpu:1.", fault(2, 5));
	}

	@Test
	void logsEachChoiceOnce() {
		final List<Device> described = new ArrayList<>();
		final Devices devices = new Devices(() -> 1, d -> {
			described.add(d);
			return "engine";
		}, () -> {});
		devices.resolve(DeviceChoice.AUTO);
		devices.resolve(DeviceChoice.AUTO);
		assertEquals(List.of(Device.gpu(0)), described);
	}

	@Test
	void theBudgetLeavesTheHeapAlone() {
		final long gib = 1L << 30;
		assertEquals(2 * gib, MemoryBudget.onCpu(16 * gib, 12 * gib), "half of what ImageJ's heap leaves");
		assertEquals(4 * gib, MemoryBudget.onCpu(16 * gib, gib), "at most a quarter");
		assertEquals(gib / 2, MemoryBudget.onCpu(4 * gib, 4 * gib), "at least 512 MiB");
	}

	@Test
	void aBudgetThatIsSetGoesBefore() {
		final MemoryBudget budget = new MemoryBudget();
		budget.setCpu(5);
		budget.setGpu(7);
		assertEquals(5, budget.applyAsLong(Device.cpu()));
		assertEquals(7, budget.applyAsLong(Device.gpu(1)));
		budget.setCpu(0);
		assertTrue(budget.applyAsLong(Device.cpu()) >= 512L << 20);
	}

	private static Devices withGpus(final int count) {
		return new Devices(() -> count, Device::toString, () -> {});
	}

	private static String fault(final int gpus, final int index) {
		return assertThrows(GlassboxException.class, () -> withGpus(gpus).resolve(DeviceChoice.gpu(index))).getMessage();
	}
}
