package io.glassbox.graph;

/** What an engine, or our part of one, says of a failure, made into the end of a sentence. */
public final class EngineMessage {

	private static final int LONGEST = 300;

	private EngineMessage() {}

	/** The first line of the message, with a full stop; in plain words where Java's own speak of its insides. */
	public static String of(final Throwable e) {
		if (e instanceof NullPointerException) return "something it needs is missing.";
		if (e instanceof ClassCastException) return "a value is of another kind than belongs there.";
		if (e instanceof IndexOutOfBoundsException || e instanceof NegativeArraySizeException) return
			"there are fewer operands, axes or elements than it needs.";
		final String first = e.getMessage() == null ? "" : e.getMessage().lines().map(String::strip).filter(l -> !l.isEmpty())
			.findFirst().orElse("");
		if (first.isEmpty()) return "no reason is given (" + e.getClass().getSimpleName() + ").";
		final String said = first.length() > LONGEST ? first.substring(0, LONGEST) + " …" : first;
		return said.endsWith(".") ? said : said + ".";
	}
}
