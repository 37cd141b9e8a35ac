package io.glassbox.method;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * A class activation map by a formula of one layer's output and the score's derivative by it; subclasses differ in the
 * formula alone.
 * <p>
 * Works for two and for three spatial dimensions, and for the tokens of a transformer, which are laid out as the grid of
 * patches they came from, see {@link TokenGrid}. The raw map has shape 1 x 1 x spatial extents of the layer, not
 * normalised; the map on the input's grid is that one, interpolated, see {@link CamSettings}. Of several layers each gives its map; these
 * are scaled and averaged on the input's grid, as pytorch-grad-cam does, see {@link ActivationMap#joined}. The result has
 * no unit.
 * </p>
 */
interface CamFormula extends Explainer {

	CamSettings settings();

	/**
	 * What the channels of one layer contribute to the map.
	 *
	 * @param activations 1 x channels x spatial extents
	 * @param gradient the derivative of the score by them
	 */
	Contributions contributions(Tensor activations, Tensor gradient);

	/** The map they make, 1 x 1 x spatial extents. */
	default Tensor joined(final Contributions contributions) {
		return contributions.joined(settings());
	}

	@Override
	default Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		progress.check();
		final Network network = model.network();
		final List<String> values = ActivationMap.layers(model, inputs, settings().layer());
		final AtomicReference<Target.Resolved> resolved = new AtomicReference<>();
		final Gradients g = model.differentiate(inputs, values, outputs -> {
			resolved.set(target.resolve(outputs.get(0)));
			progress.check();
			return InputGradient.seeds(outputs, resolved.get());
		});
		final Function<String, Tensor> each = value -> {
			final Tensor activations = TokenGrid.unfolded(model, inputs, value, g.activations().get(value));
			ActivationMap.requireSpatial(activations, SpatialLayers.name(network, value));
			return joined(contributions(activations, TokenGrid.unfolded(model, inputs, value, g.gradients().get(value))));
		};
		return ActivationMap.attribution(values.stream().map(each).toList(), settings(), inputs, resolved.get(), g
			.outputs().get(0), ActivationMap.facts(network, values, g.activations()));
	}
}
