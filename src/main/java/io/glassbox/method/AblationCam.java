package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

/**
 * Ablation-CAM: a channel counts by how much of the score is lost without it. Needs no gradients.
 * <p>
 * Desai and Ramaswamy, <em>Ablation-CAM</em>, WACV 2020, equations 4 and 5. With {@code f} the score and {@code f_k} the score
 * when channel {@code A_k} of a layer is set to 0 everywhere, the weight of a channel is {@code (f - f_k) / f}, and the map
 * {@code sum_k w_k A_k}. Here it is divided by the magnitude of {@code f}, so that what speaks for a class is positive where the
 * score is negative, too; by nothing where it is 0. Only what lies behind the layer runs for each channel.
 * </p>
 * <p>
 * pytorch-grad-cam sets a channel to 0 only where the layer's smallest output is exactly 0, as after a ReLU, otherwise to ten
 * million below it. Such values never occur in the network, and the score they give says little about it; so that is a
 * setting, and the paper's 0 the default. The two agree behind a ReLU.
 * </p>
 *
 * @param replacement what a channel is set to
 */
public record AblationCam(Replacement replacement, CamSettings settings) implements ScoredCam {

	/** With channels joined and maps upsampled as is usual, see {@link CamSettings}. */
	public AblationCam(final String layer, final Replacement replacement, final boolean relu, final boolean upsample) {
		this(replacement, new CamSettings(layer, relu, upsample));
	}

	/** What takes the place of a channel. */
	public enum Replacement {
			/** 0, as in the paper. */
			ZERO,
			/** 0 if that is the layer's smallest output, otherwise ten million below the smallest. */
			BELOW_MINIMUM;

		private static final float FAR = 1e7f;

		/** As people write them. */
		public static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT).replace('_',
			'-')).toList();

		/** @throws GlassboxException if there is no such replacement */
		public static Replacement parse(final String text) {
			final int found = NAMES.indexOf(text.trim().toLowerCase(Locale.ROOT));
			if (found < 0) throw new GlassboxException(Names.unknown("replacement", text, NAMES));
			return values()[found];
		}

		float of(final Tensor output) {
			if (this == ZERO) return 0;
			float smallest = Float.POSITIVE_INFINITY;
			for (final float v : output.floats())
				smallest = Math.min(smallest, v);
			return smallest == 0 ? 0 : smallest - FAR;
		}
	}

	@Override
	public String altered() {
		return "without a channel";
	}

	@Override
	public List<Tensor> copies(final Layer of, final int first, final int n) {
		final Tensor output = of.output();
		final boolean tokens = output.rank() < of.activations().rank();
		final int inner = tokens ? 1 : output.length() / of.channels();
		final float absent = replacement.of(output);
		final float[] copies = output.repeated(n).floats();
		for (int i = 0; i < n; i++)
			for (int at = (first + i) * inner; at < output.length(); at += of.channels() * inner)
				Arrays.fill(copies, i * output.length() + at, i * output.length() + at + inner, absent);
		final int[] shape = output.shape();
		shape[0] = n;
		return List.of(Tensor.of(copies, shape));
	}

	@Override
	public List<Tensor> outputs(final Layer of, final List<Tensor> copies) {
		return of.model().scoreBehind(of.inputs(), of.value(), copies.get(0));
	}

	/** The share of the score that is lost. */
	@Override
	public double[] weights(final double[] scores, final double score) {
		final double whole = score == 0 ? 1 : Math.abs(score);
		return Arrays.stream(scores).map(s -> (score - s) / whole).toArray();
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "ablation-cam", label = "Ablation-CAM...",
		menuPath = "Plugins>Glassbox>Ablation-CAM...",
		description = "Channels of a layer weighted by how much of the score is lost without each; without gradients.")
	public static class Dialog extends CamCommand {

		@Parameter(label = "Replacement", persist = false, choices = { "zero", "below-minimum" },
			description = "What a channel is set to: 0, or far below all outputs unless the smallest is 0, as in pytorch-grad-cam.")
		private String replacement = "zero";

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new AblationCam(Replacement.parse(replacement), settings);
		}
	}
}
