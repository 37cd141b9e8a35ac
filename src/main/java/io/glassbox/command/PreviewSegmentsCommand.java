package io.glassbox.command;

import io.glassbox.model.InputSettings;
import io.glassbox.perturb.Segmentations;

import java.io.File;

import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.FileWidget;

import ij.ImagePlus;

/** Draws the segments that LIME, SHAP or feature ablation would speak of over the image, as an overlay, before they run. */
@Plugin(type = org.scijava.command.Command.class, label = "Preview Segments...",
	menuPath = "Plugins>Glassbox>Preview Segments...",
	description = "Draws the segments that LIME, SHAP or feature ablation would speak of over the image.")
public class PreviewSegmentsCommand extends GlassboxCommand {

	@Parameter
	private GlassboxService glassbox;

	@Parameter(label = "Image", required = false, description = "The image to cut.")
	private ImagePlus image;

	@Parameter(label = "Model", required = false, persist = false, style = FileWidget.FILE_AND_DIRECTORY_STYLE,
		description = ExplainCommand.MODEL_HELP)
	private File model;

	@Parameter(label = "Segments", persist = false, description = ExplainCommand.SEGMENTS_HELP)
	private String segments = Segmentations.DEFAULT;

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private String inputheading = ExplainCommand.INPUT_HEADING;

	@Parameter(label = "Input size", persist = false,
		description = "Size the network takes, 224x224 or DxHxW; auto as its description or file says.")
	private String inputsize = ExplainCommand.AUTO;

	@Parameter(label = "Channels", persist = false, description = "Channels the network takes; auto as it says.")
	private String channels = ExplainCommand.AUTO;

	@Parameter(label = "Resize", persist = false, choices = { "auto", "stretch", "crop", "letterbox" },
		description = "How an image of other proportions is fitted.")
	private String resize = ExplainCommand.AUTO;

	@Parameter(label = "Values", persist = false,
		description = "type (the image type's full range), display, percentile or raw.")
	private String values = ExplainCommand.AUTO;

	@Parameter(label = "Normalization", persist = false,
		description = "unit, signed, imagenet, zscore, raw, or means / standard deviations.")
	private String normalization = ExplainCommand.AUTO;

	@Parameter(label = "Other inputs", required = false, persist = false,
		description = "What the network takes beside the image, which tells where the image goes: prior=prior.tif.")
	private String inputs = "";

	@Parameter(type = ItemIO.OUTPUT, label = "Summary")
	private String summary;

	@Override
	protected void execute() {
		ExplainCommand.requireImage(image);
		final int count = glassbox.previewSegments(image, ExplainCommand.modelFile(model), segments, new InputSettings(inputsize,
			channels, resize, values, normalization).asMap(), inputs);
		summary = count + (count == 1 ? " segment" : " segments");
		image.updateAndDraw();
	}
}
