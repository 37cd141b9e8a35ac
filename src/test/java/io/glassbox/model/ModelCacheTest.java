package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** One load, leases, budget, unloading, changed files and failures; each network takes 100 bytes, three fit. */
@Timeout(60)
class ModelCacheTest {

	private static final long BYTES = 100;
	private static final DeviceChoice CPU = DeviceChoice.CPU;
	private static final ModelUse SMALL = new ModelUse(List.of(64, 64), "", "");

	@TempDir
	Path folder;

	private final List<FakeModel> loaded = new ArrayList<>();
	private long budget = 3 * BYTES;
	private Instant now = Instant.EPOCH;
	private final ModelCache cache = new ModelCache((file, device, size) -> open(), choice -> choice.equals(CPU) ? Device.cpu()
		: Device.gpu(choice.index()), device -> budget, () -> now);
	private Path a, b, c, d;

	private FakeModel open() {
		final FakeModel model = new FakeModel(BYTES);
		synchronized (loaded) {
			loaded.add(model);
		}
		return model;
	}

	@BeforeEach
	void writeFiles() throws IOException {
		a = Files.writeString(folder.resolve("a.onnx"), "a");
		b = Files.writeString(folder.resolve("b.pt"), "b");
		c = Files.writeString(folder.resolve("c.onnx"), "c");
		d = Files.writeString(folder.resolve("d.onnx"), "d");
	}

	@Test
	void modelReadForAnotherSizeIsAnotherModel() {
		try (Lease open = cache.acquire(a, CPU); Lease again = cache.acquire(a, CPU, ModelUse.ANY);
				Lease small = cache.acquire(a, CPU, SMALL); Lease same = cache.acquire(a, CPU, SMALL))
		{
			assertSame(open.model(), again.model());
			assertSame(small.model(), same.model());
			assertNotSame(open.model(), small.model());
		}
	}

	@Test
	void aFileIsLoadedOnceByAnyPath() throws IOException {
		try (Lease one = cache.acquire(a, CPU); Lease other = cache.acquire(folder.resolve("../" + folder
			.getFileName() + "/a.onnx"), CPU))
		{
			assertSame(one.model(), other.model());
		}
		final Path link = Files.createSymbolicLink(folder.resolve("link.onnx"), a);
		cache.acquire(link, CPU).close();
		assertEquals(1, loaded.size());
	}

	@Test
	void eachDeviceHasItsOwn() {
		use(a, CPU);
		use(a, DeviceChoice.gpu(0));
		assertEquals(List.of("GPU 0", "CPU"), cache.list().stream().map(ModelCache.Entry::device).toList());
	}

	@Test
	void concurrentRequestsShareOneLoad() throws Exception {
		final CountDownLatch loading = new CountDownLatch(1);
		final CountDownLatch go = new CountDownLatch(1);
		final AtomicInteger loads = new AtomicInteger();
		final ModelCache slow = cache((file, device, size) -> {
			loads.incrementAndGet();
			loading.countDown();
			awaitQuietly(go);
			return open();
		});
		final List<Future<Lease>> leases = inParallel(8, () -> slow.acquire(a, CPU), () -> {
			loading.await();
			go.countDown();
		});
		for (final Future<Lease> lease : leases)
			assertSame(leases.get(0).get().model(), lease.get().model());
		assertEquals(1, loads.get());
	}

	@Test
	void differentFilesLoadSideBySide() throws Exception {
		final CyclicBarrier both = new CyclicBarrier(2);
		final ModelCache slow = cache((file, device, size) -> {
			try {
				both.await();
			}
			catch (final Exception e) {
				throw new IllegalStateException(e);
			}
			return open();
		});
		final Map<Integer, Path> files = Map.of(0, a, 1, b);
		final AtomicInteger next = new AtomicInteger();
		for (final Future<Lease> lease : inParallel(2, () -> slow.acquire(files.get(next.getAndIncrement()), CPU),
			() -> {}))
			lease.get().close();
	}

