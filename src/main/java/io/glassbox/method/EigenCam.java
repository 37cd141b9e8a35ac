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
 */
public record EigenCam(CamSettings settings) implements CamFormula {

	/** With channels joined and maps upsampled as is usual, see {@link CamSettings}. */
	public EigenCam(final String layer, final boolean relu, final boolean upsample) {
		this(new CamSettings(layer, relu, upsample));
	}

	@Override
	public Contributions contributions(final Tensor activations, final Tensor gradient) {
		return new Contributions(activations.shape(), i -> activations.floats()[i]);
	}

	/** By the method itself, whether chosen or not. */
	@Override
	public Tensor joined(final Contributions contributions) {
		return contributions.principalComponent();
	}

	/** The method in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "eigen-cam", label = "EigenCAM...", menuPath = "Plugins>Glassbox>EigenCAM...",
		description = "Where the strongest pattern of a layer is; the same for every class.")
	public static class Dialog extends CamCommand {

		@Override
		protected Explainer explainer(final CamSettings settings) {
			return new EigenCam(settings);
		}
	}
}
