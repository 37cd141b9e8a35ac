package io.glassbox.explain;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** Told how far long work has come, and asked whether it should go on. */
public interface Progress {

	/** Shows nothing and never cancels. */
	Progress NONE = new Progress() {

		@Override
		public void update(final double fraction, final String status) {
			// nobody watches
		}

		@Override
		public boolean isCancelled() {
			return false;
		}
	};

	/**
	 * @param fraction done so far, from 0 to 1
	 * @param status what is being done, a few words
	 */
	void update(double fraction, String status);

	boolean isCancelled();

	/**
	 * Offers the result as it is so far, of methods whose result grows with each sample.
	 *
	 * @param soFar makes it when asked; it may be asked during this call only
	 */
	default void partial(final Supplier<Attribution> soFar) {
		// most want the whole
	}

	/** @throws CancellationException if the work was cancelled */
	default void check() {
		if (isCancelled()) throw new CancellationException("Cancelled.");
	}
}
