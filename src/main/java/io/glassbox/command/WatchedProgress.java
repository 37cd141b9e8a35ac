package io.glassbox.command;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Progress;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Progress of which somebody watches the result grow.
 *
 * @param watcher is offered the result so far, and asks for it if it is time to show it
 */
record WatchedProgress(Progress progress, Consumer<Supplier<Attribution>> watcher) implements Progress {

	@Override
	public void update(final double fraction, final String status) {
		progress.update(fraction, status);
	}

	@Override
	public boolean isCancelled() {
		return progress.isCancelled();
	}

	@Override
	public void partial(final Supplier<Attribution> soFar) {
		watcher.accept(soFar);
	}
}
