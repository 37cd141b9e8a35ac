package io.glassbox.graph;

/**
 * A file is sound, but cannot be read as a graph: it holds operators or constructs Glassbox does not
 * know. The message names all of them. Such a file can still be opened as an opaque model.
 */
public class UnsupportedNetworkException extends GlassboxException {

	private static final long serialVersionUID = 1L;

	public UnsupportedNetworkException(final String message) {
		super(message);
	}
}
