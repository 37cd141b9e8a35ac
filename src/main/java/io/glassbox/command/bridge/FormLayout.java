package io.glassbox.command.bridge;

import java.awt.Checkbox;
import java.awt.Component;
import java.awt.Font;
import java.awt.GridBagConstraints;
import java.awt.GridBagLayout;
import java.awt.Insets;
import java.util.function.IntConsumer;

import ij.gui.GenericDialog;

/**
 * Places the fields of ImageJ's dialog so that a long one still fits a small screen: in a dialog with
 * headings narrow fields stand two in a row and wide ones span both columns. Without headings it is
 * ImageJ's own single column.
 */
final class FormLayout {

	private static final int WIDE_COLUMNS = 25;
	private static final int NARROW_COLUMNS = 10;
	private static final int GAP = 12;
	private static final int ROW_GAP = 2;

	private final GenericDialog dialog;
	private final GridBagLayout layout;
	private final Font bold;
	private final boolean compact;
	private boolean belowHeading;
	private boolean rowIsHalfFull;

	/** @param headings whether there will be any */
	FormLayout(final GenericDialog dialog, final boolean headings) {
		this.dialog = dialog;
		compact = headings;
		layout = (GridBagLayout) dialog.getLayout();
		final Font font = dialog.getFont() == null ? new Font(Font.SANS_SERIF, Font.PLAIN, 12) : dialog.getFont();
		bold = font.deriveFont(Font.BOLD);
	}

	/** Starts a section. */
	void heading(final String text) {
		dialog.addMessage(text, bold);
		place(dialog.getComponentCount() - 1, 0, GridBagConstraints.REMAINDER, new Insets(GAP, 0, ROW_GAP, 0));
		belowHeading = true;
		rowIsHalfFull = false;
	}

	/** Something as wide as the dialog. */
	void block(final Runnable add) {
		add.run();
		place(dialog.getComponentCount() - 1, 0, GridBagConstraints.REMAINDER, new Insets(ROW_GAP, 0, ROW_GAP, 0));
		rowIsHalfFull = false;
	}

	/** How many characters a field has that spans both columns. */
	int columns() {
		return WIDE_COLUMNS;
	}

	/**
	 * A field of text, narrow below a heading; told its columns.
	 *
	 * @param isShort whether it is narrow everywhere
	 */
	void text(final boolean isShort, final IntConsumer add) {
		if (belowHeading || compact && isShort) narrow(() -> add.accept(NARROW_COLUMNS));
		else wide(() -> add.accept(WIDE_COLUMNS));
	}

	/** A field with a row of its own. */
	void wide(final Runnable add) {
		final int before = dialog.getComponentCount();
		add.run();
		place(before, 0, 1);
		place(before + 1, 1, GridBagConstraints.REMAINDER);
		rowIsHalfFull = false;
	}

	/** A field that may share its row with another one. */
	void narrow(final Runnable add) {
		final int column = rowIsHalfFull ? 2 : 0;
		if (rowIsHalfFull) dialog.addToSameRow();
		final int before = dialog.getComponentCount();
		add.run();
		if (dialog.getComponent(before) instanceof Checkbox) place(before, column + 1, 1);
		else {
			place(before, column, 1);
			place(before + 1, column + 1, 1);
		}
		rowIsHalfFull = compact && !rowIsHalfFull;
	}

	/** A button beside the wide field that it helps with. */
	void button(final Runnable add) {
		final int before = dialog.getComponentCount();
		add.run();
		rowIsHalfFull = false;
		if (!compact) return;
		place(before - 1, 1, 2);
		place(before, 3, 1);
		final Component button = dialog.getComponent(before);
		final GridBagConstraints c = layout.getConstraints(button);
		c.gridy = layout.getConstraints(dialog.getComponent(before - 1)).gridy;
		c.anchor = GridBagConstraints.WEST;
		layout.setConstraints(button, c);
	}

	private void place(final int index, final int x, final int width) {
		place(index, x, width, new Insets(0, x == 2 ? GAP : 0, ROW_GAP, 0));
	}

	private void place(final int index, final int x, final int width, final Insets insets) {
		if (!compact) return;
		final Component component = dialog.getComponent(index);
		final GridBagConstraints c = layout.getConstraints(component);
		c.gridx = x;
		c.gridwidth = width;
		c.insets = insets;
		layout.setConstraints(component, c);
	}
}
