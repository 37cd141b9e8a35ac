package io.glassbox.command;

import io.glassbox.image.LayerStyle;
import io.glassbox.image.Layers;
import io.glassbox.image.Luts;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import ij.ImagePlus;
import ij.WindowManager;

/** Shows, hides, restyles and removes the layers that explanations put on an image. */
@Plugin(type = org.scijava.command.Command.class, label = "Layers...", menuPath = "Plugins>Glassbox>Layers...",
	description = "Shows, hides, restyles or removes the layers of relevance on an image.")
public class LayersCommand extends GlassboxCommand {

	private static final String ALL = "all";
	private static final double KEEP = -1;

	@Parameter(label = "Image", required = false, description = "The image with the layers.")
	private ImagePlus image;

	@Parameter(label = "Layer", persist = false, description = "Name of a layer, or all.")
	private String layer = ALL;

	@Parameter(label = "Action", persist = false, choices = { "list", "show", "hide", "toggle", "restyle", "remove" },
		description = "What to do; restyle uses the settings below.")
	private String action = "list";

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private String styleheading = "For restyle (-1: as it is)";

	@Parameter(label = "Lookup table", persist = false, choices = { "keep", "viridis", "magma", "inferno", "turbo",
		"diverging" }, description = "For restyle.")
	private String lut = "keep";

	@Parameter(label = "Opacity", persist = false, min = "-1", max = "1", stepSize = "0.05",
		description = "For restyle: 0 to 1; -1 keeps it.")
	private double opacity = KEEP;

	@Parameter(label = "Threshold", persist = false, min = "-1", max = "1", stepSize = "0.05",
		description = "For restyle: 0 to 1; -1 keeps it.")
	private double threshold = KEEP;

	@Parameter(label = "Clip at %", persist = false, min = "-1", max = "100", stepSize = "1",
		description = "For restyle: colours end at the relevance of so many percent of the pixels; 100 for the whole range, -1 keeps it.")
	private double clip = KEEP;

	@Parameter(type = ItemIO.OUTPUT, label = "Layers")
	private String summary;

	@Override
	protected void execute() {
		ExplainCommand.requireImage(image);
		final Layers layers = Layers.of(image);
		final List<String> chosen = layer.trim().equalsIgnoreCase(ALL) ? layers.names() : List.of(layer.trim());
		chosen.forEach(name -> apply(layers, name));
		image.updateAndDraw();
		summary = layers.names().isEmpty() ? image.getTitle() + " has no layers." + elsewhere() : layers.names().stream().map(
			name -> name + (layers.isVisible(name) ? "" : " (hidden)")).collect(Collectors.joining("\n"));
	}

	/** Which open images have layers, for who has the heatmap in front instead of the image. */
	private static String elsewhere() {
		final int[] open = WindowManager.getIDList();
		if (open == null) return "";
		final List<String> titles = Arrays.stream(open).mapToObj(WindowManager::getImage).filter(Objects::nonNull).filter(
			i -> !Layers.of(i).names().isEmpty()).map(ImagePlus::getTitle).toList();
		return titles.isEmpty() ? "" : " These have: " + String.join(", ", titles) + ".";
	}

	private void apply(final Layers layers, final String name) {
		switch (action) {
			case "show" -> layers.setVisible(name, true);
			case "hide" -> layers.setVisible(name, false);
			case "toggle" -> layers.setVisible(name, !layers.isVisible(name));
			case "restyle" -> layers.setStyle(name, style(layers.style(name)));
			case "remove" -> layers.remove(name);
			default -> layers.isVisible(name); // list: only that it exists
		}
	}

	private LayerStyle style(final Optional<LayerStyle> now) {
		final LayerStyle kept = now.orElse(new LayerStyle(Luts.SEQUENTIAL, 1, 0));
		return new LayerStyle(lut.equals("keep") ? kept.lut() : lut.equals("diverging") ? Luts.DIVERGING : lut,
			opacity == KEEP ? kept.opacity() : opacity, threshold == KEEP ? kept.threshold() : threshold, clip == KEEP ? kept.clip() : clip);
	}
}
