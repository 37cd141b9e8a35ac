package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.command.Method;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.PartProgress;
import io.glassbox.explain.Progress;
import io.glassbox.explain.RunningMap;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

import org.scijava.Context;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * SmoothGrad: another method's map, averaged over noisy copies of the image.
 * <p>
 * Smilkov et al., <em>SmoothGrad: removing noise by adding noise</em>, 2017, section 3: the mean of {@code n} maps of
 * {@code x + N(0, sigma^2)}. Squared: the mean of their squares, as in Hooker et al., NeurIPS 2019. Variance: the variance of
 * the maps, VarGrad, Adebayo et al. 2018, divided by {@code n}. The target is what it was for the image itself, even where
 * noise would make another class the top one. Works around any method; where that takes one backward pass, many copies go
 * through the network at once.
 * </p>
 * <p>
 * How well the mean is known is told: the standard error of the mean, averaged over the map, in percent of the map's mean
 * magnitude. With a tolerance, no more samples are taken once it is below.
 * </p>
 *
 * @param inner the method whose maps are averaged
 * @param samples noisy copies, at least 1
 * @param noise standard deviation, as a fraction of each input's range, largest minus smallest value
 * @param tolerance standard error at which to stop, as a fraction of the map's mean magnitude; 0 for never
 * @param seed of the noise
 */
