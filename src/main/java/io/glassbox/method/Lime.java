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
import io.glassbox.perturb.Segmentation;
import io.glassbox.perturb.SharedSamples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * LIME: which few segments a linear function needs to say what the network says near this image. Needs no gradients.
 * <p>
 * Ribeiro, Singh and Guestrin, <em>"Why Should I Trust You?"</em>, KDD 2016, algorithm 1, as in the authors' program:
 * copies of the image in which each segment is there with probability one half are scored, weighed by how much of the
 * image they still have, and fitted, see {@link Surrogate}.
 * </p>
 * <p>
 * What LIME says depends on which copies were drawn. How much, it tells: two halves of the copies are fitted for
 * themselves, and how far they agree is reported ({@link LimeStability}). Asked to, it doubles the copies until they
 * agree; or draws them several times, with other seeds, compares these runs, and fits all copies together. How well the
 * function fits at all, R2, is reported beside it.
 * </p>
 * <p>
 * In place of a linear function it may be a decision tree, see {@link TreeSurrogate}, which is told and drawn.
 * </p>
 *
 * @param absence what an absent segment is
 * @param copies which are scored
 * @param kernel how near a copy is
 * @param width of the kernel
 * @param surrogate the function that is fitted
 * @param features how many segments it may speak of, or, of a tree, how many are compared for stability
 * @param absolute whether magnitudes are shown
 */
