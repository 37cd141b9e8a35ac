package io.glassbox.rule;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

/** Tells which values of a network are one row of numbers per sample: those with two axes. */
final class Rows {

	private static final String[] KEEPING = { "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Gelu", "Sigmoid", "Tanh",
		"HardSwish", "HardSigmoid", "Mish", "Softplus", "Clip", "BatchNormalization", "Identity", "Dropout", "Softmax" };

	private Rows() {}

	/** Whether a value surely has two axes; false as well where that cannot be told from what is around it. */
	static boolean isOnePerSample(final String value, final Network network) {
		String at = value;
		while (true) {
			final Node n = network.producer(at).orElse(null);
			if (n == null) return isRows(at, network);
			if (n.is("Flatten", "Gemm")) return true;
			if (n.is("Reshape")) return network.constant(n.input(1)).filter(s -> s.length() == 2).isPresent();
			if (n.is(KEEPING)) at = n.input(0);
			else if (n.is("MatMul") && hasAxes(2, n.input(1), network)) at = n.input(0);
			else if (n.is("Add", "Sub", "Mul", "Div") && isAtMost(2, n.input(1), network)) at = n.input(0);
			else if (n.is("Add", "Mul") && isAtMost(2, n.input(0), network)) at = n.input(1);
			else return false;
		}
	}

	private static boolean isRows(final String value, final Network network) {
		return network.inputs().stream().filter(p -> p.name().equals(value)).map(Port::shape).anyMatch(s -> s != null &&
			s.length == 2);
	}

	private static boolean hasAxes(final int rank, final String value, final Network network) {
		return network.constant(value).map(Tensor::rank).filter(r -> r == rank).isPresent();
	}

	private static boolean isAtMost(final int rank, final String value, final Network network) {
		return network.constant(value).filter(t -> t.rank() <= rank).isPresent();
	}
}
