package io.glassbox.model;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;

import io.glassbox.graph.MachineMemory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/**
 * How many bytes loaded networks may take on a device.
 * <p>
 * On the CPU: half of what the Java heap leaves of the physical memory (ImageJ's heap, where images live,
 * often has three quarters of it), but at most a quarter of the whole and at least 512 MiB. On a GPU: half of
 * what is free when first asked; the other half is for what networks compute. A number set by the user goes before.
 * </p>
 */
final class MemoryBudget implements ToLongFunction<Device> {

	private static final Logger LOG = LoggerFactory.getLogger(MemoryBudget.class);
	private static final long LEAST = 512L << 20;
	private static final long UNMEASURED = 2L << 30;

	private final Map<Device, Long> automatic = new ConcurrentHashMap<>();
	private volatile long cpu;
	private volatile long gpu;

	/** @param bytes for networks on the CPU; 0 for automatic */
	void setCpu(final long bytes) {
		cpu = bytes;
	}

	/** @param bytes for networks on each GPU; 0 for automatic */
	void setGpu(final long bytes) {
		gpu = bytes;
	}

	@Override
	public long applyAsLong(final Device device) {
		final long set = device.isGpu() ? gpu : cpu;
		return set > 0 ? set : automatic.computeIfAbsent(device, MemoryBudget::measure);
	}

	private static long measure(final Device device) {
		final long bytes = device.isGpu() ? onGpu(device) : onCpu((long) MachineMemory.physical(), Runtime.getRuntime().maxMemory());
		LOG.info("Loaded networks may take {} MiB on {}", bytes >> 20, Devices.name(device));
		return bytes;
	}

	static long onCpu(final long physical, final long heap) {
		return Math.max(LEAST, Math.min(physical / 4, (physical - heap) / 2));
	}

	private static long onGpu(final Device device) {
		try {
			final MemoryUsage memory = CudaUtils.getGpuMemory(device);
			return Math.max(LEAST, (memory.getMax() - memory.getCommitted()) / 2);
		}
		catch (final RuntimeException | LinkageError e) {
			LOG.warn("The memory of {} cannot be measured; set the budget yourself if {} MiB do not suit", Devices.name(device),
				UNMEASURED >> 20, e);
			return UNMEASURED;
		}
	}
}
