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
 */
public record XGradCam(CamSettings settings) implements CamFormula {

	/** With channels joined and maps upsampled as is usual, see {@link CamSettings}. */
	public XGradCam(final String layer, final boolean relu, final boolean upsample) {
		this(new CamSettings(layer, relu, upsample));
	}

	private static final double EPSILON = 1e-7;

	@Override
	public Contributions contributions(final Tensor activations, final Tensor gradient) {
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
		return Contributions.ofChannels(activations, weights);
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "xgrad-cam", label = "XGrad-CAM...", menuPath = "Plugins>Glassbox>XGrad-CAM...",
		description = "Grad-CAM whose channel weights are means of the gradient weighted by the activation.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new XGradCam(settings);
		}
	}
}