	@Test
	void theLeastRecentlyUsedGoesFirst() {
		use(a, CPU);
		use(b, CPU);
		use(c, CPU);
		use(a, CPU);
		use(d, CPU);
		assertEquals(List.of("d", "a", "c"), names());
		assertTrue(loaded.get(1).isClosed());
	}

	@Test
	void whatIsInUseIsNeverEvicted() {
		try (Lease one = cache.acquire(a, CPU); Lease two = cache.acquire(b, CPU); Lease three = cache.acquire(c, CPU)) {
			try (Lease four = cache.acquire(d, CPU)) {
				assertEquals(4, cache.list().size(), "over budget while all are in use");
				assertFalse(loaded.stream().anyMatch(FakeModel::isClosed));
			}
			assertEquals(List.of("c", "b", "a"), names(), "the first that is idle goes");
		}
	}

	@Test
	void aModelThatGrewIsWeighedAgain() {
		use(a, CPU);
		use(b, CPU);
		try (Lease lease = cache.acquire(c, CPU)) {
			loaded.get(2).bytes = 250;
			assertEquals(3, cache.list().size());
		}
		assertEquals(List.of("c"), names());
		assertEquals(250, cache.list().get(0).bytes());
	}

	@Test
	void aModelLargerThanTheBudgetIsNotKept() {
		budget = BYTES - 1;
		use(a, CPU);
		assertEquals(List.of(), names());
		assertTrue(loaded.get(0).isClosed());
	}

	@Test
	void aSmallerBudgetIsKeptAtOnce() {
		use(a, CPU);
		use(b, CPU);
		budget = BYTES;
		cache.trim();
		assertEquals(List.of("b"), names());
	}

	@Test
	void unloadingWaitsForTheLastLease() {
		final Lease lease = cache.acquire(a, CPU);
		assertTrue(cache.unload(a));
		assertFalse(loaded.get(0).isClosed());
		assertEquals(1, cache.list().size(), "its memory is still held");
		try (Lease again = cache.acquire(a, CPU)) {
			assertNotSame(loaded.get(0), again.model(), "an unloaded model is not handed out again");
		}
		lease.close();
		assertTrue(loaded.get(0).isClosed());
		assertFalse(loaded.get(1).isClosed());
		assertFalse(cache.unload(b), "was not loaded");
	}

	@Test
	void aDeletedFileCanBeUnloaded() throws IOException {
		use(a, CPU);
		Files.delete(a);
		assertTrue(cache.unload(a));
	}

	@Test
	void aChangedFileIsLoadedAnew() throws IOException {
		use(a, CPU);
		Files.setLastModifiedTime(a, FileTime.fromMillis(1));
		final Lease second = cache.acquire(a, CPU);
		assertTrue(loaded.get(0).isClosed(), "the idle old one goes at once");
		Files.writeString(a, "longer");
		try (Lease third = cache.acquire(a, CPU)) {
			assertNotSame(second.model(), third.model());
			assertFalse(loaded.get(1).isClosed(), "in use");
		}
		second.close();
		assertTrue(loaded.get(1).isClosed());
		assertEquals(1, cache.list().size());
	}

	@Test
	void aFailingLoadFailsAllWhoWaitAndIsTriedAgain() throws Exception {
		final CountDownLatch go = new CountDownLatch(1);
		final AtomicReference<RuntimeException> failure = new AtomicReference<>(new IllegalStateException("broken"));
		final ModelCache failing = cache((file, device, size) -> {
			awaitQuietly(go);
			if (failure.get() != null) throw failure.get();
			return open();
		});
		final List<Future<Lease>> leases = inParallel(4, () -> failing.acquire(a, CPU), () -> {
			Thread.sleep(100); // lets the others come to wait; if they come later they fail in the same way
			go.countDown();
		});
		for (final Future<Lease> lease : leases) {
			final Throwable cause = assertThrows(ExecutionException.class, lease::get).getCause();
			assertTrue(cause instanceof GlassboxException && cause.getMessage().contains("a.onnx"), cause.toString());
		}
		failure.set(new GlassboxException("No network."));
		assertSame(failure.get(), assertThrows(GlassboxException.class, () -> failing.acquire(a, CPU)));
		failure.set(null);
		failing.acquire(a, CPU).close();
		assertEquals(1, failing.list().size());
	}

