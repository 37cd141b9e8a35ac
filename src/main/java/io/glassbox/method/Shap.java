package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.Grid;
import io.glassbox.perturb.Segmentation;
import io.glassbox.perturb.SharedSamples;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * SHAP: what each segment adds to the score, averaged over all combinations of the others. Needs no gradients.
 * <p>
 * Lundberg and Lee, <em>A Unified Approach to Interpreting Model Predictions</em>, NIPS 2017. The values add up to {@code f(x) -
 * f(nothing there)} (efficiency), which is checked in every run. Each value of a network's other inputs is a feature of its own.
 * </p>
 * <p>
 * Partition is another game: it speaks of pixels, by cutting the image in halves ({@link PartitionShap}). The segmentation then matters
 * only where an absent pixel is its segment's mean, and there is no standard error to stop at.
 * </p>
 *
 * @param algorithm how Shapley values are found
 * @param absence what an absent segment is
 * @param samples combinations to score, about
 * @param tolerance standard error at which to stop, as a fraction of the values' mean magnitude; 0 for never
 * @param absolute whether magnitudes are shown
 */
public record Shap(Algorithm algorithm, Segmentation segmentation, Absence absence, int samples, double tolerance,
	long seed, boolean absolute) implements SharedSamples
{

	/** Combinations that samples of a few features would take, too. */
	private static final int FEW = 64;

	/** How Shapley values are found. */
	public enum Algorithm {
			/** {@link #EXACT} if that takes no more combinations than were asked for, or than 64, otherwise {@link #PERMUTATION}. */
			AUTO,
			/** From all combinations of 16 features at most. */
			EXACT,
			/** By a weighted linear fit to some combinations. */
			KERNEL,
			/** By adding features in random orders. */
			PERMUTATION,
			/** Of pixels, by cutting the image in halves where it matters; segments do not play. */
			PARTITION;

		/** As people write them. */
		public static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();

		/** @throws GlassboxException if there is no such algorithm */
		public static Algorithm parse(final String text) {
			final int found = NAMES.indexOf(text.trim().toLowerCase(Locale.ROOT));
			if (found < 0) throw new GlassboxException(Names.unknown("algorithm", text.trim(), NAMES));
			return values()[found];
		}
	}

	public Shap {
		if (samples < 4) throw new GlassboxException("SHAP scores 4 combinations or more, found " + samples + ".");
		if (!(tolerance >= 0)) throw new GlassboxException("The tolerance of SHAP is 0 or more, found " + tolerance + ".");
	}

	@Override
	public List<Attribution> explain(final Model model, final List<Tensor> inputs, final List<Target> targets,
		final Progress progress)
	{
		progress.check();
		final boolean uncut = algorithm == Algorithm.PARTITION && !absence.isOfSegments();
		final Game game = Game.of(model, inputs, uncut ? new Grid(1) : segmentation, absence, targets);
		final Algorithm used = settled(game.players());
		if (used == Algorithm.PARTITION) return new PartitionShap(samples, absolute).explain(game, progress);
		final List<ShapleyValues.Found> found = values(used).of(game, progress, soFar -> progress.partial(() -> attribution(game,
			0, soFar.get(), used)));
		return IntStream.range(0, found.size()).mapToObj(t -> attribution(game, t, found.get(t), used)).toList();
	}

	private Algorithm settled(final int players) {
		if (algorithm != Algorithm.AUTO) return algorithm;
		return players <= ExactShapley.MOST_PLAYERS && 1 << players <= Math.max(samples, FEW) ? Algorithm.EXACT
			: Algorithm.PERMUTATION;
	}

	private ShapleyValues values(final Algorithm used) {
		return switch (used) {
			case PERMUTATION -> new PermutationShapley(samples, tolerance, seed);
			case KERNEL -> new KernelShap(samples, tolerance, seed);
			default -> new ExactShapley();
		};
	}

	private Attribution attribution(final Game game, final int target, final ShapleyValues.Found found,
		final Algorithm used)
	{
		found.requireEfficiency();
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put("Shapley values", found.errors().isPresent() ? "sampled, " + used.name().toLowerCase(Locale.ROOT) : "exact");
		facts.put("segments", "" + game.segments().count());
		facts.put("combinations scored", "" + found.coalitions());
		facts.put("score without any segment", number(found.none()));
		facts.put("sum of all values", number(found.sum()) + " of " + number(found.all() - found.none()));
		found.errors().ifPresent(e -> facts.put("standard error", String.format(Locale.ROOT, "%.2g %% of the values", 100 * found
			.relativeError())));
		final Attribution a = game.attribution(target, found.values(), found.errors(), absolute, facts);
		return a.withFeatures(a.features().orElseThrow().from(found.none()));
	}

	private static String number(final double v) {
		return String.format(Locale.ROOT, "%.4g", v);
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "shap", label = "SHAP...", menuPath = "Plugins>Glassbox>SHAP...",
		description = "What each segment adds to the score, averaged over all combinations of the others (Shapley values).")
	public static class Dialog extends SegmentCommand {

		@Parameter(label = "Algorithm", persist = false, choices = { "auto", "exact", "kernel", "permutation", "partition" },
			description = "exact scores all combinations of up to 16 features; permutation and kernel sample; auto takes exact if " +
				"samples suffice, else permutation; partition cuts the image in halves, down to pixels, whatever the segments are.")
		private String algorithm = "auto";

		@Parameter(label = "Samples", persist = false, min = "4", max = "1000000", description = "Combinations to score, about; more where there are many segments.")
		private int samples = 1000;

		@Parameter(label = "Stop at error", persist = false, min = "0", max = "1", stepSize = "0.01",
			description = "Stop once the standard error is this fraction of the values' mean magnitude; 0 to take all samples.")
		private double tolerance;

		@Parameter(label = "Seed", persist = false, description = "The same seed draws the same combinations.")
		private long seed;

		@Override
		protected Explainer explainer(final Segmentation segmentation, final Absence absent, final boolean magnitudes) {
			return new Shap(Algorithm.parse(algorithm), segmentation, absent, samples, tolerance, seed, magnitudes);
		}
	}
}
