package io.glassbox.method;

import io.glassbox.graph.Element;
import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * A network of one score that fits on paper: a function of an image, and its gradient.
 *
 * @param shape of one sample
 */
record DifferentiableFunction(int[] shape, ToDoubleFunction<float[]> score, UnaryOperator<float[]> gradient)
	implements Model
{

	/** A weighted sum. */
	static DifferentiableFunction linear(final float[] weights, final int... shape) {
		return new DifferentiableFunction(shape, x -> {
			double sum = 0;
			for (int k = 0; k < x.length; k++)
				sum += weights[k] * x[k];
			return sum;
		}, x -> weights);
	}

	@Override
	public List<Tensor> score(final List<Tensor> inputs) {
		return new FunctionModel(inputs(), batch -> {
			final int n = batch.get(0).size(0);
			final float[] scores = new float[n];
			for (int i = 0; i < n; i++)
				scores[i] = (float) score.applyAsDouble(sample(batch.get(0), i));
			return List.of(Tensor.of(scores, n, 1));
		}).score(inputs);
	}

	private static float[] sample(final Tensor batch, final int i) {
		final int each = batch.length() / batch.size(0);
		return Arrays.copyOfRange(batch.floats(), i * each, (i + 1) * each);
	}

	@Override
	public Gradients differentiate(final List<Tensor> inputs, final Collection<String> values, final Gradients.Seed seed) {
		final List<Tensor> outputs = score(inputs);
		final float[] seeds = seed.of(outputs).get(0).floats();
		final float[] all = new float[inputs.get(0).length()];
		for (int i = 0; i < seeds.length; i++) {
			final float[] one = gradient.apply(sample(inputs.get(0), i));
			for (int k = 0; k < one.length; k++)
				all[i * one.length + k] = seeds[i] * one[k];
		}
		return new Gradients(outputs, Map.of("x", inputs.get(0)), Map.of("x", Tensor.of(all, inputs.get(0).shape())));
	}

	@Override
	public List<Port> inputs() {
		final int[] batch = shape.clone();
		batch[0] = Port.ANY;
		return List.of(new Port("x", batch, Element.FLOAT));
	}

	@Override
	public Optional<Network> graph() {
		return Optional.empty();
	}

	@Override
	public Optional<String> opaqueBecause() {
		return Optional.of("it is a function");
	}

	@Override
	public Map<String, Tensor> activations(final List<Tensor> inputs, final Collection<String> values) {
		throw new UnsupportedOperationException();
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
