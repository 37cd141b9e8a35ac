package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

import java.util.Locale;
import java.util.Optional;

/**
 * How far the colours of a map reach: to its strongest relevance, or to a percentile of it, so that a few extreme pixels do not
 * leave the rest pale. For display alone: values, ROIs and tables know nothing of it.
 */
final class DisplayRange {

	/** The percentage that leaves nothing out. */
	static final double ALL = 100;

	private DisplayRange() {}

	/** @throws GlassboxException if this is no percentage above 0 */
	static void require(final double percent) {
		if (!(percent > 0 && percent <= ALL)) throw new GlassboxException("The clip of a display is a percentage above 0, to 100; " +
			"found " + percent + ".");
	}

	/** A few words for people on where colours end; empty if at the strongest relevance. */
	static Optional<String> told(final double percent) {
		if (percent == ALL) return Optional.empty();
		return Optional.of("colours clipped at percentile " + text(percent) + " of relevance");
	}

	private static String text(final double percent) {
		return percent == Math.rint(percent) ? String.format(Locale.ROOT, "%.0f", percent) : "" + (float) percent;
	}
}
