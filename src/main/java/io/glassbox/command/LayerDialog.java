package io.glassbox.command;

import java.awt.BorderLayout;
import java.awt.Button;
import java.awt.Dialog;
import java.awt.EventQueue;
import java.awt.FlowLayout;
import java.awt.Font;
import java.awt.KeyboardFocusManager;
import java.awt.Label;
import java.awt.Panel;
import java.awt.TextField;
import java.awt.Window;
import java.awt.event.KeyAdapter;
import java.awt.event.KeyEvent;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a person pick layers from a list: name, operator, shape and what each is good for; typing above the list narrows
 * it.
 * <p>
 * The network is read in the background while the window is already there. Several may be picked. Works in plain ImageJ
 * and in Fiji, over any dialog.
 * </p>
 */
final class LayerDialog {

	private static final Logger LOG = LoggerFactory.getLogger(LayerDialog.class);
	private static final int ROWS = 20;
	private static final int SIZE = 12;

	/** Pixels; a list tells its rows, not how wide they are. */
	private static final int WIDTH = 720;

	private final Dialog dialog;
	private final java.awt.List list = new java.awt.List(ROWS, true);
	private final TextField filter = new TextField();
	private final Label state = new Label("Reading the network ...");
	private final Button ok = new Button("  OK  ");
	private List<LayerList.Layer> layers = List.of();
	private List<LayerList.Layer> shown = List.of();
	private boolean accepted;

	private LayerDialog(final String title) {
		final Window owner = KeyboardFocusManager.getCurrentKeyboardFocusManager().getActiveWindow();
		dialog = new Dialog(owner, title, Dialog.ModalityType.APPLICATION_MODAL);
		list.setFont(new Font(Font.MONOSPACED, Font.PLAIN, SIZE));
		final Button cancel = new Button("Cancel");
		ok.setEnabled(false);
		ok.addActionListener(e -> close(true));
		cancel.addActionListener(e -> close(false));
		list.addActionListener(e -> close(true));
		filter.addTextListener(e -> fill());
		final KeyAdapter escape = new KeyAdapter() {

			@Override
			public void keyPressed(final KeyEvent e) {
				if (e.getKeyCode() == KeyEvent.VK_ESCAPE) close(false);
			}
		};
		list.addKeyListener(escape);
		filter.addKeyListener(escape);
		dialog.addWindowListener(new WindowAdapter() {

			@Override
			public void windowClosing(final WindowEvent e) {
				close(false);
			}
		});
		final Panel top = new Panel(new BorderLayout());
		top.add(new Label("Show:"), BorderLayout.WEST);
		top.add(filter, BorderLayout.CENTER);
		final Panel buttons = new Panel(new FlowLayout(FlowLayout.RIGHT));
		buttons.add(cancel);
		buttons.add(ok);
		final Panel bottom = new Panel(new BorderLayout());
		bottom.add(state, BorderLayout.CENTER);
		bottom.add(buttons, BorderLayout.EAST);
		dialog.add(top, BorderLayout.NORTH);
		dialog.add(list, BorderLayout.CENTER);
		dialog.add(bottom, BorderLayout.SOUTH);
	}

	/**
	 * Asks; call it on the event thread.
	 *
	 * @param title of the window
	 * @param layers reads the network; may take its time
	 * @param current what is chosen so far: names that are selected at first
	 * @return names joined by commas, or empty if the person cancelled
	 */
	static Optional<String> choose(final String title, final Supplier<List<LayerList.Layer>> layers,
		final String current)
	{
		final LayerDialog d = new LayerDialog(title);
		final Thread reader = new Thread(() -> d.read(layers, current), "Layers");
		reader.setContextClassLoader(Thread.currentThread().getContextClassLoader());
		reader.setDaemon(true);
		reader.start();
		d.list.add(" ".repeat(90));
		d.dialog.pack();
		d.dialog.setSize(Math.max(WIDTH, d.dialog.getWidth()), d.dialog.getHeight());
		d.dialog.setLocationRelativeTo(d.dialog.getOwner());
		d.dialog.setVisible(true);
		return d.accepted ? Optional.of(d.chosen()) : Optional.empty();
	}

	private void read(final Supplier<List<LayerList.Layer>> source, final String current) {
		try {
			final List<LayerList.Layer> read = source.get();
			EventQueue.invokeLater(() -> show(read, current));
		}
		catch (final RuntimeException e) {
			LOG.debug("No layers", e);
			EventQueue.invokeLater(() -> state.setText(e.getMessage() == null ? e.toString() : e.getMessage()));
		}
	}

	private void show(final List<LayerList.Layer> read, final String current) {
		layers = read;
		fill();
		final List<String> names = Arrays.stream(current.split(",")).map(String::trim).toList();
		for (int i = 0; i < shown.size(); i++)
			if (names.contains(shown.get(i).name()) || names.contains(ExplainCommand.AUTO) && shown.get(i).isDefault()) {
				list.select(i);
				list.makeVisible(i);
			}
		ok.setEnabled(true);
	}

	/** The layers with what is typed in their line, columns in line. */
	private void fill() {
		final String wanted = filter.getText().trim().toLowerCase(Locale.ROOT);
		final int name = width(layers.stream().map(LayerList.Layer::name).toList());
		final int operator = width(layers.stream().map(LayerList.Layer::operator).toList());
		final int shape = width(layers.stream().map(LayerList.Layer::shape).toList());
		final List<LayerList.Layer> fitting = new ArrayList<>();
		list.removeAll();
		for (final LayerList.Layer l : layers) {
			final String line = padded(l.name(), name) + padded(l.operator(), operator) + padded(l.shape(), shape) + l.marks();
			if (!line.toLowerCase(Locale.ROOT).contains(wanted)) continue;
			fitting.add(l);
			list.add(line);
		}
		shown = fitting;
		state.setText(fitting.size() == layers.size() ? layers.size() + " layers" : fitting.size() + " of " + layers.size() +
			" layers");
	}

	private static int width(final List<String> texts) {
		return texts.stream().mapToInt(String::length).max().orElse(0);
	}

	private static String padded(final String text, final int width) {
		return text + " ".repeat(width - text.length() + 2);
	}

	private String chosen() {
		return Arrays.stream(list.getSelectedIndexes()).mapToObj(i -> shown.get(i).name()).collect(Collectors.joining(", "));
	}

	private void close(final boolean ok) {
		accepted = ok && list.getSelectedIndexes().length > 0;
		dialog.dispose();
	}
}
