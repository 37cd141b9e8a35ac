package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.Perturbation;
import io.glassbox.perturb.RandomMasks;
import io.glassbox.perturb.ScoreLog;
import io.glassbox.perturb.SharedSamples;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * RISE: where the score is high when a place is seen through random smooth masks. Needs no gradients.
 * <p>
 * Petsiuk, Das and Saenko, <em>RISE: Randomized Input Sampling for Explanation of Black-box Models</em>, BMVC 2018, equation 6: the
 * mean of {@code f(x M) M / p} over masks {@code M} whose places are seen with probability {@code p}. Unseen places are as the
 * baseline has them, 0 in the paper. Every score counts as it is, so that a map lies around the mean score; what matters is where
 * it is higher. Centred, it is the covariance of score and mask: the same map but for the mean score, less noisy, and signed.
 * </p>
 * <p>
 * The map comes with its standard error at every pixel, from the spread of the masks' terms.
 * </p>
 *
 * @param samples masks to score, at most
 * @param cells of the grid of a mask along the image's shorter side
 * @param keep the probability that a cell is seen
 * @param baseline what unseen places are
 * @param centred whether the mean score is taken away
 * @param tolerance standard error at which to stop, as a fraction of the map's spread; 0 for never
 */
public record Rise(int samples, int cells, double keep, Baseline baseline, boolean centred, double tolerance, long seed)
	implements SharedSamples
{

	/** Fewer are not trusted to have converged, nor does looking more often pay. */
	private static final int TRUSTED = 100;

	public Rise {
		if (samples < 2) throw new GlassboxException("RISE takes 2 masks or more, found " + samples + ".");
		if (!(tolerance >= 0)) throw new GlassboxException("The tolerance of RISE is 0 or more, found " + tolerance + ".");
	}

	@Override
	public List<Attribution> explain(final Model model, final List<Tensor> inputs, final List<Target> targets,
		final Progress progress)
	{
		progress.check();
		final Elements picture = Elements.ofPicture(inputs);
		final Tensor image = Elements.image(inputs, "RISE masks");
		final RandomMasks masks = new RandomMasks(Arrays.copyOfRange(image.shape(), 2, image.rank()), cells, keep, seed);
		final Tensor output = model.score(inputs).get(0);
		final List<Target.Resolved> resolved = targets.stream().map(t -> t.resolve(output)).toList();
		final float[] present = picture.joined();
		final float[] absent = baseline.of(image).floats();
		final Map<Integer, float[]> made = new ConcurrentHashMap<>();
		final MaskedScores[] sums = new MaskedScores[targets.size()];
		Arrays.setAll(sums, t -> new MaskedScores(masks.places(), keep, centred));
		final ScoreLog log = new ScoreLog();
		new Perturbation(model, inputs, resolved, log).run(samples, (first, n) -> picture.samples(masked(i -> made.computeIfAbsent(i, masks::mask),
			present, absent, first, n), n), progress, "mask", (i, scores) -> {
				final float[] mask = made.remove(i);
				for (int t = 0; t < scores.length; t++)
					sums[t].add(scores[t], mask);
				progress.partial(() -> attribution(sums[0], image, resolved.get(0), output));
				return tolerance == 0 || (i + 1) % TRUSTED > 0 || sums[0].relativeError() >= tolerance;
			});
		return IntStream.range(0, sums.length).mapToObj(t -> attribution(sums[t], image, resolved.get(t), output).withScores(log.of(
			t))).toList();
	}

	private static float[] masked(final IntFunction<float[]> masks, final float[] present, final float[] absent, final int first,
		final int n)
	{
		final float[] all = new float[Math.multiplyExact(n, present.length)];
		IntStream.range(0, n).parallel().forEach(i -> {
			final float[] mask = masks.apply(first + i);
			for (int e = 0; e < present.length; e++) {
				final float seen = mask[e % mask.length];
				all[i * present.length + e] = seen * present[e] + (1 - seen) * absent[e];
			}
		});
		return all;
	}

	private Attribution attribution(final MaskedScores sum, final Tensor image, final Target.Resolved target, final Tensor output) {
		final float[] map = sum.map();
		final float[] raw = new float[image.length()];
		for (int k = 0; k < raw.length; k++)
			raw[k] = map[k % map.length];
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put("masks", sum.count() + (sum.count() < samples ? " of at most " + samples : "") + ", " + cells + " cells, " + String
			.format(Locale.ROOT, "%.3g", keep) + " of them seen");
		facts.put("standard error", String.format(Locale.ROOT, "%.2g %% of the map's spread", 100 * sum.relativeError()));
		final Attribution a = InputMap.of(Tensor.of(raw, image.shape()), false, ChannelReduction.MEAN, target, output, facts)
			.signed(true);
		return a.withError(Optional.of(Tensor.of(sum.error(), a.map().shape())));
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "rise", label = "RISE...", menuPath = "Plugins>Glassbox>RISE...",
		description = "Where the score is high when a place is seen through random smooth masks.")
	public static class Dialog extends ExplainCommand {

		@Parameter(label = "Masks", persist = false, min = "2", max = "1000000", description = "Masks to score, at most.")
		private int samples = 2000;

		@Parameter(label = "Cells", persist = false, min = "1", max = "1000",
			description = "Cells of a mask along the image's shorter side; fewer show larger things.")
		private int cells = 7;

		@Parameter(label = "Seen", persist = false, min = "0.01", max = "0.99", stepSize = "0.05",
			description = "The probability that a cell is seen.")
		private double keep = 0.5;

		@Parameter(label = "Baseline", persist = false,
			description = "What unseen pixels are: zero, mean, min or max of the channel, blur, 'blur 10%', noise, " +
				"'value 0.5', 'colour 255 255 255', or a file: an image, or a tensor as .npy.")
		private String baseline = "zero";

		@Parameter(label = "Centred", persist = false,
			description = "Take the mean score away first: the same map but for a constant, less noisy, for and against; unticked, as in the paper.")
		private boolean centred = true;

		@Parameter(label = "Stop at error", persist = false, min = "0", max = "10", stepSize = "0.05",
			description = "Stop once the standard error is this fraction of the map's spread; 0 to take all masks.")
		private double tolerance;

		@Parameter(label = "Seed", persist = false, description = "The same seed gives the same masks.")
		private long seed;

		@Override
		protected Explainer explainer() {
			return new Rise(samples, cells, keep, baselines().one(baseline), centred, tolerance, seed);
		}
	}
}
