package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.command.Method;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Elements;
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
import java.util.Optional;
import java.util.function.Supplier;

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
 * How well the result is known is told: its standard error at each place, as a map of its own, and averaged over the map, in
 * percent of the map's mean magnitude. With a tolerance, no more samples are taken once that is below. Statistics are updated
 * with each sample, by Welford's recurrence, and whoever watches can see the map so far. The standard error is that of what
 * is shown: of the mean, or of the mean of squares; of a variance it is what normally distributed maps would have,
 * {@code sqrt(2 / (n - 1))} of it. Where channels are joined by max or l2, it is that of the mean of the samples' joined maps.
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

	/** The key of the fact that tells how many there were. */
	private static final String SAMPLES = "SmoothGrad samples";

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
		return explain(model, inputs, target, new NoisyCopies(Elements.of(inputs), noise, seed), progress);
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
		final RunningMap raw = new RunningMap(elements.length());
		final RunningMap map = new RunningMap(one.channels().of(Elements.picture(inputs)).length());
		final Supplier<Attribution> soFar = () -> {
			final Map<String, String> facts = new LinkedHashMap<>(one.facts(model));
			tell(map, facts);
			final Attribution a = InputMap.of(elements, result(raw), model, false, one.channels(), resolved, output, facts);
			return a.signed(isSigned(!one.absolute() && one.channels().keepsSign())).withError(error(map, a.map()));
		};
		batches.forEach(samples, copies, progress, "SmoothGrad", (i, x, g, at, score) -> {
			final float[] values = new float[elements.length()];
			for (int k = 0; k < values.length; k++)
				values[k] = one.absolute() ? Math.abs(one.value(x[at + k], g[at + k])) : one.value(x[at + k], g[at + k]);
			add(raw, values);
			add(map, one.channels().of(elements.split(values).get(elements.drawn())).floats());
			progress.partial(soFar);
			return !converged(map);
		});
		return soFar.get();
	}

	private Attribution oneByOne(final Model model, final List<Tensor> inputs, final Target target,
		final GradientSamples.Copies copies, final Progress progress)
	{
		progress.check();
		final Tensor output = model.score(inputs).get(0);
		final Target.Resolved resolved = target.resolve(output);
		final Target settled = InputGradient.settled(resolved);
		final Elements elements = Elements.of(inputs);
		final Sampled sampled = new Sampled(resolved, output);
		for (int i = 0; i < samples && !sampled.converged(); i++) {
			progress.check();
			progress.update((double) i / samples, "SmoothGrad " + i + " of " + samples);
			final float[] noisy = new float[elements.length()];
			copies.write(i, noisy, 0);
			sampled.add(inner.explain(model, elements.with(noisy), settled, new PartProgress(progress, i, samples)));
			progress.partial(sampled::soFar);
		}
		progress.check();
		return sampled.soFar();
	}

	/** The maps of a method that explains one copy at a time. */
	private final class Sampled {

		private final Target.Resolved target;
		private final Tensor output;
		private final Map<String, RunningMap> others = new LinkedHashMap<>();
		private RunningMap raw;
		private RunningMap map;
		private Attribution last;

		Sampled(final Target.Resolved target, final Tensor output) {
			this.target = target;
			this.output = output;
		}

		void add(final Attribution a) {
			if (last == null) {
				raw = new RunningMap(a.raw().length());
				map = new RunningMap(a.map().length());
				a.others().forEach((name, t) -> others.put(name, new RunningMap(t.length())));
			}
			last = a;
			SmoothGrad.this.add(raw, a.raw().floats());
			SmoothGrad.this.add(map, a.map().floats());
			a.others().forEach((name, t) -> SmoothGrad.this.add(others.get(name), t.floats()));
		}

		boolean converged() {
			return last != null && SmoothGrad.this.converged(map);
		}

		Attribution soFar() {
			final Map<String, String> facts = new LinkedHashMap<>(last.facts());
			tell(map, facts);
			final Map<String, Tensor> beside = new LinkedHashMap<>();
			last.others().forEach((name, t) -> beside.put(name, Tensor.of(result(others.get(name)), t.shape())));
			final Tensor shown = Tensor.of(result(map), last.map().shape());
			return new Attribution(Tensor.of(result(raw), last.raw().shape()), shown, isSigned(last.signed()), target, output, beside,
				facts).withError(error(map, shown));
		}
	}

	private void add(final RunningMap running, final float[] values) {
		if (statistic == Statistic.SQUARED) running.add(k -> (double) values[k] * values[k]);
		else running.add(k -> values[k]);
	}

	private boolean converged(final RunningMap map) {
		return tolerance > 0 && map.count() >= FEWEST && relativeError(map) < tolerance;
	}

	private float[] result(final RunningMap map) {
		return statistic == Statistic.VARIANCE ? map.variance() : map.mean();
	}

	/** Of a normal distribution, as a fraction of its variance. */
	private static double errorOfVariance(final RunningMap map) {
		return Math.sqrt(2.0 / (map.count() - 1));
	}

	private double relativeError(final RunningMap map) {
		return statistic == Statistic.VARIANCE ? errorOfVariance(map) : map.relativeError();
	}

	/** The standard error of what is shown; empty of a single sample. */
	private Optional<Tensor> error(final RunningMap map, final Tensor shown) {
		if (map.count() < 2) return Optional.empty();
		if (statistic != Statistic.VARIANCE) return Optional.of(Tensor.of(map.standardError(), shown.shape()));
		final float[] error = shown.floats().clone();
		for (int k = 0; k < error.length; k++)
			error[k] *= (float) errorOfVariance(map);
		return Optional.of(Tensor.of(error, shown.shape()));
	}

	private boolean isSigned(final boolean each) {
		return statistic == Statistic.MEAN && each;
	}

	private void tell(final RunningMap map, final Map<String, String> facts) {
		facts.put(SAMPLES, map.count() == samples ? "" + samples : converged(map) ? map.count() + " of at most " + samples +
			", converged" : map.count() + " of " + samples);
		facts.put("SmoothGrad noise", String.format(Locale.ROOT, "%.4g of the input's range", noise));
		if (map.count() > 1) facts.put("standard error of the " + (statistic == Statistic.MEAN ? "mean map" : statistic ==
			Statistic.SQUARED ? "mean of squares" : "variance"), String.format(Locale.ROOT, "%.2g %%", 100 * relativeError(map)));
	}

	/** SmoothGrad around any method, in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "smoothgrad", label = "SmoothGrad...",
		menuPath = "Plugins>Glassbox>SmoothGrad...",
		description = "Another method's map, averaged over noisy copies of the image, or how much it varies among them.")
	public static class Dialog extends ExplainCommand {

		@Parameter
		private Context context;

		@Parameter(label = "Method", persist = false,
			description = "The method whose maps are averaged: gradient, grad-cam, guided-backprop …")
		private String method = "gradient";

		@Parameter(label = "Method's settings", required = false, persist = false,
			description = "Settings of that method, with semicolons between: layer=layer4; relu=false. What is not named has its default.")
		private String settings = "";

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
			return new SmoothGrad(explainer(inner, settings), samples, noise, Statistic.parse(statistic), tolerance, seed);
		}
	}
}
