package io.glassbox.command;

import io.glassbox.graph.GlassboxException;

import java.io.File;

import org.scijava.ItemIO;
import org.scijava.app.StatusService;
import org.scijava.command.Command;
import org.scijava.command.ContextCommand;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import ij.IJ;
import ij.ImagePlus;

/** A command with an input of every kind, which says what it was given. */
@Plugin(type = Command.class, menuPath = "Plugins>Glassbox>Tests>Echo...")
public class EchoCommand extends ContextCommand {

	/** An input to choose from. */
	public enum Mode {
		FAST, SLOW
	}

	@Parameter
	private StatusService status;

	@Parameter(required = false)
	private ImagePlus image;

	@Parameter(label = "Model file", required = false, persist = false, callback = "modelChosen")
	private File model;

	@Parameter(label = "Class to explain", required = false, persist = false)
	private String target = "top";

	@Parameter(label = "Lookup table", choices = { "viridis", "magma" }, persist = false)
	private String lut = "viridis";

	@Parameter(min = "0", max = "10", stepSize = "0.1", style = "slider", persist = false)
	private double sigma = 1;

	@Parameter(min = "1", persist = false)
	private int steps = 20;

	@Parameter(label = "Positive evidence only", persist = false)
	private boolean relu = true;

	@Parameter(persist = false)
	private boolean absolute;

	@Parameter(persist = false)
	private Mode mode = Mode.FAST;

	@Parameter(label = "Write results to", style = "directory", required = false, persist = false)
	private File out;

	@Parameter(type = ItemIO.OUTPUT)
	private String echo;

	@Parameter(type = ItemIO.OUTPUT)
	private ImagePlus heatmap;

	@Override
	public void run() {
		if (target.equals("fail")) throw new GlassboxException("No class 'fail'. There are: benign, malignant.");
		if (target.equals("crash")) throw new ArrayIndexOutOfBoundsException("a fault");
		if (target.equals("forever")) waitForCancel();
		echo = "image=" + (image == null ? "none" : image.getTitle()) + " model=" + model + " target=[" + target +
			"] lut=" + lut + " sigma=" + sigma + " steps=" + steps + " relu=" + relu + " absolute=" + absolute +
			" mode=" + mode + " out=" + out;
		if (image != null) heatmap = IJ.createImage("Heatmap of " + image.getTitle(), "32-bit black", image.getWidth(),
			image.getHeight(), 1);
	}

	private void modelChosen() {
		if (model.exists()) lut = "magma";
	}

	private void waitForCancel() {
		for (int i = 0; i < 1000 && !isCanceled(); i++) {
			status.showStatus(i, 1000, "Waiting");
			IJ.wait(20);
		}
	}
}
