package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.PartProgress;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.Perturbation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A class activation map without gradients: each channel of a layer is weighted by the score that the network gives when
 * something is done with that channel alone.
 * <p>
 * It takes as many passes as the layer has channels, some at a time; what is done with the channel and how scores become
 * weights is the method's. Layers, tokens and several layers at once are treated as by {@link CamFormula}.
 * </p>
 */
interface ScoredCam extends Explainer {

	CamSettings settings();

	/** What the scores of the channels are scores of, a few words. */
	String altered();

	/**
	 * What is run for a few channels.
	 *
	 * @param first number of the first channel
	 * @param n how many
	 */
	List<Tensor> copies(Layer layer, int first, int n);

	/** The network's outputs for such copies. */
	List<Tensor> outputs(Layer layer, List<Tensor> copies);

	/**
	 * The channels' weights in the map.
	 *
	 * @param scores of the channels
	 * @param score of the image itself
	 */
	double[] weights(double[] scores, double score);

	/**
	 * A layer whose channels are scored.
	 *
	 * @param inputs one sample each
	 * @param value the name of what it gives
	 * @param output what it gives, in its own shape
	 * @param activations the same as 1 x channels x spatial extents
	 */
	record Layer(Model model, List<Tensor> inputs, String value, Tensor output, Tensor activations) {

		int channels() {
			return activations.size(1);
		}
	}

	@Override
	default Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		progress.check();
		final Network network = model.network();
		final List<String> values = ActivationMap.layers(model, inputs, settings().layer());
		final Tensor output = model.score(inputs).get(0);
		final Target.Resolved resolved = target.resolve(output);
		progress.check();
		final Map<String, Tensor> activations = model.activations(inputs, values);
		final List<Layer> layers = values.stream().map(v -> layer(model, inputs, v, activations.get(v))).toList();
		final List<double[]> scores = new ArrayList<>();
		for (int i = 0; i < layers.size(); i++)
			scores.add(scores(layers.get(i), resolved, new PartProgress(progress, i, layers.size())));
		final List<Tensor> maps = new ArrayList<>();
		for (int i = 0; i < layers.size(); i++)
			maps.add(Contributions.ofChannels(layers.get(i).activations(), weights(scores.get(i), resolved.score())).joined(settings()));
		final Map<String, String> facts = ActivationMap.facts(network, values, activations);
		facts.put("forward passes", "" + scores.stream().mapToInt(s -> s.length).sum());
		facts.put("scores " + altered(), scores.stream().map(ScoredCam::range).collect(Collectors.joining(", ")));
		return ActivationMap.attribution(maps, settings(), inputs, resolved, output, facts);
	}

	private static Layer layer(final Model model, final List<Tensor> inputs, final String value, final Tensor output) {
		final Tensor activations = TokenGrid.unfolded(model, inputs, value, output);
		ActivationMap.requireSpatial(activations, SpatialLayers.name(model.network(), value));
		ActivationMap.requireRank(activations, Elements.picture(inputs));
		return new Layer(model, inputs, value, output, activations);
	}

	private double[] scores(final Layer layer, final Target.Resolved target, final Progress progress) {
		final double[] scores = new double[layer.channels()];
		new Perturbation(layer.model(), layer.inputs(), List.of(target), copies -> outputs(layer, copies)).run(scores.length, (
			first, n) -> copies(layer, first, n), progress, "channel", (i, score) -> {
				scores[i] = score[0];
				return true;
			});
		return scores;
	}

	private static String range(final double[] scores) {
		return String.format(Locale.ROOT, "%.4g to %.4g", Arrays.stream(scores).min().orElseThrow(), Arrays.stream(scores)
			.max().orElseThrow());
	}
}
