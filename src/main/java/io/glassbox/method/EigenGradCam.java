package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Tensor;

import org.scijava.plugin.Plugin;

/**
 * EigenGradCAM: where the strongest pattern is in what a layer contributes to the score.
 * <p>
 * As {@link EigenCam}, of the product of the layer's output with the derivative of the score by it, as in pytorch-grad-cam,
 * which the method comes from. The sign is the one by which places that speak for the score come out positive.
 * </p>
 */
public record EigenGradCam(CamSettings settings) implements CamFormula {

	/** With channels joined and maps upsampled as is usual, see {@link CamSettings}. */
	public EigenGradCam(final String layer, final boolean relu, final boolean upsample) {
		this(new CamSettings(layer, relu, upsample));
	}

	@Override
	public Contributions contributions(final Tensor activations, final Tensor gradient) {
		return Contributions.ofElements(activations, gradient, (a, g) -> a * g);
	}

	/** By the method itself, whether chosen or not. */
	@Override
	public Tensor joined(final Contributions contributions) {
		return contributions.principalComponent();
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "eigen-grad-cam", label = "EigenGradCAM...", menuPath = "Plugins>Glassbox>EigenGradCAM...",
		description = "Where the strongest pattern is in what a layer contributes to the score.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new EigenGradCam(settings);
		}
	}
}
