package io.glassbox.command.bridge.driver;

import static io.glassbox.command.bridge.driver.Person.await;
import static io.glassbox.command.bridge.driver.Person.awaitThat;
import static io.glassbox.command.bridge.driver.Person.choose;
import static io.glassbox.command.bridge.driver.Person.labels;
import static io.glassbox.command.bridge.driver.Person.photograph;
import static io.glassbox.command.bridge.driver.Person.pressOk;
import static io.glassbox.command.bridge.driver.Person.say;

import java.awt.TextField;
import java.io.File;
import java.nio.file.Files;
import java.util.Arrays;

import ij.IJ;
import ij.ImageJ;
import ij.gui.GenericDialog;
import ij.plugin.frame.Recorder;

/** A person who imports a model, corrects its classes and saves them. */
public final class ImportDriver {

	private ImportDriver() {}

	/** Takes the folder of the model, where its description will be, and a folder for pictures of the screen. */
	public static void main(final String... files) throws Exception {
		new ImageJ();
		IJ.run("Record...");
		final GenericDialog dialog = choose("Import Model...");
		say("labels", labels(dialog));
		final TextField[] fields = ((java.util.Vector<?>) dialog.getStringFields()).toArray(TextField[]::new);
		fields[0].setText(files[0]);
		awaitThat(() -> dialog.getTextArea1().getText().contains("Understood"));
		say("understood", dialog.getTextArea1().getText().replace('\n', '|'));
		say("fields", String.join("|", Arrays.stream(fields).skip(1).map(TextField::getText).toList()));
		say("fits a small screen", dialog.getHeight() < 700 && dialog.getWidth() < 1000);
		photograph(new File(files[2], "import.png"));
		fields[fields.length - 1].setText("disc; ring; square; nothing");
		pressOk(dialog);
		awaitThat(() -> IJ.getLog() != null && IJ.getLog().contains("Saved as"));
		say("log", IJ.getLog().replace('\n', '|'));
		say("saved", Files.readString(new File(files[1]).toPath()).replace('\n', '|'));
		say("recorded", await(() -> Arrays.stream(Recorder.getInstance().getText().split("\n")).filter(line -> line.contains(
			"Import")).findFirst().orElse(null)));
		photograph(new File(files[2], "imported.png"));
		System.exit(0);
	}
}
