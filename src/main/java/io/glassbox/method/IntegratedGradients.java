package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.List;
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
 * {@value PathIntegral#MOST_STEPS}. Values are in units of the score.
 * </p>
 *
 * @param steps samples of the integral, at least 1
 * @param tolerance largest gap as a fraction of the difference of scores; 0 for the steps as they are
 * @param absolute whether magnitudes are taken
 */
public record IntegratedGradients(int steps, Quadrature rule, Baseline baseline, double tolerance, boolean absolute,
	ChannelReduction channels) implements Explainer
{

	private static final String NAME = "Integrated gradients";

	public IntegratedGradients {
		new PathIntegral(NAME, steps, rule, tolerance); // refuses what it cannot do
	}

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		final Elements all = Elements.of(inputs);
		final float[] x = all.joined();
		final float[] from = all.joined(inputs.stream().map(t -> t.isFloat() ? baseline.of(t) : t).toList());
		final double[] difference = new double[x.length];
		for (int k = 0; k < x.length; k++)
			difference[k] = (double) x[k] - from[k];
		return new PathIntegral(NAME, steps, rule, tolerance).along((u, elements, at) -> {
			for (int k = 0; k < x.length; k++)
				elements[at + k] = (float) (from[k] + u * difference[k]);
			return difference;
		}, model, all, target, absolute, channels, Map.of(), progress);
	}

	/** Integrated gradients in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "integrated-gradients", label = "Integrated Gradients...",
		menuPath = "Plugins>Glassbox>Integrated Gradients...",
		description = "What each pixel contributes to the difference of the score from that of an empty image.")
	public static class Dialog extends PathCommand {

		@Parameter(label = "Baseline", persist = false,
			description = "What an absent pixel is: zero, mean, min or max of the channel, blur, 'blur 10%', noise, " +
				"'value 0.5', 'colour 255 255 255', or a file: an image, or a tensor as .npy.")
		private String baseline = "zero";

		@Override
		protected Explainer explainer(final int samples, final Quadrature quadrature, final double gap,
			final boolean magnitudes, final ChannelReduction channels)
		{
			return new IntegratedGradients(samples, quadrature, baselines().one(baseline), gap, magnitudes, channels);
		}
	}
}
