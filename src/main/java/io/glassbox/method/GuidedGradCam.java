package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.PartProgress;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.explain.Upsampling;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.Button;

/**
 * Guided Grad-CAM: guided backpropagation where Grad-CAM says the class is.
 * <p>
 * Selvaraju et al., <em>Grad-CAM</em>, ICCV 2017, section 3.1: the product of both, elementwise, the map of Grad-CAM after its
 * ReLU, on the input's grid, linearly interpolated unless chosen otherwise. As fine as the former, and about the class as the latter.
 * </p>
 *
 * @param layer of Grad-CAM, or several
 * @param upsampling how Grad-CAM's map comes onto the input's grid
 * @param absolute whether magnitudes are taken
 */
public record GuidedGradCam(String layer, Upsampling upsampling, boolean absolute, ChannelReduction channels)
	implements Explainer
{

	/** With linear interpolation, as in the paper. */
	public GuidedGradCam(final String layer, final boolean absolute, final ChannelReduction channels) {
		this(layer, Upsampling.LINEAR, absolute, channels);
	}

	@Override
	public Attribution explain(final Model model, final List<Tensor> inputs, final Target target,
		final Progress progress)
	{
		final Attribution where = new GradCam(new CamSettings(layer, true, true, false, upsampling)).explain(model, inputs, target, new PartProgress(progress,
			0, 2));
		final Attribution what = new GuidedBackprop(false, channels).explain(model, inputs, InputGradient.settled(where.target()),
			new PartProgress(progress, 1, 2));
		final float[] raw = what.raw().floats().clone();
		final float[] mask = where.map().floats();
		for (int i = 0; i < raw.length; i++)
			raw[i] *= mask[i % mask.length];
		final Map<String, String> facts = new LinkedHashMap<>(where.facts());
		facts.putAll(what.facts());
		return InputMap.of(Tensor.of(raw, what.raw().shape()), absolute, channels, what.target(), what.output(), facts);
	}

	/** Guided Grad-CAM in menus, macros and on the command line. */
	@Plugin(type = ExplainCommand.class, name = "guided-grad-cam", label = "Guided Grad-CAM...",
		menuPath = "Plugins>Glassbox>Guided Grad-CAM...",
		description = "Guided backpropagation where Grad-CAM says the class is: fine, and about the class.")
	public static class Dialog extends GradientCommand {

		@Parameter(label = "Layer", persist = false,
			description = "Layer of Grad-CAM, or several as in layer4.*.conv2; auto for the one the description names, or the last " +
				"with spatial extent.")
		private String layer = AUTO;

		@Parameter(label = "List layers...", required = false, persist = false, callback = "listLayers",
			description = "Shows the layers of the model to pick from.")
		private Button list;

		void listLayers() {
			layer = chooseLayer(layer);
		}

		@Parameter(label = "Upsampling", persist = false, choices = { "nearest", "bilinear", "bicubic", "guided" },
			description = "How Grad-CAM's map becomes as fine as the image.")
		private String upsampling = "bilinear";

		@Override
		protected Explainer explainer(final boolean magnitudes, final ChannelReduction channels) {
			return new GuidedGradCam(layer, Upsampling.parse(upsampling), magnitudes, channels);
		}
	}
}
