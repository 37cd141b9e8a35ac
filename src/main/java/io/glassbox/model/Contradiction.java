package io.glassbox.model;

/**
 * Two sources that say different things of one model.
 *
 * @param believed what holds, from the source that is trusted more
 * @param other what does not
 * @param grave whether a map made on the wrong one of the two would be plausible but wrong; then the person is to say
 *          which holds
 */
record Contradiction(Fact<?> believed, Fact<?> other, boolean grave) {

	/** One sentence with both sources and both values. */
	String message() {
		final String field = believed.field().name();
		return believed.where() + " gives " + field + " " + believed.text() + ", " + other.where() + " gives " + other
			.text() + (grave ? ": a map would be wrong with the wrong one of the two." : "; the first holds.");
	}
}
