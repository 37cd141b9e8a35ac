package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;
import io.glassbox.rule.Composite;
import io.glassbox.rule.ReluRules;

import org.scijava.plugin.Plugin;

/**
 * The deconvnet: which pixels excite the neurons that drive a score, whatever went forward.
 * <p>
 * Zeiler and Fergus, <em>Visualizing and Understanding Convolutional Networks</em>, ECCV 2014, section 2.1: the gradient, but
 * each ReLU passes back what is positive, in place of what went forward. Only ReLU is altered; max pooling passes to where
 * the maximum was, as the switches of the paper do.
 * </p>
 *
 * @param absolute whether magnitudes are taken
 */
public record Deconvnet(boolean absolute, ChannelReduction channels) implements AlteredRelus {

	@Override
	public Composite relus() {
		return ReluRules.deconvolution();
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "deconvnet", label = "Deconvnet...",
		menuPath = "Plugins>Glassbox>Deconvnet...",
		description = "The gradient, but each ReLU passes back what is positive (Zeiler and Fergus). For networks with ReLU.")
	public static class Dialog extends GradientCommand {

		@Override
		protected Explainer explainer(final boolean magnitudes, final ChannelReduction channels) {
			return new Deconvnet(magnitudes, channels);
		}
	}
}
