package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.GaussianBlur;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Sigma;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * Blur integrated gradients: what each pixel contributes to the score while the image comes into focus.
 * <p>
 * Xu, Venugopalan and Sundararajan, <em>Attribution in Scale and Space</em>, CVPR 2020, equation 3: the integral, from the most
 * blurred image to the image itself, of the gradient times how the blurred image changes with the scale. No baseline has to be
 * chosen, and no colour is taken for absence: what is absent is detail. Attributions add up to {@code f(x) - f(most blurred x)},
 * as far as the integral is exact; the gap is told, and steps are doubled as by {@link IntegratedGradients}.
 * </p>
 * <p>
 * The value of the integral does not depend on how fast the path is walked. Here sigma falls with the {@value #POWER}th power of
 * what is left of the way, so that most samples lie where details appear. The change with sigma is exact, not a difference
 * quotient; beyond its border the image is reflected, see {@link GaussianBlur}. Volumes are blurred alike along their three
 * axes, in voxels of the network's input. Inputs that are no images stay as they are and get nothing.
 * </p>
 *
 * @param sigma of the most blurred image
 * @param steps samples of the integral, at least 1
 * @param tolerance largest gap as a fraction of the difference of scores; 0 for the steps as they are
 * @param absolute whether magnitudes are taken
 */
public record BlurIntegratedGradients(Sigma sigma, int steps, Quadrature rule, double tolerance, boolean absolute,
	ChannelReduction channels) implements Explainer
{

	private static final String NAME = "Blur integrated gradients";

	private static final int POWER = 3;

	public BlurIntegratedGradients {
		new PathIntegral(NAME, steps, rule, tolerance); // refuses what it cannot do
	}

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		final Elements images = images(inputs);
		final List<Tensor> sharp = images.split(images.joined());
		final List<Double> widths = sharp.stream().map(sigma::of).toList();
		return new PathIntegral(NAME, steps, rule, tolerance).along((u, elements, at) -> {
			final double[] direction = new double[images.length()];
			int from = 0;
			for (int k = 0; k < sharp.size(); k++) {
				final double widest = widths.get(k);
				final double left = 1 - u;
				final GaussianBlur.Change blur = GaussianBlur.change(sharp.get(k), widest * Math.pow(left, POWER));
				final double speed = -widest * POWER * Math.pow(left, POWER - 1); // d sigma / du
				for (int i = 0; i < blur.blurred().length; i++) {
					elements[at + from + i] = (float) blur.blurred()[i];
					direction[from + i] = speed * blur.change()[i];
				}
				from += blur.blurred().length;
			}
			return direction;
		}, model, images, target, absolute, channels, Map.of("largest sigma", sigma + (sigma.relative()
			? " of the longest side" : " pixels of the network's input")), progress);
	}

	private static Elements images(final List<Tensor> inputs) {
		final List<Integer> images = IntStream.range(0, inputs.size()).filter(i -> inputs.get(i).isFloat() && inputs.get(i)
			.rank() >= 4).boxed().toList();
		if (images.isEmpty()) throw new GlassboxException(NAME + " needs an image to blur, 1 x channels x height x width; the " +
			"network takes " + inputs.stream().map(t -> Arrays.toString(t.shape())).toList() + ".");
		return new Elements(inputs, images);
	}

	/** Blur integrated gradients in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "blur-integrated-gradients", label = "Blur Integrated Gradients...",
		menuPath = "Plugins>Glassbox>Blur Integrated Gradients...",
		description = "What each pixel contributes to the score while the image comes into focus.")
	public static class Dialog extends PathCommand {

		@Parameter(label = "Largest sigma", persist = false,
			description = "Blur to begin with: '25%' of the longest side, or '50' pixels of the network's input.")
		private String sigma = "25%";

		@Override
		protected Explainer explainer(final int samples, final Quadrature quadrature, final double gap,
			final boolean magnitudes, final ChannelReduction channels)
		{
			return new BlurIntegratedGradients(Sigma.parse(sigma), samples, quadrature, gap, magnitudes, channels);
		}
	}
}
