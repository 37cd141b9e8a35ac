package io.glassbox.demo;

import io.glassbox.command.GlassboxCommand;
import io.glassbox.image.Axis;
import io.glassbox.image.NamedImage;
import io.glassbox.image.PixelArrays;

import java.io.File;
import java.nio.file.Path;
import java.util.List;

import org.scijava.ItemIO;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import ij.ImagePlus;

/**
 * Opens a mammogram phantom, whose truth is known, and lays the networks trained on such images beside
 * each other in a folder, ready for the other commands.
 */
@Plugin(type = org.scijava.command.Command.class, label = "Mammogram Phantom...",
	menuPath = "Plugins>Glassbox>Samples>Mammogram Phantom...",
	description = "Opens an image with known truth and writes the networks trained on such images into a folder.")
public class SampleCommand extends GlassboxCommand {

	@Parameter(label = "Phantom", persist = false, choices = { "normal_1", "normal_2", "normal_3", "benign_1", "benign_2",
		"benign_3", "malignant_1", "malignant_2", "malignant_3", "normal_marked", "benign_marked", "malignant_marked" },
		description = "What to open; a marked one bears a lead marker in its corner.")
	private String phantom = DemoImages.DEFAULT;

	@Parameter(label = "Open mask of the lesion", persist = false, description = "Open the mask of the lesion, too.")
	private boolean mask;

	@Parameter(label = "Folder for models", required = false, persist = false, style = "directory",
		description = "Where the networks go; .glassbox/models in your home folder if empty.")
	private File folder;

	@Parameter(type = ItemIO.OUTPUT, label = "Phantom")
	private ImagePlus image;

	@Parameter(type = ItemIO.OUTPUT, label = "Lesion")
	private ImagePlus lesion;

	@Parameter(type = ItemIO.OUTPUT, label = "Model")
	private String model;

	@Override
	protected void execute() {
		final Path models = folder == null ? Path.of(System.getProperty("user.home"), ".glassbox", "models") : folder
			.toPath();
		DemoNetworks.names().forEach(name -> DemoNetworks.extract(name, models));
		model = DemoNetworks.extract(DemoNetworks.MAMMO_CNN, models).toString();
		final Phantom p = DemoImages.phantom(phantom);
		final List<Axis> plane = List.of(Axis.X, Axis.Y);
		image = PixelArrays.toImagePlus(phantom, new NamedImage<>(DemoImages.image(p), plane));
		if (mask) lesion = PixelArrays.toImagePlus(phantom + " mask", new NamedImage<>(DemoImages.lesion(p), plane));
	}
}
