package io.glassbox.graph.io;

/**
 * A number or truth value that only running the network would tell.
 *
 * @param fault whether it is unknown because something before it could not be read, which has been
 *          noted already
 * @param settles what to conclude if this turns out true, or null if nothing
 */
record Unknown(boolean fault, Runnable settles) {

	static final Unknown FAULT = new Unknown(true, null);

	static final Unknown UNTIL_RUN = new Unknown(false, null);

	/** True exactly if an extent is the number given. */
	static Unknown equality(final Extent extent, final long number) {
		return new Unknown(false, () -> extent.settle(number));
	}
}
