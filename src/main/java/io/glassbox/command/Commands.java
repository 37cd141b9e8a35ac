package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.scijava.Context;
import org.scijava.MenuPath;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;

/** The commands in the menu {@code Plugins > Glassbox}, and how people name them. */
public final class Commands {

	private Commands() {}

	/** All of them, by label. */
	public static List<CommandInfo> all(final Context context) {
		return context.service(CommandService.class).getCommands().stream().filter(Commands::isOurs).sorted(Comparator
			.comparing(Commands::label)).collect(Collectors.toList());
	}

	private static boolean isOurs(final CommandInfo info) {
		final MenuPath path = info.getMenuPath();
		return path != null && path.size() > 2 && path.get(0).getName().equals("Plugins") && path.get(1).getName().equals(
			"Glassbox");
	}

	/** What the menu shows: {@code Grad-CAM...} */
	public static String label(final CommandInfo info) {
		return info.getMenuPath().getLeaf().getName();
	}

	/** What macros and the command line may say instead: {@code grad-cam}, {@code grad-cam++} */
	public static String methodName(final String label) {
		return label.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}+]+", " ").trim().replace(' ', '-');
	}

	/**
	 * Finds a command by its label, with or without the dots, or by its method name.
	 *
	 * @throws GlassboxException if there is none of this name
	 */
	public static CommandInfo named(final Context context, final String name) {
		final List<CommandInfo> all = all(context);
		final String wanted = methodName(name);
		return all.stream().filter(info -> methodName(label(info)).equals(wanted) || wanted.equals(info
			.getName())).findFirst().orElseThrow(() -> new GlassboxException(Names.unknown("command", name, all.stream().map(
				info -> methodName(label(info))).collect(Collectors.toList()))));
	}
}
