package io.glassbox.graph.io;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Long native work that cannot be stopped, but left alone: whoever waits for it may go, and what it makes is thrown away then.
 * <p>
 * ONNX Runtime optimises a network for seconds and looks at nothing meanwhile. A person who cancels gets their hands free at
 * once; the rest of the work ends unseen.
 * </p>
 */
final class Abandoned {

	private Abandoned() {}

	/**
	 * Does the work on another thread and waits for it.
	 *
	 * @param discard frees what was made for nobody
	 * @return what was made
	 * @throws CancellationException if the waiting thread is interrupted, which it still is afterwards
	 */
	static <T> T unlessInterrupted(final String name, final Supplier<T> work, final Consumer<T> discard) {
		final CompletableFuture<T> made = new CompletableFuture<>();
		final Thread worker = new Thread(() -> {
			try {
				final T result = work.get();
				if (!made.complete(result)) discard.accept(result);
			}
			catch (final Throwable e) {
				made.completeExceptionally(e);
			}
		}, name);
		worker.setDaemon(true);
		worker.start();
		try {
			return made.get();
		}
		catch (final InterruptedException e) {
			Thread.currentThread().interrupt();
			if (!made.cancel(false)) made.thenAccept(discard);
			final CancellationException cancelled = new CancellationException("Cancelled.");
			cancelled.initCause(e);
			throw cancelled;
		}
		catch (final ExecutionException e) {
			if (e.getCause() instanceof RuntimeException r) throw r;
			if (e.getCause() instanceof Error error) throw error;
			throw new CompletionException(e.getCause());
		}
	}
}
