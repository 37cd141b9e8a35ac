package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.Model;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many threads, few networks, little room: what the cache promises must hold at every moment. */
@Timeout(120)
class ModelCacheStressTest {

	private static final int THREADS = 16;
	private static final int NETWORKS = 6;
	private static final int ACQUIRES_PER_THREAD = 500;

	/** Bytes of each network, and of its file, so that room made by the file's size is the room it takes. */
	private static final int BYTES = 100;
	private static final long BUDGET = 3 * BYTES;

	@TempDir
	Path folder;

	/** Guards the books below, so that each look at them is of one moment. */
	private final Object books = new Object();

	/** Networks alive by file; more than one of the same is a double load. */
	private final Map<Path, Integer> alive = new HashMap<>();

	/** Leases by network, counted while surely held: from after acquiring to before giving back. */
	private final Map<Model, Integer> leased = new HashMap<>();

	/** Requests by file, from before acquiring to after giving back: without any, its network is idle. */
	private final Map<Path, Integer> wanted = new HashMap<>();

	private final List<String> faults = new ArrayList<>();
	private int loads;

	private FakeModel open(final Path file) {
		synchronized (books) {
			loads++;
			if (alive.merge(file, 1, Integer::sum) > 1) faults.add("double load of " + file);
			checkBudget();
		}
		pause();
		return new FakeModel(BYTES) {

			@Override
			public void close() {
				super.close();
				synchronized (books) {
					if (leased.getOrDefault(this, 0) > 0) faults.add("closed in use: " + file);
					alive.merge(file, -1, Integer::sum);
				}
			}
		};
	}

	/** Over the budget, every network alive must be wanted by somebody. */
	private void checkBudget() {
		if (held() > BUDGET) alive.forEach((file, n) -> {
			if (n > 0 && wanted.getOrDefault(file, 0) == 0) faults.add(held() + " bytes held, yet idle: " + file);
		});
	}

	private int held() {
		return alive.values().stream().mapToInt(n -> n * BYTES).sum();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void keepsItsPromisesUnderLoad(final boolean someUnload) throws Exception {
		final List<Path> files = new ArrayList<>();
		for (int i = 0; i < NETWORKS; i++) {
			final Path file = Files.write(folder.resolve("net" + i + ".onnx"), new byte[BYTES]).toRealPath();
			files.add(file);
		}
		final ModelCache cache = new ModelCache((file, device, size) -> open(file), choice -> Device.cpu(), device -> BUDGET,
			InstantSource.system());
		final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
		try {
			final List<Future<?>> workers = new ArrayList<>();
			for (int t = 0; t < THREADS; t++) {
				final Random random = new Random(t);
				workers.add(pool.submit(() -> work(cache, files, random, someUnload)));
			}
			for (final Future<?> worker : workers)
				worker.get();
		}
		finally {
			pool.shutdownNow();
		}
		// Unloading what is in use allows the next request a second copy; all else must hold.
		if (someUnload) faults.removeIf(f -> f.startsWith("double load"));
		assertEquals(List.of(), faults.stream().limit(5).toList());
		assertTrue(loads > NETWORKS, "the budget forced reloads: " + loads);
		assertTrue(cache.list().stream().noneMatch(ModelCache.Entry::inUse), "nothing is left on lease");
		if (!someUnload) assertEquals(BUDGET, held(), "three idle networks stay");
		cache.close();
		assertEquals(0, held(), "closing gives everything back");
	}

	private void work(final ModelCache cache, final List<Path> files, final Random random,
		final boolean someUnload)
	 {
		for (int i = 0; i < ACQUIRES_PER_THREAD; i++) {
			final Path file = files.get(random.nextInt(NETWORKS));
			count(wanted, file, 1);
			try (Lease lease = cache.acquire(file, DeviceChoice.AUTO)) {
				final Model model = lease.model();
				count(leased, model, 1);
				model.score(List.of());
				if (random.nextInt(4) == 0) pause();
				model.score(List.of());
				count(leased, model, -1);
			}
			count(wanted, file, -1);
			if (someUnload && random.nextInt(50) == 0) cache.unload(file);
		}
	}

	private <K> void count(final Map<K, Integer> book, final K key, final int change) {
		synchronized (books) {
			book.merge(key, change, Integer::sum);
			checkBudget();
		}
	}

	private static void pause() {
		try {
			Thread.sleep(0, 200_000);
		}
		catch (final InterruptedException e) {
			throw new IllegalStateException(e);
		}
	}
}
