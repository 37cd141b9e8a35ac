package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Model;
import io.glassbox.graph.Rule;
import io.glassbox.rule.ReluRules;

import java.util.Map;

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
public record Deconvnet(boolean absolute, ChannelReduction channels) implements OnePass {

	/** @throws io.glassbox.graph.GlassboxException if the model is a black box */
	@Override
	public Map<String, Rule> rules(final Model model) {
		return ReluRules.deconvolution().on(model.network());
	}

	@Override
	public float value(final float element, final float gradient) {
		return gradient;
	}

	@Override
	public Map<String, String> facts(final Model model) {
		return ReluRules.facts(model.network());
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
