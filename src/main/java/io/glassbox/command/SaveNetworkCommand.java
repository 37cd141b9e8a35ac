package io.glassbox.command;

import io.glassbox.graph.GlassboxException;

import java.io.File;
import java.nio.file.Path;
import java.util.stream.Collectors;

import org.scijava.ItemIO;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.widget.FileWidget;

/** Saves a network as ONNX, for other programs and for faster opening, whatever file it came from. */
@Plugin(type = org.scijava.command.Command.class, label = "Save Network...",
	menuPath = "Plugins>Glassbox>Save Network...", description = "Saves a network as ONNX, with the names of its layers.")
public class SaveNetworkCommand extends GlassboxCommand {

	@Parameter
	private GlassboxService glassbox;

	@Parameter(label = "Model", required = false, persist = false, description = "ONNX or TorchScript file.")
	private File model;

	@Parameter(label = "Save as", required = false, persist = false, style = FileWidget.SAVE_STYLE,
		description = "The ONNX file to write; one that exists is replaced, but never the model itself.")
	private File out;

	@Parameter(label = "Merge batch normalisations", persist = false,
		description = "Fold each batch normalisation into the convolution or linear layer before it.")
	private boolean mergebatchnorm;

	@Parameter(type = ItemIO.OUTPUT, label = "Saved")
	private String summary;

	@Override
	protected void execute() {
		final Path file = ExplainCommand.modelFile(model);
		if (out == null || out.getPath().isBlank()) throw new GlassboxException(
			"No file to save to was chosen: give one with out=[path.onnx].");
		summary = glassbox.save(file, out.toPath(), mergebatchnorm).stream().map(Path::toString).collect(Collectors.joining(
			"\n"));
	}
}
