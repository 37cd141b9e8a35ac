package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Tensor;

import org.scijava.plugin.Plugin;

/**
 * XGrad-CAM: Grad-CAM whose channel weights are means of the gradient weighted by the activation.
 * <p>
 * Fu et al., <em>Axiom-based Grad-CAM</em>, BMVC 2020, equation 8: {@code w_k = sum_ij g A_k / sum_ij A_k}. A ten-millionth is
 * added below the line, as in pytorch-grad-cam.
 * </p>
 *
 * @param layer name of the layer, several by wildcards or commas, or {@code auto} for the last one with spatial extent
 * @param relu whether negative values of the map are dropped
 * @param upsample whether the raw map, too, is given on the input's grid
 */
public record XGradCam(String layer, boolean relu, boolean upsample) implements CamFormula {

	private static final double EPSILON = 1e-7;

	@Override
	public Tensor map(final Tensor activations, final Tensor gradient) {
		final int channels = activations.size(1);
		final int places = activations.length() / channels;
		final double[] weights = new double[channels];
		for (int k = 0; k < channels; k++) {
			double products = 0;
			double sum = EPSILON;
			for (int i = k * places; i < (k + 1) * places; i++) {
				products += (double) gradient.floats()[i] * activations.floats()[i];
				sum += activations.floats()[i];
			}
			weights[k] = products / sum;
		}
		return ActivationMap.weightedSum(activations, weights);
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "xgrad-cam", label = "XGrad-CAM...", menuPath = "Plugins>Glassbox>XGrad-CAM...",
		description = "Grad-CAM whose channel weights are means of the gradient weighted by the activation.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final String layers, final boolean positive, final boolean fine) {
			return new XGradCam(layers, positive, fine);
		}
	}
}
