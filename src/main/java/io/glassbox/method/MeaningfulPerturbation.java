package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Sigma;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * Meaningful perturbation: a smooth mask, learned for this image, of where the score comes from.
 * <p>
 * Either the mask of a given area that keeps most of the score, or loses most where it is taken away
 * ({@link ExtremalSearch}), or a mask that does so while it is small and smooth ({@link FongVedaldiSearch}). Values are
 * from 0 to 1: how much of a place has to be seen. Of several areas the masks' mean is shown: what is in the smallest
 * is in all. Other inputs than the image stay as they are. Needs gradients, but no graph; each step takes one forward
 * and one backward pass, two for both games.
 * </p>
 *
 * @param algorithm how the mask is looked for
 * @param levels what places are that are not seen, from not at all to nearly
 * @param areas of the masks, as fractions of the image; one mask each; of {@link Algorithm#EXTREMAL}
 * @param sparsity how much it costs to see all, in units of the score's range; of {@link Algorithm#FONG_VEDALDI}
 * @param smoothness how much it costs where cells of the mask differ; of {@link Algorithm#FONG_VEDALDI}
 * @param steps of the search, for each mask
 * @param cell size of the mask's cells in pixels of the network's input; 0 for 32 (or 28) along the longest side
 * @param jitter how far the image is moved at random in each step, as a fraction of its longest side
 */
public record MeaningfulPerturbation(Algorithm algorithm, MaskGame game, List<Baseline> levels, List<Double> areas,
	double sparsity, double smoothness, int steps, int cell, double jitter, long seed) implements Explainer
{

	/** How the mask is looked for. */
	public enum Algorithm {
			EXTREMAL, FONG_VEDALDI;

		/** As people write them. */
		public static final List<String> NAMES = List.of("extremal", "fong-vedaldi");

		/** @throws GlassboxException if there is no such algorithm */
		public static Algorithm parse(final String text) {
			final int found = NAMES.indexOf(text.trim().toLowerCase(Locale.ROOT));
			if (found < 0) throw new GlassboxException(Names.unknown("algorithm", text.trim(), NAMES));
			return values()[found];
		}
	}

	public MeaningfulPerturbation {
		levels = List.copyOf(levels);
		areas = List.copyOf(areas);
		if (areas.isEmpty() || areas.stream().anyMatch(a -> !(a > 0 && a < 1))) throw new GlassboxException(
			"Areas of masks are fractions of the image between 0 and 1, found " + areas + ".");
		if (!(sparsity >= 0 && smoothness >= 0)) throw new GlassboxException("Sparsity and smoothness are 0 or more, found " + sparsity +
			" and " + smoothness + ".");
		if (steps < 1) throw new GlassboxException("Meaningful perturbation takes 1 step or more, found " + steps + ".");
		if (cell < 0) throw new GlassboxException("A mask's cells have a size of 1 pixel or more, or 0 for automatic; found " + cell +
			".");
		if (!(jitter >= 0 && jitter < 1)) throw new GlassboxException("Jitter is a fraction of the image from 0 to 1, found " + jitter +
			".");
	}

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		progress.check();
		return new MaskLearning(this, model, inputs, target, progress).explain();
	}

	/**
	 * What places are that are not seen.
	 *
	 * @param blurred sigma of a blur; extremal perturbations take it in seven steps
	 */
	static List<Baseline> blurred(final Sigma blurred, final Algorithm algorithm) {
		final int levels = algorithm == Algorithm.EXTREMAL ? 7 : 1;
		return IntStream.range(0, levels).mapToObj(i -> Baseline.blur(new Sigma(blurred.value() * (levels - i) / levels, blurred
			.relative()))).toList();
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "meaningful-perturbation", label = "Meaningful Perturbation...",
		menuPath = "Plugins>Glassbox>Meaningful Perturbation...",
		description = "A smooth mask, learned for this image, of where the score comes from.")
	public static class Dialog extends ExplainCommand {

		@Parameter(label = "Algorithm", persist = false, choices = { "extremal", "fong-vedaldi" },
			description = "extremal: the best mask of a given area; fong-vedaldi: one that is small and smooth.")
		private String algorithm = "extremal";

		@Parameter(label = "Game", persist = false, choices = { AUTO, "preserve", "delete", "both" },
			description = "What the mask shows should keep the score (extremal's auto), or what is left without it should lose it " +
				"(fong-vedaldi's), or both.")
		private String game = AUTO;

		@Parameter(label = "Area", persist = false, description = "extremal: of the mask, as a fraction of the image; of several, " +
			"with commas between, masks are averaged.")
		private String area = "0.1";

		@Parameter(label = "Sparsity", persist = false, min = "0", max = "100", stepSize = "0.02",
			description = "fong-vedaldi: what a mask of the whole image costs, in units of the score's range.")
		private double sparsity = 0.08;

		@Parameter(label = "Smoothness", persist = false, min = "0", max = "1000", stepSize = "0.1",
			description = "fong-vedaldi: what a mask costs whose cells all differ.")
		private double smoothness = 0.8;

		@Parameter(label = "Steps", persist = false, min = "1", max = "100000", description = "Gradients to take for each mask.")
		private int steps = 150;

		@Parameter(label = "Cell", persist = false, min = "0", max = "1000",
			description = "Size of the mask's cells in pixels of the network's input; 0 for about 30 along the longest side.")
		private int cell;

		@Parameter(label = "Baseline", persist = false, description = "What places are that are not seen: blur, 'blur 5%', zero, mean, " +
			"min or max of the channel, noise, 'value 0.5', 'colour 255 255 255', or a file: an image, or a tensor as .npy.")
		private String baseline = "blur";

		@Parameter(label = "Jitter", persist = false, min = "0", max = "0.5", stepSize = "0.01",
			description = "How far the image is moved at random in each step, as a fraction of its longest side.")
		private double jitter = 0.02;

		@Parameter(label = "Seed", persist = false, description = "The same seed moves the image the same way.")
		private long seed;

		@Override
		protected Explainer explainer() {
			final Algorithm chosen = Algorithm.parse(algorithm);
			final MaskGame played = !game.trim().equalsIgnoreCase(AUTO) ? MaskGame.parse(game) : chosen == Algorithm.EXTREMAL
				? MaskGame.PRESERVE : MaskGame.DELETE;
			return new MeaningfulPerturbation(chosen, played, levels(chosen), areas(), sparsity, smoothness, steps, cell, jitter, seed);
		}

		private List<Baseline> levels(final Algorithm chosen) {
			final String[] words = baseline.trim().split("\\s+", 2);
			if (!words[0].equalsIgnoreCase("blur")) return List.of(baselines().one(baseline));
			return blurred(words.length > 1 ? Sigma.parse(words[1]) : Baseline.BLUR, chosen);
		}

		private List<Double> areas() {
			final List<Double> areas = new ArrayList<>();
			for (final String part : area.split(",")) {
				if (!part.trim().matches("0?\\.\\d{1,9}")) throw new GlassboxException("An area is a fraction of the image, '0.1', or several, " +
					"'0.05, 0.1, 0.2'; found '" + area + "'.");
				areas.add(Double.parseDouble(part.trim()));
			}
			return areas;
		}
	}
}
