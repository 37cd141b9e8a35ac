package io.glassbox.demo;

import java.util.Locale;

/**
 * How much of the breast is fibroglandular tissue, after the four categories of BI-RADS (a to d). The denser
 * the breast, the more easily a mass hides in it.
 */
public enum Density {
		/** a: almost entirely fatty. */
		FATTY(0.05, 0.16),
		/** b: scattered fibroglandular densities. */
		SCATTERED(0.24, 0.40),
		/** c: heterogeneously dense. */
		HETEROGENEOUS(0.48, 0.64),
		/** d: extremely dense. */
		DENSE(0.68, 0.82);

	/** Share of the breast's area covered by glandular tissue, from and to. */
	final double leastCover;
	final double mostCover;

	Density(final double leastCover, final double mostCover) {
		this.leastCover = leastCover;
		this.mostCover = mostCover;
	}

	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}
}
