package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.SharedSamples;
import io.glassbox.perturb.WindowScores;
import io.glassbox.perturb.Windows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * Occlusion: how much of the score is lost when a window is covered, for windows all over the image. Needs no gradients.
 * <p>
 * Zeiler and Fergus, <em>Visualizing and Understanding Convolutional Networks</em>, ECCV 2014, section 4.2. A place's value is
 * {@code f(x) - f(x with the window covered)}, averaged over all windows that cover it, as captum has it. The window covers all
 * channels, and the last of a row is cut off at the border.
 * </p>
 *
 * @param window its size in pixels of the network's input: {@code 16}, {@code 16x16}, or {@code 8x16x16} with depth first
 * @param stride how far it moves at a time, likewise
 * @param baseline what covered pixels are
 * @param absolute whether magnitudes are shown
 */
public record Occlusion(String window, String stride, Baseline baseline, boolean absolute) implements SharedSamples {

	@Override
	public List<Attribution> explain(final Model model, final List<Tensor> inputs, final List<Target> targets,
		final Progress progress)
	{
		progress.check();
		final Elements picture = Elements.ofPicture(inputs);
		final Tensor image = Elements.image(inputs, "Occlusion covers windows of");
		final Windows windows = windows(image);
		final Tensor output = model.score(inputs).get(0);
		final List<Target.Resolved> resolved = targets.stream().map(t -> t.resolve(output)).toList();
		final double[][] lost = new double[targets.size()][windows.places()];
		final double[][] scored = new double[targets.size()][windows.count()];
		final int[] covered = new int[windows.places()];
		try (WindowScores windowScores = new WindowScores(model, picture, windows, baseline.of(image), progress)) {
			final IntFunction<Attribution> soFar = t -> attribution(image, lost[t], covered, facts(windows, windowScores), resolved.get(
				t), output);
			windowScores.run(resolved, progress, (i, scores) -> {
				for (int t = 0; t < scores.length; t++) {
					scored[t][i] = scores[t];
					final double loss = resolved.get(t).score() - scores[t];
					final double[] sum = lost[t];
					windows.forEachRow(i, (from, length) -> {
						for (int k = from; k < from + length; k++)
							sum[k] += loss;
					});
				}
				windows.forEachRow(i, (from, length) -> {
					for (int k = from; k < from + length; k++)
						covered[k]++;
				});
				progress.partial(() -> soFar.apply(0));
				return true;
			});
			return IntStream.range(0, lost.length).mapToObj(t -> soFar.apply(t).withScores(scored[t])).toList();
		}
	}

	private Windows windows(final Tensor image) {
		final int[] extents = Arrays.copyOfRange(image.shape(), 2, image.rank());
		return new Windows(extents, Windows.parse(window, extents.length), Windows.parse(stride, extents.length));
	}

	private static Map<String, String> facts(final Windows windows, final WindowScores scores) {
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put("windows", windows.count() + " of " + Windows.text(windows.window()) + " pixels, " + Windows.text(windows
			.stride()) + " apart");
		facts.put("computed", scores.work());
		return facts;
	}

	/** Places that no window has covered yet are 0. */
	private Attribution attribution(final Tensor image, final double[] lost, final int[] covered,
		final Map<String, String> facts, final Target.Resolved target, final Tensor output)
	{
		final float[] raw = new float[image.length()];
		for (int k = 0; k < raw.length; k++) {
			final int place = k % lost.length;
			raw[k] = covered[place] == 0 ? 0 : (float) (lost[place] / covered[place]);
		}
		return InputMap.of(Tensor.of(raw, image.shape()), absolute, ChannelReduction.MEAN, target, output, facts);
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "occlusion", label = "Occlusion...",
		menuPath = "Plugins>Glassbox>Occlusion...",
		description = "How much of the score is lost when a window is covered, for windows all over the image.")
	public static class Dialog extends ExplainCommand {

		@Parameter(label = "Window", persist = false, columns = 10,
			description = "Size in pixels of the network's input: 16, 16x16 or, with depth first, 8x16x16.")
		private String window = "16";

		@Parameter(label = "Stride", persist = false, columns = 10, description = "How far the window moves at a time: 8, 8x8 or 4x8x8.")
		private String stride = "8";

		@Parameter(label = "Baseline", persist = false,
			description = "What covered pixels are: zero, mean, min or max of the channel, blur, 'blur 10%', noise, " +
				"'value 0.5', 'colour 255 255 255', or a file: an image, or a tensor as .npy.")
		private String baseline = "mean";

		@Parameter(label = "Absolute", persist = false,
			description = "Show magnitudes: what matters, rather than what speaks for and against.")
		private boolean absolute;

		@Override
		protected Explainer explainer() {
			return new Occlusion(window, stride, baselines().one(baseline), absolute);
		}
	}
}
