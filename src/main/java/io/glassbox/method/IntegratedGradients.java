package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * Integrated gradients: what each pixel contributes to the difference of the score from that of a baseline.
 * <p>
 * Sundararajan, Taly and Yan, <em>Axiomatic Attribution for Deep Networks</em>, ICML 2017, equation 1:
 * {@code (x - x') times the integral of the gradient at x' + a (x - x') for a from 0 to 1}. Attributions add up to
 * {@code f(x) - f(x')} (completeness, proposition 1), as far as the integral is exact. How far it is not is told: the gap, in
 * percent of the difference. With a tolerance, steps are doubled until the gap is below, or there are
 * {@value #MOST_STEPS}. Values are in units of the score.
 * </p>
 *
 * @param steps samples of the integral, at least 1
 * @param tolerance largest gap as a fraction of the difference of scores; 0 for the steps as they are
 * @param absolute whether magnitudes are taken
 */
public record IntegratedGradients(int steps, Quadrature rule, Baseline baseline, double tolerance, boolean absolute,
	ChannelReduction channels) implements Explainer
{

	/** Beyond, a network that has not come close is not smooth enough on the way from this baseline. */
	static final int MOST_STEPS = 1600;

	public IntegratedGradients {
		if (steps < 1 || steps > MOST_STEPS) throw new GlassboxException("Integrated gradients takes 1 to " + MOST_STEPS +
			" steps, found " + steps + ".");
		if (!(tolerance >= 0)) throw new GlassboxException("The tolerance of integrated gradients is 0 or more, found " + tolerance +
			".");
	}

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		progress.check();
		final Tensor output = model.score(inputs).get(0);
		final Target.Resolved resolved = target.resolve(output);
		final Elements elements = Elements.of(inputs);
		final float[] from = elements.joined(inputs.stream().map(t -> t.isFloat() ? baseline.of(t) : t).toList());
		final double without = InputGradient.score(model.score(elements.with(from)).get(0), 0, resolved);
		final double difference = resolved.score() - without;
		final GradientSamples samples = new GradientSamples(model, elements, resolved, Map.of());
		int n = steps;
		float[] raw = integral(samples, elements.joined(), from, n, progress);
		while (tolerance > 0 && gap(raw, difference) > tolerance * Math.abs(difference) && 2 * n <= MOST_STEPS) {
			n *= 2;
			raw = integral(samples, elements.joined(), from, n, progress);
		}
		return InputMap.of(elements, raw, model, absolute, channels, resolved, output, facts(raw, difference, without, n));
	}

	private float[] integral(final GradientSamples samples, final float[] x, final float[] from, final int n,
		final Progress progress)
	{
		final Quadrature.Nodes nodes = rule.nodes(n);
		final double[] sum = new double[x.length];
		samples.forEach(n, (i, to, at) -> {
			for (int k = 0; k < sum.length; k++)
				to[at + k] = (float) (from[k] + nodes.at()[i] * ((double) x[k] - from[k]));
		}, progress, "Integrated gradients", (i, elements, gradient, at, score) -> {
			for (int k = 0; k < sum.length; k++)
				sum[k] += nodes.weights()[i] * gradient[at + k];
			return true;
		});
		final float[] raw = new float[sum.length];
		for (int k = 0; k < raw.length; k++)
			raw[k] = (float) (sum[k] * ((double) x[k] - from[k]));
		return raw;
	}

	private static double gap(final float[] raw, final double difference) {
		double sum = 0;
		for (final float v : raw)
			sum += v;
		return Math.abs(sum - difference);
	}

	private Map<String, String> facts(final float[] raw, final double difference, final double without, final int n) {
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put("steps", "" + n);
		facts.put("score of the baseline", String.format(Locale.ROOT, "%.6g", without));
		final double gap = gap(raw, difference);
		facts.put("completeness gap", String.format(Locale.ROOT, "%.3g, %.2g %% of the difference of scores", gap, 100 * gap /
			Math.abs(difference)) + (tolerance > 0 && gap > tolerance * Math.abs(difference)
				? "; above the tolerance: the network is too curved between baseline and image for " + n + " steps" : ""));
		return facts;
	}

	/** Integrated gradients in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "integrated-gradients", label = "Integrated Gradients...",
		menuPath = "Plugins>Glassbox>Integrated Gradients...",
		description = "What each pixel contributes to the difference of the score from that of an empty image.")
	public static class Dialog extends GradientCommand {

		@Parameter(label = "Steps", persist = false, min = "1", max = "1600",
			description = "Samples between baseline and image.")
		private int steps = 50;

		@Parameter(label = "Integrate by", persist = false, choices = { "gausslegendre", "riemann_trapezoid", "riemann_left",
			"riemann_middle", "riemann_right" }, description = "Where the samples lie.")
		private String rule = "gausslegendre";

		@Parameter(label = "Baseline", persist = false, choices = { "zero", "mean", "min", "max" },
			description = "What an absent pixel is: 0 in the network's input, or the channel's mean, darkest or brightest value.")
		private String baseline = "zero";

		@Parameter(label = "Tolerance", persist = false, min = "0", max = "1", stepSize = "0.01",
			description = "Double the steps until the map adds up to the difference of scores within this fraction; 0 for never.")
		private double tolerance = 0.01;

		@Override
		protected Explainer explainer(final boolean magnitudes, final ChannelReduction channels) {
			return new IntegratedGradients(steps, Quadrature.parse(rule), Baseline.parse(baseline), tolerance, magnitudes,
				channels);
		}
	}
}
