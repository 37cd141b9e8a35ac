package io.glassbox.command.bridge.driver;

import static io.glassbox.command.bridge.driver.Person.await;
import static io.glassbox.command.bridge.driver.Person.choose;
import static io.glassbox.command.bridge.driver.Person.dialog;
import static io.glassbox.command.bridge.driver.Person.labels;
import static io.glassbox.command.bridge.driver.Person.photograph;
import static io.glassbox.command.bridge.driver.Person.pressOk;
import static io.glassbox.command.bridge.driver.Person.say;

import java.awt.Checkbox;
import java.awt.TextField;
import java.awt.event.KeyEvent;
import java.io.File;

import ij.IJ;
import ij.ImageJ;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.macro.MacroRunner;
import ij.plugin.frame.Recorder;

/**
 * A person at plain ImageJ: opens a dialog from the menu, changes it, presses OK, records, presses Escape, and
 * prints what is seen. Runs in ImageJ's process, with {@code ij.jar} alone on the class path.
 */
public final class EchoDriver {

	private EchoDriver() {}

	public static void main(final String... pictureFile) throws Exception {
		new ImageJ();
		IJ.run("Record...");
		IJ.newImage("my cells", "8-bit black", 30, 20, 1);
		chooseFromMenu(new File(pictureFile[0]));
		failInMacro("run('Echo...', 'target=fail');");
		failInMacro("call('io.glassbox.Macro.run', 'echo', 'target=fail');");
		escape();
		System.exit(0);
	}

	private static void chooseFromMenu(final File picture) throws Exception {
		final GenericDialog dialog = choose("Echo...");
		say("labels", labels(dialog));
		((TextField) dialog.getStringFields().get(0)).setText(System.getProperty("plugins.dir") + "/model.onnx");
		((TextField) dialog.getNumericFields().get(0)).setText("2.5");
		((Checkbox) dialog.getCheckboxes().get(0)).setState(false);
		((TextField) dialog.getStringFields().get(1)).setText("two words");
		photograph(picture);
		pressOk(dialog);
		await(() -> WindowManager.getImage("Heatmap of my cells"));
		say("log", IJ.getLog());
		say("recorded", await(() -> Recorder.getInstance().getText().contains("Echo") ? Recorder.getInstance().getText()
			: null));
	}

	private static void failInMacro(final String statement) throws Exception {
		IJ.log("\\Clear");
		new MacroRunner(statement + "\nprint('went on');");
		pressOk((GenericDialog) dialog("Macro Error"));
		IJ.wait(500);
		say("log after error", IJ.getLog());
		say("exception window", WindowManager.getFrame("Exception"));
	}

	private static void escape() throws Exception {
		final Thread run = new Thread(() -> IJ.run("Echo...", "target=forever"), "escaped");
		run.start();
		IJ.wait(2000);
		say("running", run.isAlive());
		final long before = System.nanoTime();
		IJ.setKeyDown(KeyEvent.VK_ESCAPE);
		run.join(20_000);
		say("ended by Escape within a second", !run.isAlive() && System.nanoTime() - before < 1_000_000_000L);
	}
}
