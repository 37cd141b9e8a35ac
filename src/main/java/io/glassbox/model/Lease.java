package io.glassbox.model;

import io.glassbox.graph.Model;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to use a loaded network until it is closed.
 * <p>
 * While it is open the network stays loaded. Close the lease, never the model; closing it twice does
 * no harm.
 * </p>
 *
 * <pre>
 * try (Lease lease = models.acquire(file)) {
 * 	lease.model().score(inputs);
 * }
 * </pre>
 */
public final class Lease implements AutoCloseable {

	private final Model model;
	private final Runnable giveBack;
	private final AtomicBoolean closed = new AtomicBoolean();

	Lease(final Model model, final Runnable giveBack) {
		this.model = model;
		this.giveBack = giveBack;
	}

	/** Of a model that nobody else holds and that needs no closing, a function for instance. */
	public static Lease of(final Model model) {
		return new Lease(model, () -> {});
	}

	/** @throws IllegalStateException if the lease is closed */
	public Model model() {
		if (closed.get()) throw new IllegalStateException("This lease is closed: the model may be gone");
		return model;
	}

	@Override
	public void close() {
		if (closed.compareAndSet(false, true)) giveBack.run();
	}
}
