package io.glassbox.explain;

import java.util.concurrent.CancellationException;

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

	/** @throws CancellationException if the work was cancelled */
	default void check() {
		if (isCancelled()) throw new CancellationException("Cancelled.");
	}
}
