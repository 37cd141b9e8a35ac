package io.glassbox.explain;

/**
 * Progress of one part of several, shown as progress of the whole.
 *
 * @param part its number, from 0
 * @param parts how many there are
 */
public record PartProgress(Progress whole, int part, int parts) implements Progress {

	@Override
	public void update(final double fraction, final String status) {
		whole.update((part + fraction) / parts, status);
	}

	@Override
	public boolean isCancelled() {
		return whole.isCancelled();
	}
}
