package io.glassbox.method;

import org.scijava.plugin.Parameter;
import org.scijava.widget.Button;

/** The settings that class activation maps share which are drawn from a layer the user chooses. */
abstract class CamCommand extends ActivationMapCommand {

	@Parameter(label = "Layer", persist = false,
		description = "Name of a layer, or several as in layer4.*.conv2, whose maps are averaged; auto for the one the " +
			"description names, or the last with spatial extent.")
	private String layer = AUTO;

	@Parameter(label = "List layers...", required = false, persist = false, callback = "listLayers",
		description = "Shows the layers of the model to pick from.")
	private Button list;

	void listLayers() {
		layer = chooseLayer(layer);
	}

	@Override
	protected final String layers() {
		return layer;
	}
}
