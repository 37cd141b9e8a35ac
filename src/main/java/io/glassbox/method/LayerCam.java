package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Tensor;

import org.scijava.plugin.Plugin;

/**
 * LayerCAM: each place of a layer times the positive part of the derivative of the score by it.
 * <p>
 * Jiang et al., <em>LayerCAM</em>, IEEE Transactions on Image Processing 2021, equations 5 and 6:
 * {@code sum_k relu(g_k) A_k}, elementwise. Works at early layers, where maps are fine, better than Grad-CAM does. (The paper
 * stretches the maps of early layers by a hyperbolic tangent before it joins them; they are joined here as all others are.)
 * </p>
 *
 * @param layer name of the layer, several by wildcards or commas, or {@code auto} for the last one with spatial extent
 * @param relu whether negative values of the map are dropped
 * @param upsample whether the raw map, too, is given on the input's grid
 */
public record LayerCam(String layer, boolean relu, boolean upsample) implements CamFormula {

	@Override
	public Tensor map(final Tensor activations, final Tensor gradient) {
		return ActivationMap.sum(activations, gradient, (a, g) -> a * Math.max(0, g));
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "layer-cam", label = "LayerCAM...", menuPath = "Plugins>Glassbox>LayerCAM...",
		description = "Each place of a layer times the positive part of the gradient; fine maps from early layers.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final String layers, final boolean positive, final boolean fine) {
			return new LayerCam(layers, positive, fine);
		}
	}
}
