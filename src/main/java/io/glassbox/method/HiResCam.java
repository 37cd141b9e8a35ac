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
 */
public record HiResCam(CamSettings settings) implements CamFormula {

	/** With channels joined and maps upsampled as is usual, see {@link CamSettings}. */
	public HiResCam(final String layer, final boolean relu, final boolean upsample) {
		this(new CamSettings(layer, relu, upsample));
	}

	@Override
	public Contributions contributions(final Tensor activations, final Tensor gradient) {
		return Contributions.ofElements(activations, gradient, (a, g) -> a * g);
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "hires-cam", label = "HiResCAM...", menuPath = "Plugins>Glassbox>HiResCAM...",
		description = "Each place of a layer times the derivative of the score by it; never shows what the network did not use.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new HiResCam(settings);
		}
	}
}
