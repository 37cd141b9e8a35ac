package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Tensor;

import org.scijava.plugin.Plugin;

/**
 * Gradient-weighted class activation mapping: where in the picture the features that drive a score
 * are.
 * <p>
 * Selvaraju et al., <em>Grad-CAM</em>, ICCV 2017, equations 1 and 2. With {@code A_k} the k-th channel
 * of a layer's output and {@code y} the score, the weight of a channel is its mean gradient,
 * {@code w_k = mean_ij dy/dA_k[i,j]}, and the map is {@code relu(sum_k w_k A_k)}. Works for two and for
 * three spatial dimensions. The raw map has shape 1 x 1 x spatial extents of the layer, in units of
 * the score, not normalised; the map on the input's grid is that one, linearly interpolated.
 * </p>
 * <p>
 * Of several layers each gives its map; these are scaled and averaged on the input's grid, as pytorch-grad-cam does,
 * see {@link ActivationMap#joined}. The result has no unit.
 * </p>
 */
public record GradCam(CamSettings settings) implements CamFormula {

	/** With channels joined and maps upsampled as is usual, see {@link CamSettings}. */
	public GradCam(final String layer, final boolean relu, final boolean upsample) {
		this(new CamSettings(layer, relu, upsample));
	}

	@Override
	public Contributions contributions(final Tensor activations, final Tensor gradient) {
		return Contributions.ofChannels(activations, meanOverSpace(gradient));
	}

	static double[] meanOverSpace(final Tensor gradient) {
		final int channels = gradient.size(1);
		final int places = gradient.length() / channels;
		final double[] mean = new double[channels];
		for (int i = 0; i < gradient.length(); i++)
			mean[i / places] += gradient.floats()[i] / (double) places;
		return mean;
	}

	/** Grad-CAM in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "grad-cam", label = "Grad-CAM...",
		menuPath = "Plugins>Glassbox>Grad-CAM...",
		description = "Where the features that drive a score are: channels of a layer weighted by their mean gradient.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new GradCam(settings);
		}
	}
}
