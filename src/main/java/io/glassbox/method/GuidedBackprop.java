package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;
import io.glassbox.rule.Composite;
import io.glassbox.rule.ReluRules;

import org.scijava.plugin.Plugin;

/**
 * Guided backpropagation: which pixels excite the neurons that drive a score.
 * <p>
 * Springenberg et al., <em>Striving for Simplicity</em>, ICLR 2015 workshop, section 3.4: the gradient, but each ReLU passes back
 * only what is positive, and only where its input was. Only ReLU is altered; other activations keep their derivative, as in
 * Captum. The map shows sharp structures; it says little about <em>which</em> class they speak for, see Adebayo et al.,
 * <em>Sanity Checks for Saliency Maps</em>, NeurIPS 2018: multiply it with Grad-CAM for that ({@link GuidedGradCam}).
 * </p>
 *
 * @param absolute whether magnitudes are taken
 */
public record GuidedBackprop(boolean absolute, ChannelReduction channels) implements AlteredRelus {

	@Override
	public Composite relus() {
		return ReluRules.guided();
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "guided-backprop", label = "Guided Backpropagation...",
		menuPath = "Plugins>Glassbox>Guided Backpropagation...",
		description = "Which pixels excite the neurons that drive the score: sharp, but hardly tells classes apart. For networks with ReLU.")
	public static class Dialog extends GradientCommand {

		@Override
		protected Explainer explainer(final boolean magnitudes, final ChannelReduction channels) {
			return new GuidedBackprop(magnitudes, channels);
		}
	}
}
