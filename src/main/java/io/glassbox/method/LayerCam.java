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
 */
public record LayerCam(CamSettings settings) implements CamFormula {

	/** With channels joined and maps upsampled as is usual, see {@link CamSettings}. */
	public LayerCam(final String layer, final boolean relu, final boolean upsample) {
		this(new CamSettings(layer, relu, upsample));
	}

	@Override
	public Contributions contributions(final Tensor activations, final Tensor gradient) {
		return Contributions.ofElements(activations, gradient, (a, g) -> a * Math.max(0, g));
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "layer-cam", label = "LayerCAM...", menuPath = "Plugins>Glassbox>LayerCAM...",
		description = "Each place of a layer times the positive part of the gradient; fine maps from early layers.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new LayerCam(settings);
		}
	}
}
