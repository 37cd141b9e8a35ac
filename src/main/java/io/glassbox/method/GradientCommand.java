package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;

import org.scijava.plugin.Parameter;

/** The settings that methods share which attribute to the elements of the input, by its gradient. */
abstract class GradientCommand extends ExplainCommand {

	@Parameter(label = "Absolute", persist = false,
		description = "Show magnitudes: what matters, rather than what speaks for and against.")
	private boolean absolute = absoluteByDefault();

	@Parameter(label = "Join channels by", persist = false, choices = { "sum", "mean", "max", "l2" },
		description = "How the values of colours or other channels become one for each pixel; l2 and max show magnitudes best.")
	private String join = joinByDefault();

	@Parameter(label = "SmoothGrad samples", persist = false, min = "0", max = "10000",
		description = "Average over so many noisy copies of the image, which makes the map less grainy; 0 for the image alone.")
	private int smooth;

	@Parameter(label = "SmoothGrad noise", persist = false, min = "0", max = "1", stepSize = "0.05",
		description = "Standard deviation of the noise, as a fraction of the input's range.")
	private double noise = SmoothGrad.NOISE;

	/** Whether magnitudes are shown unless chosen otherwise. */
	protected boolean absoluteByDefault() {
		return false;
	}

	/** How channels are joined unless chosen otherwise. */
	protected String joinByDefault() {
		return "sum";
	}

	/** The method with its settings, without SmoothGrad. */
	protected abstract Explainer explainer(boolean magnitudes, ChannelReduction channels);

	@Override
	protected final Explainer explainer() {
		final Explainer one = explainer(absolute, ChannelReduction.parse(join));
		return smooth == 0 ? one : new SmoothGrad(one, smooth, noise, SmoothGrad.Statistic.MEAN, 0, 0);
	}
}
