package io.glassbox.graph;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A network that lives elsewhere, known by what it answers: a function from a batch of inputs to scores.
 * <p>
 * It is opaque: methods that only score explain it. The function may be called from several threads, one call at a time for
 * each explanation.
 * </p>
 */
public final class FunctionModel implements Model {

	private final List<Port> inputs;
	private final UnaryOperator<List<Tensor>> function;

	/**
	 * @param inputs what the function takes; samples along the first axis, which is open
	 * @param function from a tensor for each input to the outputs, the scores first: samples x classes
	 */
	public FunctionModel(final List<Port> inputs, final UnaryOperator<List<Tensor>> function) {
		this.inputs = List.copyOf(inputs);
		this.function = function;
	}

	@Override
	public Optional<Network> graph() {
		return Optional.empty();
	}

	@Override
	public Optional<String> opaqueBecause() {
		return Optional.of("it is a function, of which only the answers are known");
	}

	@Override
	public List<Port> inputs() {
		return inputs;
	}

	/** @throws GlassboxException if the inputs do not fit, or the function answers for another number of samples */
	@Override
	public List<Tensor> score(final List<Tensor> batch) {
		Ports.check(inputs, batch);
		final List<Tensor> outputs = function.apply(batch);
		final int samples = batch.get(0).size(0);
		if (outputs.isEmpty() || outputs.get(0).rank() < 2 || outputs.get(0).size(0) != samples) throw new GlassboxException(
			"The function answered " + outputs + " to " + samples + " samples; a tensor of " + samples + " x classes was expected.");
		return outputs;
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> batch, final Collection<String> values) {
		throw new GlassboxException("There are no layers to look at: " + opaqueBecause().orElseThrow() + ".");
	}

	@Override
	public Gradients differentiate(final List<Tensor> batch, final Collection<String> values, final Gradients.Seed seed) {
		throw new GlassboxException("There is no gradient: " + opaqueBecause().orElseThrow() +
			". Methods that only score work: lime, shap, rise, occlusion, feature-ablation.");
	}

	@Override
	public String engine() {
		return "a function";
	}

	@Override
	public long bytes() {
		return 0;
	}

	@Override
	public void close() {
		// holds nothing
	}
}
