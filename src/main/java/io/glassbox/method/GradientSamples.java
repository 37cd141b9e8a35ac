package io.glassbox.method;

import io.glassbox.explain.Elements;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Forecast;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Rule;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The gradients of one settled target at many altered copies of an input, some copies at a time.
 * <p>
 * Copies are made when their turn comes, so that two batches of them exist at most.
 * </p>
 */
final class GradientSamples {

	/** More at a time is not faster on the processors of today, and delays an answer to Cancel. */
	private static final int LARGEST = 8;

	/**
	 * What libtorch keeps of a batch for the backward pass, in bytes. Of networks that keep this much, one batch takes about a
	 * second on two processors, and that backward pass is the one thing that Cancel has to wait for.
	 */
	private static final double MEMORY = 1L << 29;

	private final Model model;
	private final Elements altered;
	private final Target.Resolved target;
	private final Map<String, Rule> rules;
	private final int batch;

	/** Makes one altered copy. */
	@FunctionalInterface
	interface Copies {

		/** Writes copy number {@code i} of the altered elements to {@code to}, from {@code at} on. */
		void write(int i, float[] to, int at);
	}

	/** Is given what was found at one copy. */
	@FunctionalInterface
	interface Receiver {

		/**
		 * @param copy number of the copy
		 * @param elements the copy, which begins at {@code at}
		 * @param gradient its gradient, which begins there, too
		 * @param score the value of the target
		 * @return whether to go on
		 */
		boolean accept(int copy, float[] elements, float[] gradient, int at, double score);
	}

	/** @param inputs one sample each; the first is the one altered */
	GradientSamples(final Model model, final List<Tensor> inputs, final Target.Resolved target,
		final Map<String, Rule> rules)
	{
		this(model, Elements.ofFirst(inputs), target, rules);
	}

	/** @param altered the elements that differ from copy to copy */
	GradientSamples(final Model model, final Elements altered, final Target.Resolved target,
		final Map<String, Rule> rules)
	{
		this.model = model;
		this.altered = altered;
		this.target = target;
		this.rules = rules;
		batch = batch(model, altered.inputs());
	}

	/** How many samples like this one go through the network at once: few enough for memory, and for Cancel. */
	static int batch(final Model model, final List<Tensor> inputs) {
		if (model.inputs().stream().map(Port::shape).anyMatch(s -> s != null && s.length > 0 && s[0] != Port.ANY)) return 1;
		if (model.graph().isEmpty()) return LARGEST;
		final double each = 4 * Forecast.of(model.network(), inputs).shapes().values().stream().mapToDouble(
			GradientSamples::count).sum();
		return (int) Math.max(1, Math.min(LARGEST, MEMORY / each));
	}

	private static double count(final long[] shape) {
		return Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
	}

	/**
	 * Goes through copies number 0 to {@code count} - 1, in order, until the receiver has enough.
	 *
	 * @throws java.util.concurrent.CancellationException if progress was cancelled
	 */
	void forEach(final int count, final Copies copies, final Progress progress, final String status,
		final Receiver receiver)
	{
		for (int first = 0; first < count; first += batch) {
			progress.check();
			progress.update((double) first / count, status + " " + first + " of " + count);
			if (!some(first, Math.min(batch, count - first), copies, receiver)) return;
		}
		progress.check();
	}

	private boolean some(final int first, final int n, final Copies copies, final Receiver receiver) {
		final int length = altered.length();
		final float[] elements = new float[Math.multiplyExact(n, length)];
		for (int i = 0; i < n; i++)
			copies.write(first + i, elements, i * length);
		final List<String> names = altered.names(model);
		final Gradients g = model.differentiate(altered.samples(elements, n), names, rules, outputs -> InputGradient.seeds(outputs, target));
		final float[] gradient = altered.interleaved(names.stream().map(g.gradients()::get).toList(), n);
		for (int i = 0; i < n; i++)
			if (!receiver.accept(first + i, elements, gradient, i * length, target.of(g.outputs().get(0), i)))
				return false;
		return true;
	}
}
