package io.glassbox.model;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What happens when memory runs out: evict idle networks, halve the batch, fall back to the CPU, and say so.
 * <p>
 * It lends models that do this by themselves, see {@link ThriftyModel}; loading follows the same order.
 * </p>
 */
final class MemoryPolicy {

	private final ModelCache cache;
	private final Devices devices;
	private final Consumer<String> tell;

	/** Networks for which a GPU was too small once: they go to the CPU at once, and the user was told. */
	private final Set<ModelKey> tooLarge = ConcurrentHashMap.newKeySet();

	/** @param tell shows the user one sentence */
	MemoryPolicy(final ModelCache cache, final Devices devices, final Consumer<String> tell) {
		this.cache = cache;
		this.devices = devices;
		this.tell = tell;
	}

	Lease acquire(final Path file, final DeviceChoice choice) {
		return acquire(file, choice, ModelUse.ANY);
	}

	/** Like {@link ModelCache#acquire}, but getting by with the memory there is. */
	Lease acquire(final Path file, final DeviceChoice choice, final ModelUse use) {
		final Device device = devices.resolve(choice);
		final String name = ModelDescription.stem(file);
		if (device.isGpu() && Files.isRegularFile(file) && tooLarge.contains(ModelKey.of(file, device, use)))
			return acquire(file, DeviceChoice.CPU, use);
		try {
			final Lease lease = cache.acquire(file, choice, use);
			final Optional<Supplier<Lease>> cpu = device.isGpu() ? Optional.of(() -> onCpu(file, device, use)) : Optional.empty();
			final ThriftyModel model = new ThriftyModel(name, lease, () -> evict(device), cpu, tell, BatchSize
				.here());
			return new Lease(model, model::close);
		}
		catch (final GlassboxException e) {
			if (!OutOfMemory.caused(e)) throw e;
			if (evict(device) > 0) return acquire(file, choice, use);
			if (!device.isGpu()) throw new GlassboxException("There is not enough memory to load " + file + " (" + OutOfMemory
				.firstLine(e) + "). Close images or other programs, or unload models.", e);
			tell.accept("The GPU has not enough memory for " + name + " (" + OutOfMemory.firstLine(e) +
				"): it runs on the CPU now, which is slower.");
			tooLarge.add(ModelKey.of(file, device, use));
			return acquire(file, DeviceChoice.CPU, use);
		}
	}

	private Lease onCpu(final Path file, final Device device, final ModelUse use) {
		tooLarge.add(ModelKey.of(file, device, use));
		return cache.acquire(file, DeviceChoice.CPU, use);
	}

	private int evict(final Device device) {
		final int evicted = cache.unloadIdle(device);
		devices.emptyCache(device);
		return evicted;
	}
}
