package io.glassbox.command;

import io.glassbox.explain.Progress;

/** Progress of one part of several, shown as progress of the whole. */
record PartProgress(Progress whole, int part, int parts) implements Progress {

	@Override
	public void update(final double fraction, final String status) {
		whole.update((part + fraction) / parts, status);
	}

	@Override
	public boolean isCancelled() {
		return whole.isCancelled();
	}
}
