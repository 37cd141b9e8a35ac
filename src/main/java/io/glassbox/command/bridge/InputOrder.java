package io.glassbox.command.bridge;

import io.glassbox.command.CommandInputs;
import io.glassbox.command.ExplainCommand;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.scijava.ItemVisibility;
import org.scijava.command.CommandModuleItem;
import org.scijava.module.ModuleInfo;
import org.scijava.module.ModuleItem;
import org.scijava.widget.Button;
import org.scijava.widget.TextWidget;

/**
 * What a dialog shows of a command, in the order a person reads it.
 * <p>
 * A message among a command's inputs is the heading of those below it. SciJava puts inherited inputs first;
 * here a command's own settings come before the first inherited heading, for what is special to a command
 * matters more than what all commands share; and those of a method before those of its family.
 * </p>
 */
final class InputOrder {

	/** What SciJava takes if a parameter does not say. */
	private static final int ANY_COLUMNS = 6;

	private InputOrder() {}

	/** Headings and visible inputs. */
	static List<ModuleItem<?>> of(final ModuleInfo info) {
		final Set<ModuleItem<?>> given = new HashSet<>(CommandInputs.of(info).items());
		final List<ModuleItem<?>> first = new ArrayList<>();
		final List<ModuleItem<?>> own = new ArrayList<>();
		final List<ModuleItem<?>> last = new ArrayList<>();
		for (final ModuleItem<?> item : info.inputs()) {
			if (item.getVisibility() == ItemVisibility.INVISIBLE || !isHeading(item) && !isButton(item) && !given
				.contains(item)) continue;
			if (!isInherited(item, info)) own.add(item);
			else if (isHeading(item) || !last.isEmpty()) last.add(item);
			else first.add(item);
		}
		own.sort(Comparator.comparingInt(item -> -depth(item)));
		first.addAll(own);
		first.addAll(last);
		return first;
	}

	static boolean isHeading(final ModuleItem<?> item) {
		return item.getVisibility() == ItemVisibility.MESSAGE;
	}

	/** A text of a few characters, whose parameter says how many columns it takes. */
	static boolean isShort(final ModuleItem<?> item) {
		return item.getColumnCount() != ANY_COLUMNS;
	}

	/** Something to press rather than to give. */
	static boolean isButton(final ModuleItem<?> item) {
		return Button.class.isAssignableFrom(item.getType());
	}

	/** A message of many lines, which the command changes while the dialog is open. */
	static boolean isReport(final ModuleItem<?> item) {
		return isHeading(item) && item.getWidgetStyle() != null && item.getWidgetStyle().contains(TextWidget.AREA_STYLE);
	}

	/** Settings that a family of methods shares, as all class activation maps do, are each method's own. */
	private static boolean isInherited(final ModuleItem<?> item, final ModuleInfo info) {
		if (!(item instanceof CommandModuleItem)) return false;
		final Class<?> declaring = ((CommandModuleItem<?>) item).getField().getDeclaringClass();
		final boolean family = ExplainCommand.class.isAssignableFrom(declaring) && declaring != ExplainCommand.class;
		return !family && !declaring.getName().equals(info.getDelegateClassName());
	}

	/** How far down the declaring class stands. */
	private static int depth(final ModuleItem<?> item) {
		int depth = 0;
		if (item instanceof CommandModuleItem<?> of) for (Class<?> c = of.getField().getDeclaringClass(); c != null; c = c
			.getSuperclass())
			depth++;
		return depth;
	}

	/** What stands beside an input's widget. */
	static String label(final ModuleItem<?> item) {
		final String label = item.getLabel();
		if (label != null && !label.isEmpty()) return label;
		return Character.toUpperCase(item.getName().charAt(0)) + item.getName().substring(1);
	}
}
