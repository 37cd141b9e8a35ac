package io.glassbox.cli;

import io.glassbox.command.CommandInputs;
import io.glassbox.command.Method;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.scijava.module.ModuleItem;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glassbox methods}: the methods of explanation and their settings. */
@Command(name = "methods", mixinStandardHelpOptions = true, description = "Lists the methods and their settings.")
final class MethodsCommandLine implements Callable<Integer> {

	@Spec
	private CommandSpec spec;

	@Option(names = "--json", description = "Print JSON.")
	private boolean json;

	@Override
	public Integer call() {
		final PrintWriter out = spec.commandLine().getOut();
		try (Session session = new Session()) {
			final List<Map<String, Object>> methods = Method.all(session.context()).stream().map(
				MethodsCommandLine::describe).toList();
			if (json) out.println(Session.json(methods));
			else methods.forEach(m -> print(out, m));
		}
		return 0;
	}

	private static Map<String, Object> describe(final Method method) {
		final Map<String, Object> defaults = method.defaults();
		final List<Map<String, Object>> settings = new ArrayList<>();
		for (final ModuleItem<?> item : method.settings()) {
			final Map<String, Object> setting = new LinkedHashMap<>();
			setting.put("name", CommandInputs.key(item));
			setting.put("type", item.getType().getSimpleName());
			setting.put("default", defaults.get(item.getName()));
			if (item.getChoices() != null && !item.getChoices().isEmpty()) setting.put("choices", item.getChoices());
			if (item.getMinimumValue() != null) setting.put("min", item.getMinimumValue());
			if (item.getMaximumValue() != null) setting.put("max", item.getMaximumValue());
			setting.put("description", item.getDescription());
			settings.add(setting);
		}
		final Map<String, Object> map = new LinkedHashMap<>();
		map.put("name", method.name());
		map.put("title", method.title());
		map.put("description", method.description());
		map.put("settings", settings);
		return map;
	}

	@SuppressWarnings("unchecked")
	private static void print(final PrintWriter out, final Map<String, Object> method) {
		out.println(method.get("name"));
		out.println("    " + method.get("description"));
		for (final Map<String, Object> s : (List<Map<String, Object>>) method.get("settings"))
			out.println("    " + s.get("name") + "=" + s.get("default") + (s.containsKey("choices") ? " " + s.get("choices")
				: "") + "  " + s.get("description"));
	}
}
