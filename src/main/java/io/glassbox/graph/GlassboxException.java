package io.glassbox.graph;

/**
 * Something the user can act on went wrong; the message is one sentence fit to be shown as it is.
 * <p>
 * It names the file, layer or argument, says what was found and what was expected, and what to do.
 * Dialog, macro and command line show this message alone; every other exception is a bug.
 * </p>
 */
public class GlassboxException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public GlassboxException(final String message) {
		super(message);
	}

	public GlassboxException(final String message, final Throwable cause) {
		super(message, cause);
	}
}
