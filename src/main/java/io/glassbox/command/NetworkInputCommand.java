package io.glassbox.command;

import io.glassbox.model.InputSettings;
import io.glassbox.model.ModelManager;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;

import org.scijava.ItemVisibility;
import org.scijava.plugin.Parameter;
import org.scijava.widget.FileWidget;

import ij.ImagePlus;

/** What commands share that make a network's input of an image, without explaining it. */
abstract class NetworkInputCommand extends GlassboxCommand {

	@Parameter
	private ModelManager models;

	@Parameter(label = "Image", required = false, description = "The image that the network gets; its pixels are not altered.")
	private ImagePlus image;

	@Parameter(label = "Model", required = false, persist = false, callback = "modelChosen",
		style = FileWidget.FILE_AND_DIRECTORY_STYLE, description = ExplainCommand.MODEL_HELP)
	private File model;

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

	@Parameter(label = "Other inputs", required = false, persist = false, description = "What the network takes beside the image: " +
		"clinical=0.2, 1, -3; prior=prior.tif (numbers, a .npy file, an image).")
	private String inputs = "";

	/** @throws io.glassbox.graph.GlassboxException if there is none */
	ImagePlus image() {
		ExplainCommand.requireImage(image);
		return image;
	}

	/** @throws io.glassbox.graph.GlassboxException if there is none */
	Path model() {
		return ExplainCommand.modelFile(model);
	}

	/** How the image becomes the network's input, by the keys of {@link InputSettings}. */
	Map<String, String> input() {
		return new InputSettings(inputsize, channels, resize, values, normalization).asMap();
	}

	/** What the network takes beside the image, see {@link OtherInputs}. */
	String others() {
		return inputs;
	}

	/** What was last chosen for a model comes back when the model is chosen, as in the dialogs that explain. */
	void modelChosen() {
		if (model == null || !model.exists()) return;
		final InputSettings last = InputSettings.of(models.remembered().get(model.toPath()));
		inputsize = last.inputSize();
		channels = last.channels();
		resize = last.resize();
		values = last.values();
		normalization = last.normalization();
	}
}
