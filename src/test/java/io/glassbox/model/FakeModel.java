package io.glassbox.model;

import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model that computes the identity, holds as many bytes as a test says, and fails if used when closed. */
class FakeModel implements Model {

	private volatile boolean closed;
	volatile long bytes;

	FakeModel(final long bytes) {
		this.bytes = bytes;
	}

	boolean isClosed() {
		return closed;
	}

	@Override
	public Optional<Network> graph() {
		return Optional.empty();
	}

	@Override
	public Optional<String> opaqueBecause() {
		return Optional.of("it is a fake");
	}

	@Override
	public List<Port> inputs() {
		return List.of(new Port("x", new int[] { Port.ANY, Port.ANY }));
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		if (closed) throw new AssertionError("used after it was closed");
		return inputs;
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		return Map.of("x", score(inputs).get(0));
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Gradients.Seed seed)
	{
		return new Gradients(score(inputs), Map.of(), Map.of());
	}

	@Override
	public String engine() {
		return "fake";
	}

	@Override
	public long bytes() {
		return bytes;
	}

	@Override
	public void close() {
		if (closed) throw new AssertionError("closed twice");
		closed = true;
	}
}
