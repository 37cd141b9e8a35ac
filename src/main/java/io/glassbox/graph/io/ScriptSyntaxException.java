package io.glassbox.graph.io;

import io.glassbox.graph.UnsupportedNetworkException;

/** The code in a TorchScript file is not written the way PyTorch writes it. */
final class ScriptSyntaxException extends UnsupportedNetworkException {

	private static final long serialVersionUID = 1L;

	ScriptSyntaxException(final String where, final int line, final String found) {
		super(where + ", line " + line + ": " + found +
			" is not expected in TorchScript code. The file is damaged, or newer than this reader.");
	}
}
