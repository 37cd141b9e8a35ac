package io.glassbox.command;

import java.util.function.BooleanSupplier;

/**
 * Interrupts the thread that works as soon as the person cancels, for as long as it is open.
 * <p>
 * Engines look at the interrupt between two operators, so that even one long pass through a network ends
 * soon.
 * </p>
 */
final class CancelWatch implements AutoCloseable {

	private static final long GLANCE_MILLIS = 100;

	private final Thread worker = Thread.currentThread();
	private final Thread watcher;
	private boolean open = true;

	CancelWatch(final BooleanSupplier cancelled) {
		watcher = new Thread(() -> watch(cancelled), "Glassbox cancel watch");
		watcher.setDaemon(true);
		watcher.start();
	}

	private synchronized void watch(final BooleanSupplier cancelled) {
		try {
			while (open && !cancelled.getAsBoolean())
				wait(GLANCE_MILLIS);
			if (open) worker.interrupt();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt(); // nobody watches any more
		}
	}

	/** Ends the watch; the interrupt it may have set is taken back, for the thread goes on to other work. */
	@Override
	public synchronized void close() {
		open = false;
		notifyAll();
		Thread.interrupted();
	}
}
