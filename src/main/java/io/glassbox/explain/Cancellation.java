package io.glassbox.explain;

import java.util.concurrent.CancellationException;

/**
 * Cancel in work that has no {@link Progress} at hand: whoever cancels interrupts the thread that works.
 */
public final class Cancellation {

	private Cancellation() {}

	/** @throws CancellationException if the current thread is interrupted, which it still is afterwards */
	public static void check() {
		if (Thread.currentThread().isInterrupted()) throw new CancellationException("Cancelled.");
	}
}
