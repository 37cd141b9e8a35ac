package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.Segmentation;
import io.glassbox.perturb.SharedSamples;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import org.scijava.plugin.Plugin;

/**
 * Feature ablation: how much of the score is lost without each segment, one at a time. Needs no gradients.
 * <p>
 * {@code f(x) - f(x without the segment)}, as captum has it. Segments that can stand in for one another all look unimportant:
 * each can go as long as the other is there. {@link Shap} does not have this fault, and costs more.
 * </p>
 *
 * @param absence what an absent segment is
 * @param absolute whether magnitudes are shown
 */
public record FeatureAblation(Segmentation segmentation, Absence absence, boolean absolute) implements SharedSamples {

	@Override
	public List<Attribution> explain(final Model model, final List<Tensor> inputs, final List<Target> targets,
		final Progress progress)
	{
		progress.check();
		final Game game = Game.of(model, inputs, segmentation, absence, targets);
		final double[][] lost = new double[targets.size()][game.players()];
		final Map<String, String> facts = Map.of("segments", "" + game.segments().count());
		game.play(game.players(), (copy, feature) -> copy != feature, progress, "segment", (i, scores) -> {
			for (int t = 0; t < scores.length; t++)
				lost[t][i] = game.targets().get(t).score() - scores[t];
			progress.partial(() -> game.attribution(0, lost[0], Optional.empty(), absolute, facts));
			return true;
		});
		return IntStream.range(0, lost.length).mapToObj(t -> game.attribution(t, lost[t], Optional.empty(), absolute, facts))
			.toList();
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "feature-ablation", label = "Feature Ablation...",
		menuPath = "Plugins>Glassbox>Feature Ablation...",
		description = "How much of the score is lost without each segment of the image, one at a time.")
	public static class Dialog extends SegmentCommand {

		@Override
		protected Explainer explainer(final Segmentation segmentation, final Absence absent, final boolean magnitudes) {
			return new FeatureAblation(segmentation, absent, magnitudes);
		}
	}
}
