package io.glassbox.graph.io;

import java.util.Collections;
import java.util.List;

/** A Python tuple: a list nobody changes, told apart from a list. */
record ScriptTuple(List<Object> values) {

	ScriptTuple {
		values = Collections.unmodifiableList(values);
	}
}
