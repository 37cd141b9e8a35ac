package io.glassbox.perturb;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.List;
import java.util.Locale;

/** Segmentations as people write them. */
public final class Segmentations {

	/** Their names. */
	public static final List<String> NAMES = List.of("grid");

	/** How many segments there are about, unless told. */
	private static final int COUNT = 50;

	private Segmentations() {}

	/**
	 * Reads the name of a segmentation, with about how many segments it makes: {@code grid 50}.
	 *
	 * @throws GlassboxException if it is nothing like that
	 */
	public static Segmentation parse(final String text) {
		final String[] words = text.trim().toLowerCase(Locale.ROOT).split("\\s+");
		if (!NAMES.contains(words[0])) throw new GlassboxException(Names.unknown("segmentation", words[0], NAMES));
		if (words.length > 2 || words.length == 2 && !words[1].matches("\\d{1,6}")) throw new GlassboxException("The segmentation '" +
			words[0] + "' takes a number of segments, '" + words[0] + " 50'; found '" + text.trim() + "'.");
		return new Grid(words.length == 1 ? COUNT : Integer.parseInt(words[1]));
	}
}
