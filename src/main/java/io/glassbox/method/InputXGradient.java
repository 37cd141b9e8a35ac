package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Model;
import io.glassbox.graph.Rule;

import java.util.Map;

import org.scijava.plugin.Plugin;

/**
 * Input times gradient: what each pixel contributes to the score, if the network were linear.
 * <p>
 * Shrikumar et al., <em>Not Just a Black Box</em>, 2016, section 2.1. Values are products of the network's input, as
 * normalised, with the derivative of the score by it; in units of the score. For a network of convolutions, ReLU and max
 * pooling without biases they add up to the score.
 * </p>
 *
 * @param absolute whether magnitudes are taken
 */
public record InputXGradient(boolean absolute, ChannelReduction channels) implements OnePass {

	@Override
	public Map<String, Rule> rules(final Model model) {
		return Map.of();
	}

	@Override
	public float value(final float element, final float gradient) {
		return element * gradient;
	}

	/** Input times gradient in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "input-x-gradient", label = "Input x Gradient...",
		menuPath = "Plugins>Glassbox>Input x Gradient...",
		description = "What each pixel contributes to the score, as far as the network is linear: the input times its gradient.")
	public static class Dialog extends GradientCommand {

		@Override
		protected Explainer explainer(final boolean magnitudes, final ChannelReduction channels) {
			return new InputXGradient(magnitudes, channels);
		}
	}
}
