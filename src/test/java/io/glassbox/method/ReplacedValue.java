package io.glassbox.method;

import io.glassbox.graph.Network;
import io.glassbox.graph.Node;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import ai.djl.Device;

import java.util.List;

/** A network one of whose values is a given constant: the slow and obvious way to run what lies behind it. */
final class ReplacedValue {

	private ReplacedValue() {}

	/** Runs all of it on libtorch, with readers of the value sent to the constant. */
	static List<Tensor> score(final Network network, final String value, final Tensor constant, final Tensor... inputs) {
		final Network.Builder b = Network.builder();
		network.inputs().forEach(b::input);
		network.constants().forEach(b::constant);
		b.constant("replaced", constant);
		for (final Node n : network.nodes())
			b.node(new Node(n.id(), n.layer(), n.op(), n.inputs().stream().map(v -> v.equals(value) ? "replaced" : v).toList(), n
				.outputs()));
		network.outputs().forEach(b::output);
		try (TorchExecutor whole = new TorchExecutor(b.build(), Device.cpu())) {
			return whole.score(List.of(inputs));
		}
	}
}