public record SmoothGrad(Explainer inner, int samples, double noise, Statistic statistic, double tolerance, long seed)
	implements Explainer
{

	/** The paper's recommendation is 10 to 20 percent. */
	static final double NOISE = 0.15;

	/** Fewer samples tell little of their own spread. */
	private static final int FEWEST = 8;

	/** What is made of the maps. */
	public enum Statistic {
			MEAN, SQUARED, VARIANCE;

		/** As people write them. */
		public static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();

		/** @throws GlassboxException if there is no such statistic */
		public static Statistic parse(final String text) {
			for (final Statistic s : values())
				if (s.name().equalsIgnoreCase(text.trim())) return s;
			throw new GlassboxException(Names.unknown("statistic", text, NAMES));
		}
	}

	public SmoothGrad {
		if (samples < 1) throw new GlassboxException("SmoothGrad takes 1 sample or more, found " + samples + ".");
		if (!(noise >= 0 && noise <= 10)) throw new GlassboxException("SmoothGrad's noise is a fraction of the input's range, found " +
			noise + ".");
		if (!(tolerance >= 0)) throw new GlassboxException("SmoothGrad's tolerance is 0 or more, found " + tolerance + ".");
	}

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		final Noise copies = new Noise(Elements.of(inputs), noise, seed);
		return explain(model, inputs, target, copies::write, progress);
	}

	/** With noise given rather than drawn. */
	Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final GradientSamples.Copies copies, final Progress progress)
	{
		return inner instanceof OnePass one ? together(one, model, inputs, target, copies, progress) : oneByOne(model, inputs,
			target, copies, progress);
	}

	private Attribution together(final OnePass one, final Model model, final List<Tensor> inputs, final Target target,
		final GradientSamples.Copies copies, final Progress progress)
	{
		progress.check();
		final Tensor output = model.score(inputs).get(0);
		final Target.Resolved resolved = target.resolve(output);
		final Elements elements = Elements.of(inputs);
		final GradientSamples batches = new GradientSamples(model, elements, resolved, one.rules(model));
		final RunningMap map = new RunningMap(elements.length());
		batches.forEach(samples, copies, progress, "SmoothGrad", (i, x, g, at, score) -> {
			map.add(k -> one.absolute() ? Math.abs(one.value(x[at + k], g[at + k])) : one.value(x[at + k], g[at + k]));
			return !converged(map);
		});
		final Map<String, String> facts = new LinkedHashMap<>(one.facts(model));
		tell(map, facts);
		return InputMap.of(elements, result(map), model, false, one.channels(), resolved, output, facts).signed(isSigned(!one.absolute() && one.channels().keepsSign()));
	}

	private Attribution oneByOne(final Model model, final List<Tensor> inputs, final Target target,
		final GradientSamples.Copies copies, final Progress progress)
	{
		final Tensor output = model.score(inputs).get(0);
		final Target.Resolved resolved = target.resolve(output);
		final Target settled = InputGradient.settled(resolved);
		final Elements elements = Elements.of(inputs);
		final Map<String, RunningMap> others = new LinkedHashMap<>();
		RunningMap raw = null;
		RunningMap map = null;
		Attribution last = null;
		for (int i = 0; i < samples && (map == null || !converged(map)); i++) {
			progress.check();
			progress.update((double) i / samples, "SmoothGrad " + i + " of " + samples);
			final float[] noisy = new float[elements.length()];
			copies.write(i, noisy, 0);
			last = inner.explain(model, elements.with(noisy), settled, new PartProgress(progress, i, samples));
			if (map == null) {
				raw = new RunningMap(last.raw().length());
				map = new RunningMap(last.map().length());
			}
			final Attribution a = last;
			raw.add(k -> a.raw().floats()[k]);
			map.add(k -> a.map().floats()[k]);
			a.others().forEach((name, t) -> others.computeIfAbsent(name, n -> new RunningMap(t.length())).add(k -> t.floats()[k]));
		}
		progress.check();
		final Map<String, String> facts = new LinkedHashMap<>(last.facts());
		tell(map, facts);
		final Map<String, Tensor> beside = new LinkedHashMap<>();
		for (final Map.Entry<String, Tensor> e : last.others().entrySet())
			beside.put(e.getKey(), Tensor.of(result(others.get(e.getKey())), e.getValue().shape()));
		return new Attribution(Tensor.of(result(raw), last.raw().shape()), Tensor.of(result(map), last.map().shape()),
			isSigned(last.signed()), resolved, output, beside, facts);
	}

	private boolean converged(final RunningMap map) {
		return tolerance > 0 && map.count() >= FEWEST && map.relativeError() < tolerance;
	}

	private float[] result(final RunningMap map) {
		return switch (statistic) {
			case MEAN -> map.mean();
			case SQUARED -> map.meanOfSquares();
			case VARIANCE -> map.variance();
		};
	}

	private boolean isSigned(final boolean each) {
		return statistic == Statistic.MEAN && each;
	}

	private void tell(final RunningMap map, final Map<String, String> facts) {
		facts.put("SmoothGrad samples", map.count() + (map.count() < samples ? " of at most " + samples + ", converged" : ""));
		facts.put("SmoothGrad noise", String.format(Locale.ROOT, "%.4g of the input's range", noise));
		if (map.count() > 1) facts.put("standard error of the mean map", String.format(Locale.ROOT, "%.2g %%", 100 * map
			.relativeError()));
	}

	/** Noisy copies; each has a stream of random numbers of its own, so that it is the same however they are batched. */
	private static final class Noise {

		private final float[] clean;
		private final double[] sigma;
		private final long seed;

		Noise(final Elements elements, final double fraction, final long seed) {
			clean = elements.joined();
			sigma = new double[clean.length];
			this.seed = seed;
			int from = 0;
			for (final Tensor part : elements.split(clean)) {
				Arrays.fill(sigma, from, from + part.length(), fraction * range(part.floats()));
				from += part.length();
			}
		}

		private static double range(final float[] values) {
			float low = Float.POSITIVE_INFINITY;
			float high = Float.NEGATIVE_INFINITY;
			for (final float v : values) {
				low = Math.min(low, v);
				high = Math.max(high, v);
			}
			return high - low;
		}

		void write(final int i, final float[] to, final int at) {
			final SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + i);
			for (int k = 0; k < clean.length; k++)
				to[at + k] = (float) (clean[k] + sigma[k] * random.nextGaussian());
		}
	}

	/** SmoothGrad around any method, in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "smoothgrad", label = "SmoothGrad...",
		menuPath = "Plugins>Glassbox>SmoothGrad...",
		description = "Another method's map, averaged over noisy copies of the image, or how much it varies among them.")
	public static class Dialog extends ExplainCommand {

		@Parameter
		private Context context;

		@Parameter(label = "Method", persist = false,
			description = "The method whose maps are averaged, with its default settings: gradient, grad-cam, guided-backprop …")
		private String method = "gradient";

		@Parameter(label = "Samples", persist = false, min = "1", max = "10000", description = "Noisy copies, at most.")
		private int samples = 50;

		@Parameter(label = "Noise", persist = false, min = "0", max = "1", stepSize = "0.05",
			description = "Standard deviation of the noise, as a fraction of the input's range.")
		private double noise = NOISE;

		@Parameter(label = "Statistic", persist = false, choices = { "mean", "squared", "variance" },
			description = "Mean of the maps, mean of their squares, or their variance (VarGrad).")
		private String statistic = "mean";

		@Parameter(label = "Stop at error", persist = false, min = "0", max = "1", stepSize = "0.01",
			description = "Stop once the standard error is this fraction of the map's mean magnitude; 0 to take all samples.")
		private double tolerance;

		@Parameter(label = "Seed", persist = false, description = "The same seed gives the same noise.")
		private long seed;

		@Override
		protected Explainer explainer() {
			final Method inner = Method.named(context, method);
			if (inner.name().equals("smoothgrad")) throw new GlassboxException(
				"SmoothGrad averages another method's maps, not its own; choose another with method=.");
			return new SmoothGrad(inner.explainer(Map.of()), samples, noise, Statistic.parse(statistic), tolerance, seed);
		}
	}
}
