package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.RunningMap;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * Expected gradients: integrated gradients averaged over many baselines, so that none of them decides what counts as absent.
 * <p>
 * Erion, Janizek, Sturmfels, Lundberg and Lee, <em>Improving performance of deep learning models with axiomatic attribution
 * priors and expected gradients</em>, Nature Machine Intelligence 2021, equation 3: the expectation of {@code (x - x') times the
 * gradient at x' + a (x - x')} over baselines {@code x'} and {@code a} from 0 to 1. SHAP calls it GradientExplainer. Attributions
 * add up to {@code f(x) - mean f(x')}, as far as the expectation is known: its standard error is told, and the gap beside it.
 * </p>
 * <p>
 * Samples come in rounds. In each, every baseline has its turn in every stretch of {@code a}, and no two baselines in the same
 * part of a stretch; so all baselines count alike, and the rounds are independent: their spread is the standard error. With
 * a tolerance, there are no more rounds once the standard error is below.
 * </p>
 *
 * @param baselines by name; if there are more than half as many as samples, so many of them are drawn
 * @param samples gradients to take, at most
 * @param noise standard deviation of what is added to the input for each sample, as a fraction of each input's range; see
 *          {@link GradientShap}
 * @param tolerance standard error at which to stop, as a fraction of the map's mean magnitude; 0 for never
 * @param seed of the draw
 * @param absolute whether magnitudes are taken
 */
public record ExpectedGradients(Map<String, Baseline> baselines, int samples, double noise, double tolerance,
	long seed, boolean absolute, ChannelReduction channels) implements Explainer
{

	/**
	 * Where no images of the kind that is explained are at hand: each is blind to something else. Zero to what is 0, blurs to
	 * what is smooth at their scale; noise has the image's range and nothing of what it shows.
	 */
	static final String OF_THE_INPUT = "zero, blur 5%, blur 10%, blur 25%, noise 1, noise 2";

	private static final String NAME = "Expected gradients";

	/** So many rounds, if samples suffice, tell their own spread to within a quarter. */
	private static final int ROUNDS = 10;

	/** Fewer rounds are not trusted to have converged. */
	private static final int FEWEST = 4;

	public ExpectedGradients {
		baselines = new LinkedHashMap<>(baselines);
		if (baselines.isEmpty()) throw new GlassboxException(NAME + " needs a baseline or several, found none.");
		if (samples < 1) throw new GlassboxException(NAME + " takes 1 sample or more, found " + samples + ".");
		if (!(noise >= 0 && noise <= 10)) throw new GlassboxException("The noise of " + NAME + " is a fraction of the input's range, found " +
			noise + ".");
		if (!(tolerance >= 0)) throw new GlassboxException("The tolerance of " + NAME + " is 0 or more, found " + tolerance + ".");
	}

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		progress.check();
		final Tensor output = model.score(inputs).get(0);
		final Target.Resolved resolved = target.resolve(output);
		final Elements all = Elements.of(inputs);
		final Random random = new Random(seed);
		final List<float[]> absent = new ArrayList<>();
		double without = 0;
		for (final Baseline baseline : drawn(random)) {
			progress.check();
			final float[] from = all.joined(inputs.stream().map(t -> t.isFloat() ? baseline.of(t) : t).toList());
			without += resolved.of(model.score(all.with(from)).get(0), 0);
			absent.add(from);
		}
		without /= absent.size();
		final Rounds rounds = new Rounds(all, absent, random);
		rounds.run(new GradientSamples(model, all, resolved, Map.of()), progress);
		final Attribution mean = InputMap.of(all, rounds.map.mean(), model, absolute, channels, resolved, output, facts(rounds,
			without, resolved.score() - without));
		return mean.withError(rounds.error(mean.map()));
	}

	private List<Baseline> drawn(final Random random) {
		final List<Baseline> drawn = new ArrayList<>(baselines.values());
		final int most = Math.max(1, samples / 2);
		if (drawn.size() <= most) return drawn;
		Collections.shuffle(drawn, random);
		return drawn.subList(0, most);
	}

	private Map<String, String> facts(final Rounds rounds, final double without, final double difference) {
		final Map<String, String> facts = new LinkedHashMap<>();
		final int used = rounds.absent.size();
		facts.put("baselines", used == baselines.size() ? used + ": " + Names.few(List.copyOf(baselines.keySet())) : used +
			" drawn of " + baselines.size());
		facts.put("samples", rounds.map.count() * rounds.size + (rounds.map.count() < rounds.count ? " of at most " + rounds.count *
			rounds.size + ", converged" : ""));
		if (noise > 0) facts.put("noise", String.format(Locale.ROOT, "%.3g %% of the input's range", 100 * noise));
		facts.put("mean score of the baselines", text(without));
		final double gap = Math.abs(rounds.total.mean()[0] - difference);
		final double error = rounds.total.standardError()[0];
		facts.put("completeness gap", String.format(Locale.ROOT, "%.3g, %.2g %% of the difference of scores", gap, gap == 0 ? 0
			: 100 * gap / Math.abs(difference)));
		if (rounds.map.count() < 2) return facts;
		facts.put("standard error of the sum", text(error));
		facts.put("standard error of the mean map", String.format(Locale.ROOT, "%.2g %%", 100 * rounds.map.relativeError()));
		return facts;
	}

	private static String text(final double value) {
		return String.format(Locale.ROOT, "%.6g", value);
	}

	/** The samples in their order, and what comes of them. */
	private final class Rounds {

		private final Elements elements;
		private final float[] x;
		private final GradientSamples.Copies noisy;
		private final RunningMap shown;
		private final List<float[]> absent;
		private final int size;
		private final int count;
		private final double[] places;
		private final RunningMap map;
		private final RunningMap total = new RunningMap(1);

		Rounds(final Elements elements, final List<float[]> absent, final Random random) {
			this.elements = elements;
			x = elements.joined();
			noisy = noise == 0 ? (i, to, at) -> System.arraycopy(x, 0, to, at, x.length) : new NoisyCopies(elements, noise, seed);
			this.absent = absent;
			shown = new RunningMap(channels.of(Elements.picture(elements.inputs())).length());
			final int stretches = Math.max(1, samples / (ROUNDS * absent.size()));
			size = absent.size() * stretches;
			count = Math.max(1, samples / size);
			places = new double[count * size];
			map = new RunningMap(x.length);
			final List<Integer> parts = new ArrayList<>();
			for (int b = 0; b < absent.size(); b++)
				parts.add(b);
			for (int i = 0; i < places.length; i++) {
				if (i % parts.size() == 0) Collections.shuffle(parts, random);
				final int stretch = i % size / parts.size();
				places[i] = (stretch + (parts.get(i % parts.size()) + random.nextDouble()) / parts.size()) / stretches;
			}
		}

		/** A round's values of the picture, channels joined as they are shown. */
		private float[] joined(final double[] values) {
			final float[] floats = new float[values.length];
			for (int k = 0; k < floats.length; k++)
				floats[k] = (float) values[k];
			return channels.of(elements.split(floats).get(elements.drawn())).floats();
		}

		/** The standard error of the map that is shown; of a mean of magnitudes it says nothing, nor of one round. */
		Optional<Tensor> error(final Tensor map) {
			final boolean mean = !absolute && (channels == ChannelReduction.SUM || channels == ChannelReduction.MEAN);
			return mean && shown.count() > 1 ? Optional.of(Tensor.of(shown.standardError(), map.shape())) : Optional.empty();
		}

		private float[] from(final int sample) {
			return absent.get(sample % absent.size());
		}

		void run(final GradientSamples gradients, final Progress progress) {
			final double[] sum = new double[x.length];
			final Queue<float[]> ends = new ArrayDeque<>();
			gradients.forEach(places.length, (i, to, at) -> {
				final float[] from = from(i);
				final float[] end = new float[x.length];
				noisy.write(i, end, 0);
				ends.add(end);
				for (int k = 0; k < x.length; k++)
					to[at + k] = (float) (from[k] + places[i] * ((double) end[k] - from[k]));
			}, progress, NAME, (i, point, gradient, at, score) -> {
				final float[] from = from(i);
				final float[] end = ends.remove();
				for (int k = 0; k < x.length; k++)
					sum[k] += gradient[at + k] * ((double) end[k] - from[k]) / size;
				return (i + 1) % size != 0 || next(sum);
			});
		}

		/** Ends a round; whether another is wanted. */
		private boolean next(final double[] sum) {
			map.add(k -> sum[k]);
			final float[] joined = joined(sum);
			shown.add(k -> joined[k]);
			double all = 0;
			for (int k = 0; k < sum.length; k++) {
				all += sum[k];
				sum[k] = 0;
			}
			final double whole = all;
			total.add(k -> whole);
			return tolerance == 0 || map.count() < FEWEST || map.relativeError() >= tolerance;
		}
	}

	/** Expected gradients in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "expected-gradients", label = "Expected Gradients...",
		menuPath = "Plugins>Glassbox>Expected Gradients...",
		description = "What each pixel contributes to the difference of the score from its mean over many baselines.")
	public static class Dialog extends GradientCommand {

		@Parameter(label = "Baselines", persist = false, description = "A folder of images or .npy tensors, a .npy with one " +
			"sample after another, or a list of zero, mean, min, max, blur, 'blur 10%', noise, 'noise 7' and files, with commas between.")
		private String baselines = OF_THE_INPUT;

		@Parameter(label = "Samples", persist = false, min = "1", max = "100000", description = "Gradients to take, at most.")
		private int samples = 200;

		@Parameter(label = "Stop at error", persist = false, min = "0", max = "1", stepSize = "0.01",
			description = "Stop once the standard error is this fraction of the map's mean magnitude; 0 to take all samples.")
		private double tolerance;

		@Parameter(label = "Seed", persist = false, description = "The same seed gives the same map.")
		private long seed;

		@Override
		protected Explainer explainer(final boolean magnitudes, final ChannelReduction channels) {
			return new ExpectedGradients(baselines().several(baselines), samples, 0, tolerance, seed, magnitudes, channels);
		}
	}
}
