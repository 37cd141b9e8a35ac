package io.glassbox.command.bridge.driver;

import static io.glassbox.command.bridge.driver.Person.await;
import static io.glassbox.command.bridge.driver.Person.awaitThat;
import static io.glassbox.command.bridge.driver.Person.choose;
import static io.glassbox.command.bridge.driver.Person.components;
import static io.glassbox.command.bridge.driver.Person.dialog;
import static io.glassbox.command.bridge.driver.Person.labels;
import static io.glassbox.command.bridge.driver.Person.photograph;
import static io.glassbox.command.bridge.driver.Person.press;
import static io.glassbox.command.bridge.driver.Person.pressCancel;
import static io.glassbox.command.bridge.driver.Person.pressOk;
import static io.glassbox.command.bridge.driver.Person.say;

import java.awt.Dialog;
import java.awt.TextField;
import java.io.File;
import java.util.Arrays;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.gui.ImageRoi;
import ij.gui.Overlay;
import ij.measure.ResultsTable;
import ij.plugin.frame.Recorder;
import ij.plugin.frame.RoiManager;

/**
 * A person who explains an image with the Grad-CAM dialog, records it, plays the record again, and then
 * tries the other dialogs.
 */
public final class GradCamDriver {

	private static final String LAYER = "Glassbox: Grad-CAM: ";

	private final File model;
	private final File pictures;
	private final ImagePlus image;

	private GradCamDriver(final File image, final File model, final File pictures) {
		this.image = IJ.openImage(image.getPath());
		this.model = model;
		this.pictures = pictures;
	}

	/** Takes the files of image and model, and a folder for pictures of the screen. */
	public static void main(final String... files) throws Exception {
		new ImageJ();
		IJ.run("Record...");
		final GradCamDriver person = new GradCamDriver(new File(files[0]), new File(files[1]), new File(files[2]));
		person.image.show();
		person.cancel();
		person.pickLayers();
		person.explain();
		person.playAgain();
		person.layers();
		person.predict();
		person.models();
		person.stack();
		System.exit(0);
	}

	private void cancel() throws Exception {
		final GenericDialog dialog = choose("Grad-CAM...");
		fillModel(dialog);
		pressCancel(dialog);
		awaitThat(() -> !dialog.isShowing());
		IJ.wait(500);
		say("after cancel", WindowManager.getImageCount() + " image, overlay " + image.getOverlay() + ", ROI Manager " +
			RoiManager.getInstance() + ", log " + IJ.getLog() + ", recorded " + recorded("Grad-CAM"));
	}

	/** Picks two layers from the list, narrows it, and leaves. */
	private void pickLayers() throws Exception {
		final GenericDialog dialog = choose("Grad-CAM...");
		fillModel(dialog);
		press(dialog, "List layers...");
		final Dialog layers = dialog("Layers of " + model.getName());
		final java.awt.List list = components(layers, java.awt.List.class).get(0);
		awaitThat(() -> list.getItemCount() > 1);
		awaitThat(() -> list.getSelectedIndexes().length > 0);
		say("selected at first", list.getSelectedItems()[0].trim().replaceAll(" +", " "));
		say("listed", Arrays.stream(list.getItems()).map(line -> line.split(" ")[0]).toList());
		photograph(new File(pictures, "layers.png"));
		components(layers, TextField.class).get(0).setText("relu");
		awaitThat(() -> list.getItemCount() == 3);
		list.select(1);
		list.select(2);
		press(layers, "OK");
		awaitThat(() -> !layers.isShowing());
		final TextField field = (TextField) dialog.getStringFields().get(4); // model, target, region, box, layer
		awaitThat(() -> field.getText().contains("relu"));
		say("picked", field.getText());
		photograph(new File(pictures, "picked.png"));
		pressCancel(dialog);
		awaitThat(() -> !dialog.isShowing());
	}

	private void explain() throws Exception {
		final int before = Arrays.hashCode((int[]) image.getProcessor().getPixels());
		final GenericDialog dialog = choose("Grad-CAM...");
		fillModel(dialog);
		say("labels", labels(dialog));
		say("fits a small screen", dialog.getHeight() < 700 && dialog.getWidth() < 1000);
		photograph(new File(pictures, "dialog.png"));
		pressOk(dialog);
		final ImagePlus heatmap = await(() -> WindowManager.getImage("Grad-CAM of " + image.getTitle()));
		awaitThat(() -> IJ.getLog() != null && IJ.getLog().contains("Prediction"));
		say("heatmap", heatmap.getWidth() + " x " + heatmap.getHeight() + ", " + heatmap.getBitDepth() + " bit, unit " +
			heatmap.getCalibration().getUnit());
		say("info", heatmap.getInfoProperty().replace('\n', ';'));
		say("pixels unchanged", before == Arrays.hashCode((int[]) image.getProcessor().getPixels()));
		sayLayers("layers");
		say("ROI Manager", RoiManager.getInstance().getCount() > 0);
		say("regions", ResultsTable.getResultsTable("Regions of " + heatmap.getTitle()).size() == RoiManager.getInstance()
			.getCount());
		photograph(new File(pictures, "result.png"));
	}

