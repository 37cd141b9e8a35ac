package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Tensor;

import org.scijava.plugin.Plugin;

/**
 * HiResCAM: each place of a layer times the derivative of the score by it.
 * <p>
 * Draelos and Carin, <em>Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural networks</em>,
 * 2020, equation 4: {@code sum_k g_k A_k}, elementwise. Unlike Grad-CAM it never shows a place the network did not use. For a
 * layer followed by one linear layer the map plus the bias is the score.
 * </p>
 *
 * @param layer name of the layer, several by wildcards or commas, or {@code auto} for the last one with spatial extent
 * @param relu whether negative values of the map are dropped
 * @param upsample whether the raw map, too, is given on the input's grid
 */
public record HiResCam(String layer, boolean relu, boolean upsample) implements CamFormula {

	@Override
	public Tensor map(final Tensor activations, final Tensor gradient) {
		return ActivationMap.sum(activations, gradient, (a, g) -> a * g);
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "hires-cam", label = "HiResCAM...", menuPath = "Plugins>Glassbox>HiResCAM...",
		description = "Each place of a layer times the derivative of the score by it; never shows what the network did not use.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final String layers, final boolean positive, final boolean fine) {
			return new HiResCam(layers, positive, fine);
		}
	}
}
