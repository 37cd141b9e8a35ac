package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Gradients;
import io.glassbox.graph.Model;
import io.glassbox.graph.Network;
import io.glassbox.graph.SpatialLayers;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import org.scijava.ItemVisibility;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.Button;

/**
 * Gradient-weighted class activation mapping: where in the picture the features that drive a score
 * are.
 * <p>
 * Selvaraju et al., <em>Grad-CAM</em>, ICCV 2017, equations 1 and 2. With {@code A_k} the k-th channel
 * of a layer's output and {@code y} the score, the weight of a channel is its mean gradient,
 * {@code w_k = mean_ij dy/dA_k[i,j]}, and the map is {@code relu(sum_k w_k A_k)}. Works for two and for
 * three spatial dimensions. The raw map has shape 1 x 1 x spatial extents of the layer, in units of
 * the score, not normalised; the map on the input's grid is that one, linearly interpolated.
 * </p>
 * <p>
 * Of several layers each gives its map; these are scaled and averaged on the input's grid, as pytorch-grad-cam does,
 * see {@link ActivationMap#joined}. The result has no unit.
 * </p>
 *
 * @param layer name of the layer, several by wildcards ({@code layer4.*.conv2}) or commas, or {@code auto} for the last
 *          one with spatial extent
 * @param relu whether negative evidence is dropped, as in the paper
 * @param upsample whether the raw map, too, is given on the input's grid
 */
public record GradCam(String layer, boolean relu, boolean upsample) implements Explainer {

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		final Network network = model.network();
		final List<String> values = ActivationMap.layers(model, inputs, layer);
		ActivationMap.requireChannelsSecond(model, inputs, values);
		final AtomicReference<Target.Resolved> resolved = new AtomicReference<>();
		final Gradients g = model.differentiate(inputs, values, outputs -> {
			resolved.set(target.resolve(outputs.get(0)));
			progress.check();
			return ActivationMap.seeds(outputs, resolved.get());
		});
		final List<Tensor> maps = values.stream().map(value -> map(network, value, g)).toList();
		final Tensor map = maps.size() == 1 ? maps.get(0) : ActivationMap.joined(maps, !relu, inputs.get(0));
		return ActivationMap.attribution(map, !relu, upsample, inputs.get(0), resolved.get(), g.outputs().get(0), facts(
			network, values, g.activations()));
	}

	private Tensor map(final Network network, final String value, final Gradients g) {
		final Tensor activations = g.activations().get(value);
		ActivationMap.requireSpatial(activations, SpatialLayers.name(network, value));
		final Tensor map = ActivationMap.weightedSum(activations, meanOverSpace(g.gradients().get(value)));
		return relu ? ActivationMap.relu(map) : map;
	}

	private static Map<String, String> facts(final Network network, final List<String> values,
		final Map<String, Tensor> activations)
	{
		final Map<String, String> facts = new LinkedHashMap<>();
		facts.put(values.size() == 1 ? "layer" : "layers", values.stream().map(v -> SpatialLayers.name(network, v)).collect(
			Collectors.joining(", ")));
		facts.put("layer shape", values.stream().map(v -> Arrays.toString(activations.get(v).shape())).collect(Collectors
			.joining(", ")));
		return facts;
	}

	private static double[] meanOverSpace(final Tensor gradient) {
		final int channels = gradient.size(1);
		final int places = gradient.length() / channels;
		final double[] mean = new double[channels];
		for (int i = 0; i < gradient.length(); i++)
			mean[i / places] += gradient.floats()[i] / (double) places;
		return mean;
	}

	/** Grad-CAM in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "grad-cam", label = "Grad-CAM...",
		menuPath = "Plugins>Glassbox>Grad-CAM...",
		description = "Where the features that drive a score are: channels of a layer weighted by their mean gradient.")
	public static class Dialog extends ExplainCommand {

		@Parameter(label = "Layer", persist = false,
			description = "Name of a layer, or several as in layer4.*.conv2, whose maps are averaged; auto for the one the " +
				"description names, or the last with spatial extent.")
		private String layer = AUTO;

		@Parameter(label = "List layers...", required = false, persist = false, callback = "listLayers",
			description = "Shows the layers of the model to pick from.")
		private Button list;

		@Parameter(label = "ReLU", persist = false, description = "Drop negative evidence, as the paper does.")
		private boolean relu = true;

		@Parameter(label = "Upsample raw map", persist = false, visibility = ItemVisibility.INVISIBLE,
			description = "Give the raw map on the input's grid instead of the layer's.")
		private boolean upsample;

		void listLayers() {
			layer = chooseLayer(layer);
		}

		@Override
		protected Explainer explainer() {
			return new GradCam(layer, relu, upsample);
		}
	}
}
