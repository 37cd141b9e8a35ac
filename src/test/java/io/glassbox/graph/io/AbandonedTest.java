package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

/** Work that cannot be stopped is left alone, and leaves nothing behind. */
class AbandonedTest {

	@Test
	void whatIsMadeOrThrownComesBack() {
		assertEquals(7, Abandoned.unlessInterrupted("seven", () -> 7, n -> {}));
		final IllegalStateException e = new IllegalStateException("broken");
		assertSame(e, assertThrows(IllegalStateException.class, () -> Abandoned.unlessInterrupted("broken", () -> {
			throw e;
		}, n -> {})));
		final UnsatisfiedLinkError missing = new UnsatisfiedLinkError("no library");
		assertSame(missing, assertThrows(UnsatisfiedLinkError.class, () -> Abandoned.unlessInterrupted("missing", () -> {
			throw missing;
		}, n -> {})));
	}

	@Test
	void whoCancelsIsFreeAtOnceAndWhatIsMadeIsFreed() throws InterruptedException {
		final CountDownLatch begun = new CountDownLatch(1);
		final CountDownLatch goOn = new CountDownLatch(1);
		final CountDownLatch freed = new CountDownLatch(1);
		final Thread waiting = Thread.currentThread();
		final Thread person = new Thread(() -> {
			try {
				begun.await();
				waiting.interrupt();
			}
			catch (final InterruptedException e) {
				Thread.currentThread().interrupt();
			}
		});
		person.start();
		assertThrows(CancellationException.class, () -> Abandoned.unlessInterrupted("long", () -> {
			begun.countDown();
			try {
				goOn.await();
			}
			catch (final InterruptedException e) {
				throw new IllegalStateException(e);
			}
			return "made";
		}, made -> freed.countDown()));
		assertTrue(Thread.interrupted(), "the thread is still interrupted");
		assertEquals(1, freed.getCount(), "nothing was made yet");
		goOn.countDown();
		assertTrue(freed.await(10, TimeUnit.SECONDS), "what was made for nobody is freed");
	}
}
