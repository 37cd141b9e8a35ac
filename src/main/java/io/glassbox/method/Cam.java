package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.scijava.plugin.Plugin;

/**
 * Class activation mapping: the score of a class, spread over the places it was averaged from.
 * <p>
 * Zhou et al., <em>Learning Deep Features for Discriminative Localization</em>, CVPR 2016, section 2.
 * For a network that ends in global average pooling and one linear layer, the map
 * {@code M = sum_k w_k A_k} is exact: its mean plus the class's bias <em>is</em> the score. A network
 * that ends in a 1x1 convolution with one channel per class, then pooling, has its maps ready made.
 * The raw map has shape 1 x 1 x spatial extents of the pooled layer, in units of the score; nothing is
 * clipped or normalised.
 * </p>
 *
 * @param settings of which the layer does not matter: it is the one that is pooled
 */
public record Cam(CamSettings settings) implements Explainer {

	/**
	 * With channels joined and maps upsampled as is usual.
	 *
	 * @param relu whether negative evidence is dropped; the paper keeps it
	 * @param upsample whether the raw map, too, is given on the input's grid
	 */
	public Cam(final boolean relu, final boolean upsample) {
		this(new CamSettings("auto", relu, upsample));
	}

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		final Network network = model.network();
		final PooledClassifier head = PooledClassifier.find(network, model.shapes(inputs));
		final Map<String, Tensor> values = model.activations(inputs, List.of(head.features(), head.scores()));
		progress.check();
		final Tensor features = values.get(head.features());
		final Tensor scores = values.get(head.scores());
		final Target.Resolved resolved = target.resolve(scores);
		final String layer = SpatialLayers.name(network, head.features());
		ActivationMap.requireSpatial(features, layer);
		final float[] seed = resolved.seed().floats();
		final Contributions contributions = Contributions.ofChannels(features, head.weights(seed));
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put("layer", layer);
		facts.put("bias", number(head.bias(seed)));
		facts.put("mean of the map plus bias", number(mean(contributions.sum()) + head.bias(seed)));
		return ActivationMap.attribution(List.of(contributions.joined(settings)), settings, inputs, resolved, scores, facts);
	}

	private static double mean(final Tensor map) {
		double sum = 0;
		for (final float v : map.floats())
			sum += v;
		return sum / map.length();
	}

	private static String number(final double v) {
		return String.format(Locale.ROOT, "%.6g", v);
	}

	/** CAM in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "cam", label = "CAM...", menuPath = "Plugins>Glassbox>CAM...",
		description = "The score of a class spread over the places it was averaged from; for networks that end in " +
			"global average pooling and one linear layer.")
	public static class Dialog extends ActivationMapCommand {

		/** The paper keeps negative evidence. */
		@Override
		protected boolean reluByDefault() {
			return false;
		}

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new Cam(settings);
		}
	}
}
