package io.glassbox.graph;

import ai.djl.Device;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a network node by node on libtorch: forward, with a look at any value on the way, and back.
 * <p>
 * The parameters live on the device until {@link #close()}; whatever a call makes is freed before it returns. Gradients
 * are libtorch's own, but for operators that are given a {@link Rule}. Several threads may call at once.
 * </p>
 */
public final class TorchExecutor implements Scorer {

	private final TorchProgram program;

	/**
	 * Puts the network's parameters on a device.
	 *
	 * @throws UnsupportedNetworkException if it has operators Glassbox cannot compute; all are named
	 */
	public TorchExecutor(final Network network, final Device device) {
		program = new TorchProgram(network, device);
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return Torch.withGradients(false, () -> {
			try (TorchPass pass = new TorchPass(program, inputs, Set.of(), Recording.NONE)) {
				pass.forward();
				return pass.outputs();
			}
		});
	}

	/** Values inside the network, or its inputs, by name; one forward pass. */
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		return Torch.withGradients(false, () -> {
			try (TorchPass pass = new TorchPass(program, inputs, values, Recording.NONE)) {
				pass.forward();
				return pass.tensors(values);
			}
		});
	}

	/** Shapes of all values of the network by name; one forward pass in which nothing is kept. */
	public Map<String, int[]> shapes(final List<Tensor> inputs) {
		return Torch.withGradients(false, () -> {
			try (TorchPass pass = new TorchPass(program, inputs, Set.of(), Recording.NONE)) {
				return pass.shapes();
			}
		});
	}

	/**
	 * One forward and one backward pass.
	 *
	 * @param values names of inputs of the network or values inside it
	 * @param seed the derivative of the target with respect to the outputs
	 * @throws GlassboxException if the target does not depend on one of the values
	 */
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Gradients.Seed seed)
	{
		return differentiate(inputs, values, Map.of(), seed);
	}

	/**
	 * One forward and one backward pass in which some operators pass back what a rule says; all others pass back their own
	 * derivative.
	 *
	 * @param rules by id of the node
	 * @throws GlassboxException if the target does not depend on one of the values, or a rule does not fit its operator
	 */
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values,
		final Map<String, Rule> rules, final Gradients.Seed seed)
	{
		return Torch.withGradients(true, () -> {
			final Recording recording = rules.isEmpty() ? new NativeRecording(program, values) : new RuledRecording(program,
				values, rules);
			try (TorchPass pass = new TorchPass(program, inputs, values, recording)) {
				pass.forward();
				final List<Tensor> outputs = pass.outputs();
				recording.backward(pass, seed.of(outputs));
				return new Gradients(outputs, pass.tensors(values), pass.gradients(values));
			}
		});
	}

	@Override
	public String engine() {
		return Torch.describe(program.device());
	}

	@Override
	public long bytes() {
		return program.network().bytes();
	}

	@Override
	public void close() {
		program.close();
	}
}
