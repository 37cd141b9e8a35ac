package io.glassbox.command.bridge;

import io.glassbox.command.CommandInputs;

import java.util.List;

import org.scijava.module.ModuleItem;

/** What the Help button of a dialog shows: each input, what it means, and its name in macros. */
final class InputHelp {

	private InputHelp() {}

	static String html(final List<ModuleItem<?>> items) {
		final StringBuilder text = new StringBuilder("<html>");
		for (final ModuleItem<?> item : items)
			if (!InputOrder.isHeading(item) && !InputOrder.isButton(item)) text.append("<p><b>").append(escaped(InputOrder.label(item))).append(
				"</b> <tt>(").append(CommandInputs.key(item)).append("=)</tt><br>").append(escaped(description(item))).append(
					"</p>");
		return text.append("</html>").toString();
	}

	private static String description(final ModuleItem<?> item) {
		return item.getDescription() == null ? "" : item.getDescription();
	}

	private static String escaped(final String text) {
		return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
	}
}
