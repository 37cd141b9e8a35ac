package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.Map;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * Gradient SHAP: expected gradients of noisy copies of the image, an approximation of SHAP values for networks that
 * differentiate.
 * <p>
 * Lundberg's GradientExplainer, as captum's GradientShap: the expectation of
 * {@code (x + e - x') times the gradient at x' + a (x + e - x')} over baselines {@code x'}, Gaussian noise {@code e}
 * and {@code a} from 0 to 1. Captum draws all three at random; here they are spread evenly, as
 * {@link ExpectedGradients} does, which has the same mean and less chance. Attributions add up to the mean score of
 * noisy copies less that of the baselines: the gap to the image's own score, which is told, grows with the noise.
 * </p>
 *
 * @param baselines by name
 * @param samples gradients to take, at most
 * @param noise standard deviation, as a fraction of each input's range; 0 for expected gradients
 * @param tolerance standard error at which to stop, as a fraction of the map's mean magnitude; 0 for never
 * @param absolute whether magnitudes are taken
 */
public record GradientShap(Map<String, Baseline> baselines, int samples, double noise, double tolerance, long seed,
	boolean absolute, ChannelReduction channels) implements Explainer
{

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		return new ExpectedGradients(baselines, samples, noise, tolerance, seed, absolute, channels).explain(model, inputs, target,
			progress);
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "gradient-shap", label = "Gradient SHAP...",
		menuPath = "Plugins>Glassbox>Gradient SHAP...",
		description = "What each pixel contributes to the difference of the score from its mean over baselines, averaged over noisy " +
			"copies of the image.")
	public static class Dialog extends GradientCommand {

		@Parameter(label = "Baselines", persist = false, description = "A folder of images or .npy tensors, a .npy with one " +
			"sample after another, or a list of zero, mean, min, max, blur, 'blur 10%', noise, 'noise 7' and files, with commas between.")
		private String baselines = ExpectedGradients.OF_THE_INPUT;

		@Parameter(label = "Samples", persist = false, min = "1", max = "100000", description = "Gradients to take, at most.")
		private int samples = 200;

		@Parameter(label = "Noise of the image", persist = false, min = "0", max = "10", stepSize = "0.05",
			description = "Standard deviation of what is added to the image for each gradient, as a fraction of its range.")
		private double stdev = 0.1;

		@Parameter(label = "Stop at error", persist = false, min = "0", max = "1", stepSize = "0.01",
			description = "Stop once the standard error is this fraction of the map's mean magnitude; 0 to take all samples.")
		private double tolerance;

		@Parameter(label = "Seed", persist = false, description = "The same seed gives the same map.")
		private long seed;

		@Override
		protected Explainer explainer(final boolean magnitudes, final ChannelReduction channels) {
			return new GradientShap(baselines().several(baselines), samples, stdev, tolerance, seed, magnitudes, channels);
		}
	}
}
