package io.glassbox.model;

import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Subgraph;
import io.glassbox.graph.Tensor;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What lies behind a value of a model, as a model that scores: its one input takes the value's place.
 *
 * @param whole stays open when this is closed
 * @param sample of the whole, a tensor for each input
 */
record ModelBehind(Model whole, List<Tensor> sample, String value) implements Model {

	@Override
	public List<Tensor> score(final List<Tensor> replacements) {
		return whole.scoreBehind(sample, value, replacements.get(0));
	}

	/** The part that runs. */
	@Override
	public Optional<Network> graph() {
		return whole.graph().map(g -> Subgraph.behind(g, value).network());
	}

	@Override
	public Optional<String> opaqueBecause() {
		return whole.opaqueBecause();
	}

	/** Those of the whole, which tell whether several samples may go together. */
	@Override
	public List<Port> inputs() {
		return whole.inputs();
	}

	@Override
	public Map<String, int[]> shapes(final List<Tensor> replacements) {
		return whole.shapes(sample);
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> replacements, final Collection<String> values) {
		throw new UnsupportedOperationException("Only scores are asked of a part of a network");
	}

	@Override
	public Gradients differentiate(final List<Tensor> replacements, final Collection<String> values,
		final Gradients.Seed seed)
	{
		throw new UnsupportedOperationException("Only scores are asked of a part of a network");
	}

	@Override
	public String engine() {
		return whole.engine();
	}

	@Override
	public long bytes() {
		return whole.bytes();
	}

	@Override
	public void close() {
		// closed with the model it is a part of
	}
}
