package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Corrections;
import io.glassbox.model.InputSettings;
import io.glassbox.model.Understanding;

import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.FileWidget;
import org.scijava.widget.TextWidget;

/** Shows what is understood of a model's descriptions, lets the person correct it, and saves it beside the model. */
@Plugin(type = org.scijava.command.Command.class, label = "Import Model...", menuPath = "Plugins>Glassbox>Import Model...",
	description = "Reads the descriptions that come with a model, to be corrected and saved beside it.")
public class ImportModelCommand extends GlassboxCommand {

	private static final String KEEP = InputSettings.KEEP;
	private static final String NOTHING_CHOSEN = "<html>Choose a model: what its descriptions say is shown here.</html>";

	@Parameter
	private GlassboxService glassbox;

	@Parameter
	private CommandService commands;

	@Parameter(label = "Model", required = false, persist = false, callback = "modelChosen",
		style = FileWidget.FILE_AND_DIRECTORY_STYLE, description = ExplainCommand.MODEL_HELP)
	private File model;

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false, style = TextWidget.AREA_STYLE)
	private String understood = NOTHING_CHOSEN;

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private String correctheading = "To correct (auto: as understood; none: nothing)";

	@Parameter(label = "Name", persist = false, description = "What the network is called.")
	private String name = KEEP;

	@Parameter(label = "Input size", persist = false,
		description = "224x224, DxHxW, or where it is open the smallest and the step, 64+16n x 64+16n.")
	private String inputsize = KEEP;

	@Parameter(label = "Channels", persist = false, description = "1, 3, or 3 bgr where blue comes first.")
	private String channels = KEEP;

	@Parameter(label = "Axes", persist = false,
		description = "bcyx or bczyx; bcxy or bcxyz where x comes first, as MONAI reads images.")
	private String axes = KEEP;

	@Parameter(label = "Resize", persist = false,
		description = "stretch, crop, crop 256 (the shorter side to 256, then the middle) or letterbox; antialias may follow.")
	private String resize = KEEP;

	@Parameter(label = "Values", persist = false,
		description = "type (the image type's full range), display, percentile or raw.")
	private String values = KEEP;

	@Parameter(label = "Normalization", persist = false,
		description = "unit, signed, imagenet, zscore, raw, means / standard deviations, or steps with semicolons between: " +
			"clip min=-160 max=240; zscore axes=zyx.")
	private String normalization = KEEP;

	@Parameter(label = "Output", persist = false, choices = { KEEP, "none", "logits", "sigmoid", "probabilities",
		"values" },
		description = "What the network's numbers are: logits become probabilities by a softmax, sigmoid each by " +
			"itself; values are quantities of their own, such as an age.")
	private String output = KEEP;

	@Parameter(label = "Boxes", persist = false, description = "Of a network that detects: xyxy or xywh (centre), pixels or " +
		"normalised, objectness or no-objectness, as in 'xywh normalised'; guessed where nothing is said.")
	private String boxes = KEEP;

	@Parameter(label = "Layer", persist = false, description = "The layer CAM methods take unless told otherwise.")
	private String layer = KEEP;

	@Parameter(label = "Classes", persist = false,
		description = "Names in output order, semicolons between, or a text file with one a line.")
	private String classes = KEEP;

	@Parameter(label = "Save beside the model", persist = false,
		description = "Save the description beside the model; otherwise it is only shown.")
	private boolean save = true;

	@Parameter(label = "Replace existing", persist = false,
		description = "Replace a description that says something else; it is kept with .old after its name.")
	private boolean overwrite;

	@Parameter(type = ItemIO.OUTPUT, label = "Import of model")
	private String summary;

	@Override
	protected void execute() {
		final Path file = ExplainCommand.modelFile(model);
		final Module fields = fields();
		final Map<String, String> corrections = new LinkedHashMap<>();
		Corrections.KEYS.forEach(key -> corrections.put(key, (String) fields.getInput(key)));
		summary = glassbox.importModel(file, corrections, save, overwrite).report();
	}

	/** Fields show what is understood, for the person to see and change. */
	void modelChosen() {
		if (model == null || !model.exists()) return;
		try {
			final Understanding u = Understanding.of(model.toPath());
			final Module fields = fields();
			Corrections.of(u.description()).forEach((key, text) -> fields.setInput(key, text.isEmpty() ? KEEP : text));
			understood = html(ModelImport.sources(u));
		}
		catch (final GlassboxException e) {
			understood = html(e.getMessage());
		}
	}

	/** The inputs by the names of their fields; what may be corrected is called as in {@link Corrections#KEYS}. */
	private Module fields() {
		return commands.getCommand(getClass()).createModule(this);
	}

	/** Fiji shows messages as HTML. */
	private static String html(final String text) {
		return "<html>" + text.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>") +
			"</html>";
	}
}
