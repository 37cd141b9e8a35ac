package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Interpolation;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * Score-CAM: a channel counts by the score of the image seen through it alone. Needs no gradients.
 * <p>
 * Wang et al., <em>Score-CAM</em>, CVPR workshops 2020, algorithm 1. Each channel {@code A_k} of a layer, resized to the
 * input and scaled to reach from 0 to 1, becomes a mask {@code H_k}; its weight is the softmax over channels of
 * {@code f(x H_k)}, and the map {@code sum_k w_k A_k}. The paper's baseline {@code f(0)} is taken from every channel alike,
 * so that the softmax cancels it. As in pytorch-grad-cam, a hundred-millionth is added to a channel's range, whereby a channel
 * that is the same everywhere hides the whole image.
 * </p>
 * <p>
 * Of scores that lie far apart the softmax lets the highest alone count: with a segmentation's sum over many pixels, take
 * their mean.
 * </p>
 *
 * @param alignCorners whether masks are resized from corner to corner, as in pytorch-grad-cam, rather than by pixel centres,
 *          as all other maps and the authors' own program do
 */
public record ScoreCam(boolean alignCorners, CamSettings settings) implements ScoredCam {

	/** With channels joined and maps upsampled as is usual, see {@link CamSettings}. */
	public ScoreCam(final String layer, final boolean alignCorners, final boolean relu, final boolean upsample) {
		this(alignCorners, new CamSettings(layer, relu, upsample));
	}

	private static final float EPSILON = 1e-8f;

	@Override
	public String altered() {
		return "of the masked images";
	}

	@Override
	public List<Tensor> copies(final Layer of, final int first, final int n) {
		final Tensor input = Elements.picture(of.inputs());
		final float[] masked = new float[Math.multiplyExact(n, input.length())];
		for (int i = 0; i < n; i++) {
			final float[] mask = mask(of.activations(), first + i, input);
			for (int j = 0; j < input.length(); j++)
				masked[i * input.length() + j] = input.floats()[j] * mask[j % mask.length];
		}
		final int[] shape = input.shape();
		shape[0] = n;
		final Tensor batch = Tensor.of(masked, shape);
		return of.inputs().stream().map(t -> t == input ? batch : t.repeated(n)).toList();
	}

	@Override
	public List<Tensor> outputs(final Layer of, final List<Tensor> copies) {
		return of.model().score(copies);
	}

	/** One channel on the input's grid, from 0 to 1. */
	private float[] mask(final Tensor activations, final int channel, final Tensor input) {
		final int places = activations.length() / activations.size(1);
		final int[] coarse = activations.shape();
		coarse[1] = 1;
		final int[] fine = input.shape();
		fine[1] = 1;
		final Tensor one = Tensor.of(Arrays.copyOfRange(activations.floats(), channel * places, (channel + 1) * places),
			coarse);
		final float[] v = (alignCorners ? Interpolation.linearFromCornerToCorner(one, fine) : Interpolation.linear(one, fine))
			.floats();
		float low = Float.POSITIVE_INFINITY;
		float high = Float.NEGATIVE_INFINITY;
		for (final float x : v) {
			low = Math.min(low, x);
			high = Math.max(high, x);
		}
		final float[] mask = new float[v.length];
		for (int i = 0; i < v.length; i++)
			mask[i] = (v[i] - low) / (high - low + EPSILON);
		return mask;
	}

	/** The softmax of the scores. */
	@Override
	public double[] weights(final double[] scores, final double score) {
		final double highest = Arrays.stream(scores).max().orElseThrow();
		final double[] powers = Arrays.stream(scores).map(s -> Math.exp(s - highest)).toArray();
		final double sum = Arrays.stream(powers).sum();
		return Arrays.stream(powers).map(p -> p / sum).toArray();
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "score-cam", label = "Score-CAM...", menuPath = "Plugins>Glassbox>Score-CAM...",
		description = "Channels of a layer weighted by the score of the image seen through each alone; without gradients.")
	public static class Dialog extends CamCommand {

		@Parameter(label = "Align corners", persist = false,
			description = "Resize masks from corner to corner, as pytorch-grad-cam does, rather than by pixel centres.")
		private boolean aligncorners = true;

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new ScoreCam(aligncorners, settings);
		}
	}
}
