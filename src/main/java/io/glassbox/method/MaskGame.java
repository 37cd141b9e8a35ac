package io.glassbox.method;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a mask is wanted for, which is 1 where the evidence is. */
public enum MaskGame {

		/** What it shows should keep the score. */
		PRESERVE,
		/** What is left without what it shows should lose the score. */
		DELETE,
		/** Both, by the same mask. */
		BOTH;

	/** As people write them. */
	public static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();

	/** @throws GlassboxException if there is no such game */
	public static MaskGame parse(final String text) {
		final int found = NAMES.indexOf(text.trim().toLowerCase(Locale.ROOT));
		if (found < 0) throw new GlassboxException(Names.unknown("game", text.trim(), NAMES));
		return values()[found];
	}

	/** Views that a move takes: of what the mask shows, of what it leaves, or of both. */
	int views() {
		return this == BOTH ? 2 : 1;
	}

	/** Whether a view is of what the mask leaves. */
	boolean isRest(final int view) {
		return this == DELETE || view == 1;
	}
}
