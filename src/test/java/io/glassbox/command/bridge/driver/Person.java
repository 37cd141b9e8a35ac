package io.glassbox.command.bridge.driver;

import java.awt.Button;
import java.awt.Checkbox;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.Label;
import java.awt.Rectangle;
import java.awt.Robot;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import javax.imageio.ImageIO;

import ij.IJ;
import ij.gui.GenericDialog;

/** What a person does at ImageJ's windows, and says of them. */
final class Person {

	private Person() {}

	/** Chooses a command from the menu and waits for its dialog. */
	static GenericDialog choose(final String command) throws InterruptedException {
		IJ.doCommand(command);
		return (GenericDialog) dialog(command.replace("...", ""));
	}

	static Dialog dialog(final String title) throws InterruptedException {
		return await(() -> {
			for (final Window window : Window.getWindows())
				if (window.isShowing() && window instanceof Dialog && title.equals(((Dialog) window).getTitle()))
					return (Dialog) window;
			return null;
		});
	}

	static void pressOk(final GenericDialog dialog) {
		press(dialog, 0);
	}

	static void pressCancel(final GenericDialog dialog) {
		press(dialog, 1);
	}

	private static void press(final GenericDialog dialog, final int which) {
		final Button button = dialog.getButtons()[which];
		dialog.actionPerformed(new ActionEvent(button, ActionEvent.ACTION_PERFORMED, button.getLabel()));
	}

	/** Presses a button by what it says; returns at once, whatever it opens. */
	static void press(final Container window, final String label) {
		final Button button = components(window, Button.class).stream().filter(b -> b.getLabel().trim().equals(label))
			.findFirst().orElseThrow();
		EventQueue.invokeLater(() -> button.dispatchEvent(new ActionEvent(button, ActionEvent.ACTION_PERFORMED, label)));
	}

	/** All components of a kind, in order. */
	static <T extends Component> List<T> components(final Container container, final Class<T> kind) {
		final List<T> found = new ArrayList<>();
		for (final Component component : container.getComponents()) {
			if (kind.isInstance(component)) found.add(kind.cast(component));
			if (component instanceof Container) found.addAll(components((Container) component, kind));
		}
		return found;
	}

	/** Waits until something is seen. */
	static <T> T await(final Supplier<T> seen) throws InterruptedException {
		for (int i = 0; i < 300; i++) {
			final T value = seen.get();
			if (value != null) return value;
			Thread.sleep(100);
		}
		throw new IllegalStateException("Not seen within 30 seconds");
	}

	/** Waits until something is so. */
	static void awaitThat(final Supplier<Boolean> so) throws InterruptedException {
		await(() -> so.get() ? true : null);
	}

	static void say(final String what, final Object seen) {
		System.out.println(what + ": " + seen);
	}

	static void photograph(final File picture) throws Exception {
		IJ.wait(500);
		ImageIO.write(new Robot().createScreenCapture(new Rectangle(1280, 1024)), "png", picture);
	}

	/** The texts beside the widgets, in order. */
	static List<String> labels(final Container container) {
		final List<String> labels = new ArrayList<>();
		for (final Component component : container.getComponents()) {
			if (component instanceof Label) labels.add(((Label) component).getText());
			else if (component instanceof Checkbox) labels.add(((Checkbox) component).getLabel());
			else if (component instanceof Container) labels.addAll(labels((Container) component));
		}
		return labels;
	}
}
