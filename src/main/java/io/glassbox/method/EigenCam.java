package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.graph.Tensor;

import org.scijava.plugin.Plugin;

/**
 * EigenCAM: where the strongest pattern of a layer is, whatever the class.
 * <p>
 * Muhammad and Yeasin, <em>Eigen-CAM</em>, IJCNN 2020: the layer's output, places by channels, projected on its first principal
 * component. Each channel is centred first, as in pytorch-grad-cam. It knows nothing of the target: it shows the same for each
 * class. The sign of a component is arbitrary; the one is taken by which places of strong activation come out positive.
 * </p>
 *
 * @param layer name of the layer, several by wildcards or commas, or {@code auto} for the last one with spatial extent
 * @param relu whether negative values of the map are dropped
 * @param upsample whether the raw map, too, is given on the input's grid
 */
public record EigenCam(String layer, boolean relu, boolean upsample) implements CamFormula {

	@Override
	public Tensor map(final Tensor activations, final Tensor gradient) {
		return PrincipalComponent.of(activations);
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "eigen-cam", label = "EigenCAM...", menuPath = "Plugins>Glassbox>EigenCAM...",
		description = "Where the strongest pattern of a layer is; the same for every class.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final String layers, final boolean positive, final boolean fine) {
			return new EigenCam(layers, positive, fine);
		}
	}
}
