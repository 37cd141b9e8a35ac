package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Tensor;

import org.scijava.plugin.Plugin;

/**
 * Grad-CAM++: Grad-CAM whose channels are weighted place by place, so that several objects of a class all show.
 * <p>
 * Chattopadhay et al., <em>Grad-CAM++</em>, WACV 2018, equations 10 and 19, with the exponential of the score as target, so that
 * powers of the first derivative stand for higher ones: {@code alpha = g^2 / (2 g^2 + sum_ij(A_k) g^3)}, the weight of a channel
 * is {@code sum_ij alpha relu(g)}. As in pytorch-grad-cam, a millionth is added below the line, alpha is 0 where g is, and g is
 * the derivative of the score itself.
 * </p>
 */
public record GradCamPlusPlus(CamSettings settings) implements CamFormula {

	/** With channels joined and maps upsampled as is usual, see {@link CamSettings}. */
	public GradCamPlusPlus(final String layer, final boolean relu, final boolean upsample) {
		this(new CamSettings(layer, relu, upsample));
	}

	private static final double EPSILON = 1e-6;

	@Override
	public Contributions contributions(final Tensor activations, final Tensor gradient) {
		final int channels = activations.size(1);
		final int places = activations.length() / channels;
		final double[] weights = new double[channels];
		for (int k = 0; k < channels; k++) {
			double sum = 0;
			for (int i = 0; i < places; i++)
				sum += activations.floats()[k * places + i];
			for (int i = 0; i < places; i++)
				weights[k] += weight(gradient.floats()[k * places + i], sum);
		}
		return Contributions.ofChannels(activations, weights);
	}

	private static double weight(final double g, final double sum) {
		return g <= 0 ? 0 : g * (g * g / (2 * g * g + sum * g * g * g + EPSILON));
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "grad-cam++", label = "Grad-CAM++...", menuPath = "Plugins>Glassbox>Grad-CAM++...",
		description = "Grad-CAM weighted place by place, so that several objects of a class all show.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new GradCamPlusPlus(settings);
		}
	}
}
