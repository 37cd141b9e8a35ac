package io.glassbox.model;

import com.sun.management.OperatingSystemMXBean;

import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Tensor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How many samples are scored at once: enough to keep the processors busy, few enough for the memory at hand.
 * <p>
 * What one sample needs is told by the shapes inside the network, which one forward pass finds; of a black box they are
 * not known, and it gets the largest batch. Whatever this misjudges, {@link ThriftyModel} corrects by halving.
 * </p>
 */
final class BatchSize {

	/** Larger batches are not faster, see docs/performance.md; they only delay an answer to Cancel. */
	static final int LARGEST = 16;

	/** Part of the free memory that values inside a network may take; engines need some for themselves. */
	private static final int PART = 2;

	private static final Path MEMORY = Path.of("/proc/meminfo");

	private final LongSupplier free;

	/** @param free bytes of main memory that nobody uses */
	BatchSize(final LongSupplier free) {
		this.free = free;
	}

	/** For the memory of this computer. */
	static BatchSize here() {
		return new BatchSize(BatchSize::available);
	}

	/** Samples to score at once of a batch on the CPU, at least 1. */
	int onCpu(final Model model, final List<Tensor> inputs) {
		final int n = Math.min(Batches.size(model, inputs), LARGEST);
		final Optional<Network> graph = model.graph();
		if (n == 1 || graph.isEmpty()) return n;
		final List<Tensor> one = inputs.stream().map(t -> t.sample(0)).toList();
		final long each = Math.max(1, Footprint.peak(graph.get(), model.shapes(one)));
		return (int) Math.max(1, Math.min(n, free.getAsLong() / PART / each));
	}

	/** On Linux what the file cache would give back counts as free. */
	private static long available() {
		if (!Files.isReadable(MEMORY)) return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
			.getFreeMemorySize();
		try {
			return Files.readAllLines(MEMORY).stream().filter(l -> l.startsWith("MemAvailable:")).mapToLong(l -> Long.parseLong(l
				.replaceAll("\\D", ""))).findFirst().orElse(Long.MAX_VALUE >> 10) << 10;
		}
		catch (final IOException e) {
			throw new UncheckedIOException(e);
		}
	}
}
