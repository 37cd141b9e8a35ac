package io.glassbox.method;

import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;

import org.scijava.plugin.Parameter;

/** The settings that methods share which integrate the gradient along a path to the input. */
abstract class PathCommand extends GradientCommand {

	@Parameter(label = "Steps", persist = false, min = "1", max = "1600",
		description = "Samples between the beginning of the path and the image.")
	private int steps = 50;

	@Parameter(label = "Integrate by", persist = false, choices = { "gausslegendre", "riemann_trapezoid", "riemann_left",
		"riemann_middle", "riemann_right" }, description = "Where the samples lie.")
	private String rule = "gausslegendre";

	@Parameter(label = "Tolerance", persist = false, min = "0", max = "1", stepSize = "0.01",
		description = "Double the steps until the map adds up to the difference of scores within this fraction; 0 for never.")
	private double tolerance = 0.01;

	/** The method with its settings, without SmoothGrad. */
	protected abstract Explainer explainer(int samples, Quadrature quadrature, double gap, boolean magnitudes,
		ChannelReduction channels);

	@Override
	protected final Explainer explainer(final boolean magnitudes, final ChannelReduction channels) {
		return explainer(steps, Quadrature.parse(rule), tolerance, magnitudes, channels);
	}
}
