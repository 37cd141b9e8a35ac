package io.glassbox.graph;

/**
 * What a node computes: the ONNX name of an operation and its attributes, with the meaning that ONNX
 * opset 17 gives them.
 * <p>
 * Readers of other formats and other opsets translate into this vocabulary, so that everything
 * downstream knows one language only.
 * </p>
 *
 * @param type the ONNX operator name: {@code Conv}, {@code Relu}, {@code GlobalAveragePool} …
 */
public record Operator(String type, Attributes attributes) {

	public static Operator of(final String type, final Object... namesAndValues) {
		return new Operator(type, Attributes.of(namesAndValues));
	}

	public boolean is(final String... types) {
		for (final String t : types)
			if (t.equals(type)) return true;
		return false;
	}

	@Override
	public String toString() {
		return type + "(" + attributes + ")";
	}
}
