package io.glassbox.command;

import io.glassbox.image.Place;
import io.glassbox.image.StackPosition;
import io.glassbox.model.InputSettings;
import io.glassbox.model.ModelManager;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.FileWidget;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.measure.ResultsTable;

/** What a network says of an image: its classes with score and probability, or the boxes it detects, as a table. */
@Plugin(type = org.scijava.command.Command.class, label = "Predict...", menuPath = "Plugins>Glassbox>Predict...",
	description = "Shows what a network says of an image.")
public class PredictCommand extends GlassboxCommand {

	@Parameter
	private GlassboxService glassbox;

	@Parameter
	private ModelManager models;

	@Parameter(label = "Image", required = false, description = "The image to classify.")
	private ImagePlus image;

	@Parameter(label = "Model", required = false, persist = false, callback = "modelChosen",
		style = FileWidget.FILE_AND_DIRECTORY_STYLE, description = ExplainCommand.MODEL_HELP)
	private File model;

	@Parameter(label = "Classes to show", persist = false, min = "1", description = "How many classes to show; of a network that detects, how many boxes.")
	private int top = 5;

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

	@Parameter(label = "Device", persist = false, description = "auto, cpu, gpu or gpu:1.")
	private String device = ExplainCommand.AUTO;

	@Parameter(type = ItemIO.OUTPUT, label = "Summary")
	private String summary;

	@Override
	protected void execute() {
		final Path file = ExplainCommand.modelFile(model);
		ExplainCommand.requireImage(image);
		final Prediction prediction = glassbox.predict(image, file, device, new InputSettings(inputsize, channels, resize,
			values, normalization).asMap(), inputs);
		if (!prediction.boxes().isEmpty()) {
			final List<Prediction.Box> boxes = prediction.boxes().subList(0, Math.min(top, prediction.boxes().size()));
			summary = boxes.stream().map(Prediction.Box::text).collect(Collectors.joining("\n"));
			draw(boxes);
			if (IJ.getInstance() != null) table(boxes).show("Prediction of " + image.getTitle());
			return;
		}
		final List<Prediction.Entry> shown = prediction.ranking().subList(0, Math.min(top, prediction.ranking().size()));
		summary = shown.stream().map(prediction::text).collect(Collectors.joining("\n"));
		if (IJ.getInstance() != null) table(prediction.scale(), shown).show("Prediction of " + image.getTitle());
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

	/** Boxes drawn before stay, except the same ones. */
	private void draw(final List<Prediction.Box> boxes) {
		final Overlay overlay = image.getOverlay() == null ? new Overlay() : image.getOverlay();
		for (final Prediction.Box box : boxes) {
			final Roi roi = box.roi();
			StackPosition.set(roi, Place.current(image), image);
			overlay.remove(roi.getName());
			overlay.add(roi, roi.getName());
		}
		image.setOverlay(overlay);
	}

	private static ResultsTable table(final List<Prediction.Box> boxes) {
		final ResultsTable table = new ResultsTable();
		for (final Prediction.Box b : boxes) {
			table.addRow();
			table.addValue("Class", b.label());
			table.addValue("Box", b.box());
			table.addValue("Score", b.score());
			table.addValue("Probability", b.probability());
			table.addValue("Left", b.left());
			table.addValue("Top", b.top());
			table.addValue("Right", b.right());
			table.addValue("Bottom", b.bottom());
		}
		table.setPrecision(4);
		return table;
	}

	private static ResultsTable table(final Prediction.Scale scale, final List<Prediction.Entry> shown) {
		final ResultsTable table = new ResultsTable();
		for (final Prediction.Entry e : shown) {
			table.addRow();
			table.addValue(scale == Prediction.Scale.VALUE ? "Output" : "Class", e.label());
			table.addValue("Index", e.index());
			if (scale == Prediction.Scale.VALUE) table.addValue("Value", e.score());
			else {
				table.addValue(scale == Prediction.Scale.AREA ? "Pixels" : "Score", e.score());
				table.addValue(scale == Prediction.Scale.AREA ? "Share" : "Probability", e.probability());
			}
		}
		table.setPrecision(4);
		return table;
	}
}
