package io.glassbox.graph.io;

import io.glassbox.graph.Elements;
import io.glassbox.graph.Network;

/** Element types of the values of a network by their ONNX numbers, as the ports of a file must declare them. */
final class ValueTypes {

	private final Elements elements;

	ValueTypes(final Network network) {
		elements = new Elements(network);
	}

	/** The ONNX number of a value's element type. */
	int of(final String value) {
		return OnnxTypes.of(elements.of(value));
	}
}
