package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;

/**
 * The gradient integrated along a path that ends at the input: what each element contributes to the difference of the score
 * from that at the path's beginning.
 * <p>
 * By the fundamental theorem of calculus the attributions add up to that difference (completeness), as far as the integral
 * is exact. How far it is not is told: the gap, in percent of the difference. With a tolerance, steps are doubled until the gap
 * is below, or there are {@value #MOST_STEPS}.
 * </p>
 *
 * @param name of the method, for messages
 * @param steps samples of the integral, at least 1
 * @param tolerance largest gap as a fraction of the difference of scores; 0 for the steps as they are
 */
record PathIntegral(String name, int steps, Quadrature rule, double tolerance) {

	/** Beyond, a network that has not come close is not smooth enough on the way. */
	static final int MOST_STEPS = 1600;

	/** A curve in the space of inputs, from {@code u} = 0 to the input itself at {@code u} = 1. */
	@FunctionalInterface
	interface Path {

		/**
		 * Writes the point at {@code u} to {@code elements}, from {@code at} on.
		 *
		 * @return the derivative of each element by {@code u}
		 */
		double[] point(double u, float[] elements, int at);
	}

	PathIntegral {
		if (steps < 1 || steps > MOST_STEPS) throw new GlassboxException(name + " takes 1 to " + MOST_STEPS + " steps, found " +
			steps + ".");
		if (!(tolerance >= 0)) throw new GlassboxException("The tolerance of " + name + " is 0 or more, found " + tolerance + ".");
	}

	/**
	 * Attributes to elements of the inputs.
	 *
	 * @param more what the method has to tell beside steps, the score where the path begins, and the gap
	 */
	Attribution along(final Path path, final Model model, final Elements elements, final Target target,
		final boolean absolute, final ChannelReduction channels, final Map<String, String> more, final Progress progress)
	{
		progress.check();
		final Tensor output = model.score(elements.inputs()).get(0);
		final Target.Resolved resolved = target.resolve(output);
		final float[] from = new float[elements.length()];
		path.point(0, from, 0);
		final double without = resolved.of(model.score(elements.with(from)).get(0), 0);
		final double difference = resolved.score() - without;
		final GradientSamples samples = new GradientSamples(model, elements, resolved, Map.of());
		int n = steps;
		float[] raw = integral(path, samples, from.length, n, progress);
		while (tolerance > 0 && gap(raw, difference) > tolerance * Math.abs(difference) && 2 * n <= MOST_STEPS) {
			n *= 2;
			raw = integral(path, samples, from.length, n, progress);
		}
		final Map<String, String> facts = new LinkedHashMap<>(more);
		tell(raw, difference, without, n, facts);
		return InputMap.of(elements, raw, model, absolute, channels, resolved, output, facts);
	}

	private float[] integral(final Path path, final GradientSamples samples, final int length, final int n,
		final Progress progress)
	{
		final Quadrature.Nodes nodes = rule.nodes(n);
		final double[] sum = new double[length];
		final Queue<double[]> directions = new ArrayDeque<>();
		samples.forEach(n, (i, to, at) -> {
			progress.check();
			directions.add(path.point(nodes.at()[i], to, at));
		}, progress, name, (i, point, gradient, at, score) -> {
			final double[] direction = directions.remove();
			for (int k = 0; k < sum.length; k++)
				sum[k] += nodes.weights()[i] * gradient[at + k] * direction[k];
			return true;
		});
		final float[] raw = new float[sum.length];
		for (int k = 0; k < raw.length; k++)
			raw[k] = (float) sum[k];
		return raw;
	}

	private static double gap(final float[] raw, final double difference) {
		double sum = 0;
		for (final float v : raw)
			sum += v;
		return Math.abs(sum - difference);
	}

	private void tell(final float[] raw, final double difference, final double without, final int n,
		final Map<String, String> facts)
	{
		facts.put("steps", "" + n);
		facts.put("score of the baseline", String.format(Locale.ROOT, "%.6g", without));
		final double gap = gap(raw, difference);
		facts.put("completeness gap", String.format(Locale.ROOT, "%.3g, %.2g %% of the difference of scores", gap, gap == 0 ? 0
			: 100 * gap / Math.abs(difference)) + (tolerance > 0 && gap > tolerance * Math.abs(difference)
				? "; above the tolerance: the network is too curved between baseline and image for " + n + " steps" : ""));
	}
}
