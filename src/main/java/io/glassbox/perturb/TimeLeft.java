package io.glassbox.perturb;

/** How long work will still take that takes as long for each of its parts, in words. */
public final class TimeLeft {

	/** Shorter is not worth saying. */
	private static final double SECONDS = 3;

	private final int count;
	private final long start = System.nanoTime();

	/** @param count of all parts */
	public TimeLeft(final int count) {
		this.count = count;
	}

	/** {@code ", 12 s left"}, or nothing if it is not known or short. */
	public String after(final int done) {
		return done == 0 ? "" : after(done, (System.nanoTime() - start) / 1e9);
	}

	/** @param seconds since the start */
	String after(final int done, final double seconds) {
		final double left = seconds / done * (count - done);
		if (left < SECONDS) return "";
		return left < 90 ? ", " + Math.round(left) + " s left" : ", " + Math.round(left / 60) + " min left";
	}
}