	@Test
	void anInterruptedWaitLeavesNoPinBehind() throws Exception {
		final CountDownLatch loading = new CountDownLatch(1);
		final CountDownLatch go = new CountDownLatch(1);
		final ModelCache slow = cache((file, device, size) -> {
			loading.countDown();
			awaitQuietly(go);
			return open();
		});
		final ExecutorService one = Executors.newSingleThreadExecutor();
		try {
			final Future<Lease> first = one.submit(() -> slow.acquire(a, CPU));
			loading.await();
			Thread.currentThread().interrupt();
			assertThrows(CancellationException.class, () -> slow.acquire(a, CPU));
			assertTrue(Thread.interrupted(), "the interrupt is passed on");
			go.countDown();
			first.get().close();
			assertFalse(slow.list().get(0).inUse());
		}
		finally {
			one.shutdownNow();
		}
	}

	@Test
	void listsWhatItHolds() throws IOException {
		now = Instant.ofEpochSecond(7);
		use(a, CPU);
		try (Lease lease = cache.acquire(b, CPU)) {
			now = Instant.ofEpochSecond(9);
			use(a, CPU);
			assertEquals(List.of(new ModelCache.Entry("a", a.toRealPath(), "ONNX", "CPU", BYTES, 2, now, false),
				new ModelCache.Entry("b", b.toRealPath(), "TorchScript", "CPU", BYTES, 1, Instant.ofEpochSecond(7),
					true)), cache.list());
		}
	}

	@Test
	void missingFilesAndFoldersAreNamed() {
		assertTrue(assertThrows(GlassboxException.class, () -> cache.acquire(folder.resolve("none.pt"), CPU)).getMessage()
			.contains("There is no model file"));
		assertTrue(assertThrows(GlassboxException.class, () -> cache.acquire(folder, CPU)).getMessage().contains(
			"is a folder"));
	}

	@Test
	void closingClosesAll() {
		use(a, CPU);
		final Lease lease = cache.acquire(b, CPU);
		cache.close();
		assertTrue(loaded.get(0).isClosed());
		assertThrows(GlassboxException.class, () -> cache.acquire(a, CPU));
		assertFalse(loaded.get(1).isClosed());
		lease.close();
		lease.close();
		assertTrue(loaded.get(1).isClosed());
		assertThrows(IllegalStateException.class, lease::model);
	}

	private void use(final Path file, final DeviceChoice device) {
		cache.acquire(file, device).close();
	}

	private List<String> names() {
		return cache.list().stream().map(ModelCache.Entry::name).toList();
	}

	private ModelCache cache(final ModelLoader loader) {
		return new ModelCache(loader, choice -> Device.cpu(), device -> budget, () -> now);
	}

	private static void awaitQuietly(final CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (final InterruptedException e) {
			throw new IllegalStateException(e);
		}
	}

	private interface Step {

		void run() throws Exception;
	}

	/** The same task on several threads; returns when all are done, after this thread did its step. */
	private static <T> List<Future<T>> inParallel(final int threads, final Callable<T> task, final Step meanwhile)
		throws Exception
	{
		final ExecutorService pool = Executors.newFixedThreadPool(threads);
		try {
			final List<Future<T>> futures = new ArrayList<>();
			for (int i = 0; i < threads; i++)
				futures.add(pool.submit(task));
			meanwhile.run();
			pool.shutdown();
			assertTrue(pool.awaitTermination(30, java.util.concurrent.TimeUnit.SECONDS));
			return futures;
		}
		finally {
			pool.shutdownNow();
		}
	}
}
