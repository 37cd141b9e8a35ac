package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.glassbox.command.bridge.PlainImageJ;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.MenuPath;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;

/** Plain ImageJ's menu and Fiji's are the same. */
class PluginsConfigTest {

	@Test
	void plainImageJListsTheCommandsThatSciJavaFinds() throws IOException {
		try (Context context = new Context(CommandService.class)) {
			final List<String> found = Commands.all(context).stream().filter(PluginsConfigTest::isShipped).map(
				PluginsConfigTest::line).collect(Collectors.toList());
			assumeFalse(found.isEmpty(), "There is no command yet");
			final List<String> listed = Files.readAllLines(Path.of("plugins.config")).stream().filter(line -> !line
				.startsWith("#") && !line.isBlank()).collect(Collectors.toList());
			assertEquals(String.join("\n", new TreeSet<>(found)), String.join("\n", new TreeSet<>(listed)),
				"plugins.config has to list these lines");
		}
	}

	private static boolean isShipped(final CommandInfo info) {
		return !info.getMenuPath().get(2).getName().equals("Tests");
	}

	private static String line(final CommandInfo info) {
		final MenuPath path = info.getMenuPath();
		final String menu = path.subList(0, path.size() - 1).stream().map(entry -> entry.getName()).collect(Collectors
			.joining(">"));
		final String label = Commands.label(info);
		return menu + ", \"" + label + "\", " + PlainImageJ.class.getName() + "(\"" + label + "\")";
	}
}
