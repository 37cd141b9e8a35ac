package io.glassbox.command.bridge;

import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.Label;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.TextField;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import javax.imageio.ImageIO;

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
public final class DialogDriver {

	private DialogDriver() {}

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
		IJ.doCommand("Echo...");
		final GenericDialog dialog = (GenericDialog) dialog("Echo");
		say("labels", labels(dialog));
		((TextField) dialog.getStringFields().get(0)).setText(System.getProperty("plugins.dir") + "/model.onnx");
		((TextField) dialog.getNumericFields().get(0)).setText("2.5");
		((Checkbox) dialog.getCheckboxes().get(0)).setState(false);
		((TextField) dialog.getStringFields().get(1)).setText("two words");
		IJ.wait(500);
		ImageIO.write(new Robot().createScreenCapture(new Rectangle(1280, 1024)), "png", picture);
		press(dialog);
		await(() -> WindowManager.getImage("Heatmap of my cells"));
		say("log", IJ.getLog());
		say("recorded", await(() -> Recorder.getInstance().getText().contains("Echo") ? Recorder.getInstance().getText()
			: null));
	}

	private static void failInMacro(final String statement) throws Exception {
		IJ.log("\\Clear");
		new MacroRunner(statement + "\nprint('went on');");
		press((GenericDialog) dialog("Macro Error"));
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

	private static void say(final String what, final Object seen) {
		System.out.println(what + ": " + seen);
	}

	private static Dialog dialog(final String title) throws InterruptedException {
		return await(() -> {
			for (final Window window : Window.getWindows())
				if (window.isShowing() && window instanceof Dialog && title.equals(((Dialog) window).getTitle()))
					return (Dialog) window;
			return null;
		});
	}

	private static <T> T await(final Supplier<T> seen) throws InterruptedException {
		for (int i = 0; i < 300; i++) {
			if (seen.get() != null) return seen.get();
			Thread.sleep(100);
		}
		throw new IllegalStateException("Not seen within 30 seconds");
	}

	private static void press(final GenericDialog dialog) {
		final Button ok = dialog.getButtons()[0];
		dialog.actionPerformed(new ActionEvent(ok, ActionEvent.ACTION_PERFORMED, ok.getLabel()));
	}

	private static List<String> labels(final Container container) {
		final List<String> labels = new ArrayList<>();
		for (final Component component : container.getComponents()) {
			if (component instanceof Label) labels.add(((Label) component).getText());
			else if (component instanceof Checkbox) labels.add(((Checkbox) component).getLabel());
			else if (component instanceof Container) labels.addAll(labels((Container) component));
		}
		return labels;
	}
}
