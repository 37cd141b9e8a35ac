package io.glassbox.command;

import io.glassbox.image.Place;
import io.glassbox.image.StackPosition;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.scijava.ItemIO;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Overlay;
import ij.gui.Roi;
import ij.measure.ResultsTable;

/** What a network says of an image: its classes with score and probability, or the boxes it detects, as a table. */
@Plugin(type = org.scijava.command.Command.class, label = "Predict...", menuPath = "Plugins>Glassbox>Predict...",
	description = "Shows what a network says of an image.")
public class PredictCommand extends NetworkInputCommand {

	@Parameter
	private GlassboxService glassbox;

	@Parameter(label = "Classes to show", persist = false, min = "1", description = "How many classes to show; of a network that detects, how many boxes.")
	private int top = 5;

	@Parameter(label = "Device", persist = false, description = "auto, cpu, gpu or gpu:1.")
	private String device = ExplainCommand.AUTO;

	@Parameter(type = ItemIO.OUTPUT, label = "Summary")
	private String summary;

	@Override
	protected void execute() {
		final Path file = model();
		final ImagePlus image = image();
		final Prediction prediction = glassbox.predict(image, file, device, input(), others());
		if (!prediction.boxes().isEmpty()) {
			final List<Prediction.Box> boxes = prediction.boxes().subList(0, Math.min(top, prediction.boxes().size()));
			summary = boxes.stream().map(Prediction.Box::text).collect(Collectors.joining("\n"));
			draw(boxes, image);
			if (IJ.getInstance() != null) table(boxes).show("Prediction of " + image.getTitle());
			return;
		}
		final List<Prediction.Entry> shown = prediction.ranking().subList(0, Math.min(top, prediction.ranking().size()));
		summary = shown.stream().map(prediction::text).collect(Collectors.joining("\n"));
		if (IJ.getInstance() != null) table(prediction.scale(), shown).show("Prediction of " + image.getTitle());
	}

	/** Boxes drawn before stay, except the same ones. */
	private static void draw(final List<Prediction.Box> boxes, final ImagePlus image) {
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
