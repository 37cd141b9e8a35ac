package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;

import org.scijava.ItemVisibility;
import org.scijava.plugin.Parameter;
import org.scijava.widget.Button;

/** The settings that class activation maps share which are drawn from a layer the user chooses. */
abstract class CamCommand extends ExplainCommand {

	@Parameter(label = "Layer", persist = false,
		description = "Name of a layer, or several as in layer4.*.conv2, whose maps are averaged; auto for the one the " +
			"description names, or the last with spatial extent.")
	private String layer = AUTO;

	@Parameter(label = "List layers...", required = false, persist = false, callback = "listLayers",
		description = "Shows the layers of the model to pick from.")
	private Button list;

	@Parameter(label = "ReLU", persist = false, description = "Drop negative evidence, as the paper does.")
	private boolean relu = true;

	@Parameter(label = "SmoothGrad samples", persist = false, min = "0", max = "10000",
		visibility = ItemVisibility.INVISIBLE,
		description = "Average over so many noisy copies of the image; 0 for the image alone.")
	private int smooth;

	@Parameter(label = "SmoothGrad noise", persist = false, min = "0", max = "1", stepSize = "0.05",
		visibility = ItemVisibility.INVISIBLE,
		description = "Standard deviation of the noise, as a fraction of the input's range.")
	private double noise = SmoothGrad.NOISE;

	@Parameter(label = "Upsample raw map", persist = false, visibility = ItemVisibility.INVISIBLE,
		description = "Give the raw map on the input's grid instead of the layer's.")
	private boolean upsample;

	void listLayers() {
		layer = chooseLayer(layer);
	}

	/** The method with its settings, without SmoothGrad. */
	protected abstract Explainer explainer(String layers, boolean positive, boolean fine);

	@Override
	protected final Explainer explainer() {
		final Explainer one = explainer(layer, relu, upsample);
		return smooth == 0 ? one : new SmoothGrad(one, smooth, noise, SmoothGrad.Statistic.MEAN, 0, 0);
	}
}
