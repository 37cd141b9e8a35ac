package io.glassbox.graph.io;

import io.glassbox.graph.Node;

/** Why a network works for the batch size it was written for only. */
final class FixedBatch extends RuntimeException {

	private static final long serialVersionUID = 1L;

	FixedBatch(final Node n, final String why) {
		super(n.op().type() + " '" + n.label() + "' " + why, null, false, false);
	}
}
