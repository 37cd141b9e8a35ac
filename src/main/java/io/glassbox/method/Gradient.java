package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Model;
import io.glassbox.graph.Rule;

import java.util.Map;

import org.scijava.plugin.Plugin;

/**
 * The gradient, or saliency: how much the score would change with each pixel.
 * <p>
 * Simonyan, Vedaldi and Zisserman, <em>Deep Inside Convolutional Networks</em>, ICLR 2014 workshop, section 3: the derivative
 * of the score by the input, its magnitude taken, and the largest among the channels. In units of the score for one unit of
 * the network's input. Signed on request. Needs gradients, but no graph.
 * </p>
 *
 * @param absolute whether magnitudes are taken
 */
public record Gradient(boolean absolute, ChannelReduction channels) implements OnePass {

	@Override
	public Map<String, Rule> rules(final Model model) {
		return Map.of();
	}

	@Override
	public float value(final float element, final float gradient) {
		return gradient;
	}

	/** The gradient in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "gradient", label = "Gradient...", menuPath = "Plugins>Glassbox>Gradient...",
		description = "How much the score would change with each pixel (saliency map).")
	public static class Dialog extends GradientCommand {

		@Override
		protected boolean absoluteByDefault() {
			return true;
		}

		@Override
		protected String joinByDefault() {
			return "max";
		}

		@Override
		protected Explainer explainer(final boolean magnitudes, final ChannelReduction channels) {
			return new Gradient(magnitudes, channels);
		}
	}
}
