package io.glassbox.graph.io;

/**
 * Something in a network's code that has no translation; the message names it. The evaluator notes it together with the module and goes
 * on, so that all such things are reported at once.
 */
class UnsupportedConstruct extends RuntimeException {

	private static final long serialVersionUID = 1L;

	UnsupportedConstruct(final String what) {
		super(what, null, false, false);
	}
}
