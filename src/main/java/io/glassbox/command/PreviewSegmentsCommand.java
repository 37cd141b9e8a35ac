package io.glassbox.command;

import io.glassbox.perturb.Segmentations;

import org.scijava.ItemIO;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import ij.ImagePlus;

/** Draws the segments that LIME, SHAP or feature ablation would speak of over the image, as an overlay, before they run. */
@Plugin(type = org.scijava.command.Command.class, label = "Preview Segments...",
	menuPath = "Plugins>Glassbox>Preview Segments...",
	description = "Draws the segments that LIME, SHAP or feature ablation would speak of over the image.")
public class PreviewSegmentsCommand extends NetworkInputCommand {

	@Parameter
	private GlassboxService glassbox;

	@Parameter(label = "Segments", persist = false, description = ExplainCommand.SEGMENTS_HELP)
	private String segments = Segmentations.DEFAULT;

	@Parameter(type = ItemIO.OUTPUT, label = "Summary")
	private String summary;

	@Override
	protected void execute() {
		final ImagePlus image = image();
		final int count = glassbox.previewSegments(image, model(), segments, input(), others());
		summary = count + (count == 1 ? " segment" : " segments");
		image.updateAndDraw();
	}
}
