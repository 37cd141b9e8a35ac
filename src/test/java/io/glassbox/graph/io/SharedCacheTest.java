package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedCacheTest {

	private static final class Thing implements AutoCloseable {

		private final AtomicInteger closings = new AtomicInteger();

		@Override
		public void close() {
			closings.incrementAndGet();
		}
	}

	private final ExecutorService threads = Executors.newCachedThreadPool();
	private final CountDownLatch begun = new CountDownLatch(1);
	private final CountDownLatch goOn = new CountDownLatch(1);

	@AfterEach
	void stop() throws InterruptedException {
		goOn.countDown();
		threads.shutdown();
		assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
	}

	private <T> T slowly(final T result) {
		begun.countDown();
		try {
			goOn.await();
		}
		catch (final InterruptedException e) {
			throw new IllegalStateException(e);
		}
		return result;
	}

	private static Thing get(final SharedCache<String, Thing> cache, final String key) {
		return cache.use(key, k -> new Thing(), t -> t);
	}

	@Test
	void whatManyAskForAtOnceIsMadeOnce() throws Exception {
		final AtomicInteger made = new AtomicInteger();
		try (SharedCache<String, Thing> cache = new SharedCache<>(2)) {
			final List<Future<Thing>> answers = new ArrayList<>();
			for (int i = 0; i < 8; i++)
				answers.add(threads.submit(() -> cache.use("a", k -> {
					made.incrementAndGet();
					return slowly(new Thing());
				}, t -> t)));
			begun.await();
			goOn.countDown();
			for (final Future<Thing> answer : answers)
				assertEquals(answers.get(0).get(), answer.get());
		}
		assertEquals(1, made.get());
	}

	@Test
	void othersGoOnWhileAThingIsMade() throws Exception {
		try (SharedCache<String, Thing> cache = new SharedCache<>(2)) {
			final Thing ready = get(cache, "ready");
			final Future<Thing> slow = threads.submit(() -> cache.use("slow", k -> slowly(new Thing()), t -> t));
			begun.await();
			assertEquals(ready, threads.submit(() -> get(cache, "ready")).get(10, TimeUnit.SECONDS));
			assertEquals(List.of(ready), threads.submit(() -> cache.values().toList()).get(10, TimeUnit.SECONDS));
			goOn.countDown();
			assertEquals(Set.of(ready, slow.get()), cache.values().collect(Collectors.toSet()));
		}
	}

	@Test
	void whatIsInUseIsClosedOnlyAfterwards() throws Exception {
		try (SharedCache<String, Thing> cache = new SharedCache<>(1)) {
			final Future<Integer> user = threads.submit(() -> cache.use("a", k -> new Thing(), t -> slowly(t).closings.get()));
			begun.await();
			final Thing first = cache.values().findFirst().orElseThrow();
			final Thing second = get(cache, "b");
			assertEquals(List.of(second), cache.values().toList());
			assertEquals(0, first.closings.get());
			goOn.countDown();
			assertEquals(0, user.get());
			assertEquals(1, first.closings.get());
			assertEquals(0, second.closings.get());
		}
	}

	@Test
	void whatIsLeasedIsClosedAfterTheLease() {
		try (SharedCache<String, Thing> cache = new SharedCache<>(1)) {
			final SharedCache<String, Thing>.Lease lease = cache.lease("a", k -> new Thing());
			final SharedCache<String, Thing>.Lease other = cache.lease("a", k -> new Thing());
			assertEquals(lease.value(), other.value());
			get(cache, "b");
			lease.close();
			lease.close();
			assertEquals(0, lease.value().closings.get());
			other.close();
			assertEquals(1, lease.value().closings.get());
		}
	}

	@Test
	void whatIsBeingMadeWhenTheCacheClosesIsClosedAfterItsUse() throws Exception {
		final SharedCache<String, Thing> cache = new SharedCache<>(1);
		final Future<Thing> slow = threads.submit(() -> cache.use("a", k -> slowly(new Thing()), t -> t));
		begun.await();
		cache.close();
		goOn.countDown();
		assertEquals(1, slow.get().closings.get());
		assertThrows(IllegalStateException.class, () -> get(cache, "a"));
	}

	@Test
	void aFailureIsToldAndTheNextToAskTriesAgain() {
		try (SharedCache<String, Thing> cache = new SharedCache<>(1)) {
			final IllegalArgumentException failure = new IllegalArgumentException("no memory");
			assertEquals(failure, assertThrows(IllegalArgumentException.class, () -> cache.use("a", k -> {
				throw failure;
			}, t -> t)));
			assertEquals(0, cache.values().count());
			assertFalse(get(cache, "a").closings.get() > 0);
		}
	}

	@Test
	void aThingThatFailsToCloseHarmsNobody() {
		try (SharedCache<String, AutoCloseable> cache = new SharedCache<>(1)) {
			cache.use("bad", k -> () -> {
				throw new IllegalStateException("stuck");
			}, t -> t);
			assertEquals("fine", cache.use("b", k -> new Thing(), t -> "fine"));
		}
	}
}