public record Lime(Segmentation segmentation, Absence absence, Copies copies, LimeKernel kernel, double width,
	Surrogate.Kind surrogate, int features, boolean absolute) implements SharedSamples
{

	/** A fit to fewer samples is not worth showing, nor one to fewer than two for each segment. */
	private static final int SHOWN = 64;

	/** Doublings of the copies, at most. */
	static final int DOUBLINGS = 5;

	/**
	 * Which copies of the image are scored.
	 *
	 * @param samples of each run, the image itself among them
	 * @param runs how often copies are drawn, with seeds that follow one another
	 * @param steady if not 0, more copies than {@code samples} are scored, doubling them, until so large a part of the top segments is
	 *          the same in both halves, for each target, from 0 to 1
	 * @param paired whether each copy that is drawn is followed by the one that has just the other segments: what depends on
	 *          two segments together then cancels, as for Shapley values (Covert and Lee, <em>Improving KernelSHAP</em>, AISTATS
	 *          2021, section 3.3); not in the paper
	 */
	public record Copies(int samples, int runs, double steady, boolean paired, long seed) {

		private static final int MOST = 10_000_000;

		public Copies {
			if (samples < 8) throw new GlassboxException("LIME takes 8 samples or more, found " + samples + ".");
			if (runs < 1) throw new GlassboxException("LIME draws its samples once or more often, found " + runs + ".");
			if ((long) samples * runs > MOST) throw new GlassboxException("LIME scores " + MOST + " copies at most, found " + runs +
				" runs of " + samples + ".");
			if (runs > 1 && steady > 0) throw new GlassboxException(
				"LIME takes more samples until two halves agree, or draws a given number several times, not both; found " + runs +
					" runs.");
			if (!(steady >= 0 && steady <= 1)) throw new GlassboxException("The stability LIME stops at is from 0 to 1, found " + steady +
				".");
		}

		/** How many samples a run may have. */
		int most() {
			return steady == 0 ? samples : Math.multiplyExact(samples, 1 << DOUBLINGS);
		}

		/** Whether this is a number of samples after which to see if they suffice. */
		boolean isDoubled(final int scored) {
			return steady > 0 && scored % samples == 0 && Integer.bitCount(scored / samples) == 1;
		}
	}

	public Lime {
		if (!(width > 0)) throw new GlassboxException("The width of LIME's kernel is above 0, found " + width + ".");
		if (features < 1) throw new GlassboxException("LIME speaks of 1 segment or more, found " + features + ".");
	}

	@Override
	public List<Attribution> explain(final Model model, final List<Tensor> inputs, final List<Target> targets,
		final Progress progress)
	{
		progress.check();
		final Game game = Game.of(model, inputs, segmentation, absence, targets);
		final LimeSamples drawn = new LimeSamples(this, game.players(), targets.size(), game::name);
		final int shown = Math.min(copies.samples, Math.max(SHOWN, 2 * game.players()));
		game.play(drawn.count(), drawn, progress, "sample", (i, scores) -> {
			drawn.add(scores);
			if (i + 1 >= shown && drawn.isEnough()) progress.partial(() -> attribution(game, drawn, 0));
			return !copies.isDoubled(i + 1) || !IntStream.range(0, targets.size()).allMatch(t -> isStable(drawn.stability(t)));
		});
		return IntStream.range(0, targets.size()).mapToObj(t -> attribution(game, drawn, t)).toList();
	}

	private boolean isStable(final LimeStability found) {
		return found.jaccard() >= copies.steady;
	}

	/** What a copy counts. */
	double weight(final boolean[] there) {
		int present = 0;
		for (final boolean is : there)
			if (is) present++;
		return kernel.weight(present, there.length, width);
	}

	private Attribution attribution(final Game game, final LimeSamples drawn, final int target) {
		final Surrogate found = drawn.fit(target);
		final LimeStability stability = drawn.stability(target);
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put("segments", "" + game.segments().count());
		facts.put("samples", drawn.scored() + (copies.paired ? ", paired" : "") + (copies.steady > 0 ? isStable(stability) ? ", stable"
			: ", not stable yet" : ""));
		facts.putAll(found.facts());
		facts.put("surrogate R2", number(found.r2()));
		facts.put("surrogate's score of the image", number(found.ofAll()) + ", the network's " + number(game.targets().get(target)
			.score()));
		facts.put("stability", stability.told(drawn.inHalves() ? "two halves" : stability.parts() + " runs"));
		final Attribution a = game.attribution(target, found.values(), found.errors(), absolute, facts);
		return a.withFeatures(a.features().orElseThrow().withTree(found.tree()));
	}

	private static String number(final double v) {
		return String.format(Locale.ROOT, "%.4g", v);
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "lime", label = "LIME...", menuPath = "Plugins>Glassbox>LIME...",
		description = "Which few segments a linear function needs to say what the network says near this image.")
	public static class Dialog extends SegmentCommand {

		private static final String RIDGE = "ridge";
		private static final String TREE = "tree";

		@Parameter(label = "Samples", persist = false, columns = 10,
			description = "Altered copies to score; or auto: more and more until two halves of them name the same segments.")
		private String samples = "1000";

		@Parameter(label = "Paired", persist = false,
			description = "Follow each copy by the one that has just the other segments: steadier; unticked, as in the authors' program.")
		private boolean paired = true;

		@Parameter(label = "Runs", persist = false, min = "1", max = "1000",
			description = "Draw the samples so many times, to tell how stable the result is; 1 to compare two halves.")
		private int runs = 1;

		@Parameter(label = "Surrogate", persist = false, choices = { RIDGE, TREE },
			description = "The function that is fitted: ridge, a linear one, or tree, a decision tree.")
		private String surrogate = RIDGE;

		@Parameter(label = "Tree's depth", persist = false, min = "1", max = "20", description = "Questions a tree asks in turn, at most.")
		private int depth = 4;

		@Parameter(label = "Tree's smallest leaf", persist = false, min = "1", max = "100000",
			description = "Samples that a leaf of a tree has, at least.")
		private int leaf = 10;

		@Parameter(label = "Speak of", persist = false, min = "1", max = "100000", description = "How many segments at most.")
		private int features = 10;

		@Parameter(label = "Choose by", persist = false, choices = { "auto", "lasso_path", "forward_selection", "highest_weights",
			"none" }, description = "How these are chosen; none for all. auto: forward selection of up to 6, else highest weights.")
		private String selection = "auto";

		@Parameter(label = "Distance", persist = false, choices = { "cosine", "l2" },
			description = "How far a copy is from the image, by the segments it lacks.")
		private String distance = "cosine";

		@Parameter(label = "Kernel width", persist = false, min = "0.01", max = "100", stepSize = "0.05",
			description = "How fast copies count less that are farther away.")
		private double width = 0.25;

		@Parameter(label = "Seed", persist = false, description = "The same seed draws the same copies.")
		private long seed;

		@Override
		protected String baselineByDefault() {
			return SEGMENT_MEAN;
		}

		@Override
		protected Explainer explainer(final Segmentation segmentation, final Absence absent, final boolean magnitudes) {
			final boolean auto = samples.trim().equalsIgnoreCase(AUTO);
			if (!auto && !samples.trim().matches("\\d{1,7}")) throw new GlassboxException("LIME's samples are a number or 'auto', found '" +
				samples + "'.");
			final Copies copies = new Copies(auto ? LimeStability.FIRST : Integer.parseInt(samples.trim()), runs, auto
				? LimeStability.ENOUGH : 0, paired, seed);
			return new Lime(segmentation, absent, copies, LimeKernel.parse(distance), width, kind(), features, magnitudes);
		}

		private Surrogate.Kind kind() {
			return switch (surrogate.trim().toLowerCase(Locale.ROOT)) {
				case RIDGE -> Surrogate.Kind.ridge(FeatureSelection.parse(selection), features);
				case TREE -> Surrogate.Kind.tree(depth, leaf);
				default -> throw new GlassboxException(Names.unknown("surrogate", surrogate.trim(), List.of(RIDGE, TREE)));
			};
		}
	}
}