	private void playAgain() throws Exception {
		final ImagePlus first = WindowManager.getImage("Grad-CAM of " + image.getTitle());
		first.setTitle("first");
		final String line = await(() -> recorded("Grad-CAM"));
		say("recorded", line);
		IJ.selectWindow(image.getID());
		IJ.runMacro(line);
		final ImagePlus second = await(() -> WindowManager.getImage("Grad-CAM of " + image.getTitle()));
		say("identical when played again", Arrays.equals((float[]) first.getProcessor().getPixels(), (float[]) second
			.getProcessor().getPixels()));
		sayLayers("layers when played again");
		first.close();
		second.close();
	}

	private static String recorded(final String command) {
		return Arrays.stream(Recorder.getInstance().getText().split("\n")).filter(line -> line.contains(command)).findFirst()
			.orElse(null);
	}

	private void layers() throws Exception {
		for (final String action : new String[] { "hide", "show", "restyle", "remove" }) {
			IJ.log("\\Clear");
			final GenericDialog dialog = choose("Layers...");
			((java.awt.Choice) dialog.getChoices().get(0)).select(action);
			((TextField) dialog.getNumericFields().get(0)).setText(action.equals("restyle") ? "0.25" : "-1");
			pressOk(dialog);
			awaitThat(() -> IJ.getLog() != null && IJ.getLog().contains("Layers"));
			sayLayers("after " + action);
		}
	}

	private void predict() throws Exception {
		IJ.log("\\Clear");
		final GenericDialog dialog = choose("Predict...");
		fillModel(dialog);
		pressOk(dialog);
		final ResultsTable table = await(() -> ResultsTable.getResultsTable("Prediction of " + image.getTitle()));
		awaitThat(() -> IJ.getLog() != null && IJ.getLog().contains("probability")); // told after the table is shown
		say("prediction", table.getColumnHeadings().trim().replace('\t', ' ') + ", " + table.size() + " rows");
	}

	private void models() throws Exception {
		IJ.log("\\Clear");
		pressOk(choose("Models..."));
		awaitThat(() -> IJ.getLog() != null && IJ.getLog().contains("Models"));
		say("models", IJ.getLog().trim());
		IJ.log("\\Clear");
		final GenericDialog dialog = choose("Models...");
		((TextField) dialog.getStringFields().get(0)).setText("all");
		pressOk(dialog);
		awaitThat(() -> IJ.getLog() != null && IJ.getLog().contains("Models"));
		say("models after unload", IJ.getLog().trim());
	}

	private void stack() {
		final ImagePlus stack = IJ.createImage("my stack", "8-bit ramp", 40, 30, 3);
		stack.show();
		IJ.selectWindow(image.getID());
		IJ.runMacro("run('Grad-CAM...', 'image=[my stack] model=[" + model + "] slices=all rois=false');");
		final ImagePlus heatmap = WindowManager.getImage("Grad-CAM of my stack");
		say("heatmap of stack", heatmap.getWidth() + " x " + heatmap.getHeight() + " x " + heatmap.getStackSize());
		final StringBuilder positions = new StringBuilder();
		for (int i = 0; i < stack.getOverlay().size(); i++)
			positions.append(' ').append(stack.getOverlay().get(i).getPosition());
		say("layers of stack at", positions);
	}

	private void fillModel(final GenericDialog dialog) {
		((TextField) dialog.getStringFields().get(0)).setText(model.getPath());
	}

	private void sayLayers(final String when) {
		final Overlay overlay = image.getOverlay();
		final StringBuilder seen = new StringBuilder();
		for (int i = 0; overlay != null && i < overlay.size(); i++)
			if (overlay.get(i) instanceof ImageRoi && overlay.get(i).getName().startsWith(LAYER)) seen.append(overlay.get(i)
				.getName()).append(" at ").append(((ImageRoi) overlay.get(i)).getOpacity()).append(';');
		say(when, seen.length() == 0 ? "none" : seen);
	}
}
