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
 *
 * @param layer name of the layer, several by wildcards or commas, or {@code auto} for the last one with spatial extent
 * @param relu whether negative values of the map are dropped
 * @param upsample whether the raw map, too, is given on the input's grid
 */
public record EigenGradCam(String layer, boolean relu, boolean upsample) implements CamFormula {

	@Override
	public Tensor map(final Tensor activations, final Tensor gradient) {
		final float[] products = new float[activations.length()];
		for (int i = 0; i < products.length; i++)
			products[i] = activations.floats()[i] * gradient.floats()[i];
		return PrincipalComponent.of(Tensor.of(products, activations.shape()));
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "eigen-grad-cam", label = "EigenGradCAM...", menuPath = "Plugins>Glassbox>EigenGradCAM...",
		description = "Where the strongest pattern is in what a layer contributes to the score.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final String layers, final boolean positive, final boolean fine) {
			return new EigenGradCam(layers, positive, fine);
		}
	}
}
