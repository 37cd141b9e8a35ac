package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.scijava.Context;
import org.scijava.Gateway;
import org.scijava.ItemVisibility;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.log.Logger;
import org.scijava.module.Module;
import org.scijava.module.ModuleInfo;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;
import org.scijava.widget.Button;

/**
 * What a command takes, and whether given values are what it takes.
 * <p>
 * Dialogs, macros and the command line all pass through here, so that the same mistake gets the same
 * sentence everywhere. SciJava alone turns {@code sigma=abc} into 0 and accepts any choice and any number;
 * therefore commands ask {@link #check} again when they run.
 * </p>
 */
public final class CommandInputs {

	private final Map<String, ModuleItem<?>> items = new LinkedHashMap<>();

	private CommandInputs(final ModuleInfo info) {
		for (final ModuleItem<?> item : info.inputs())
			if (!isFilledIn(item)) items.put(key(item), item);
	}

	/** Services, buttons and the like are inputs to SciJava, but not what a person gives. */
	private static boolean isFilledIn(final ModuleItem<?> item) {
		final Class<?> type = item.getType();
		return item.getVisibility() == ItemVisibility.MESSAGE || Stream.of(Service.class, Context.class, Gateway.class,
			Logger.class, Button.class).anyMatch(filledIn -> filledIn.isAssignableFrom(type));
	}

	public static CommandInputs of(final ModuleInfo info) {
		return new CommandInputs(info);
	}

	/** The name of an input in macros: its field's name in lower case. */
	public static String key(final ModuleItem<?> item) {
		return item.getName().toLowerCase(Locale.ROOT);
	}

	/**
	 * Turns text into the values the command's fields take.
	 *
	 * @param given by key, in any letter case; text is converted, other values are checked as they are
	 * @return values by field name, only of what was given and is not blank where blank means none
	 * @throws GlassboxException if a key is unknown or a value is not what its field takes
	 */
	public Map<String, Object> read(final Map<String, ?> given) {
		final Map<String, Object> values = new LinkedHashMap<>();
		given.forEach((key, value) -> {
			final ModuleItem<?> item = items.get(key.toLowerCase(Locale.ROOT));
			if (item == null) throw new GlassboxException(Names.unknown("option", key, names()));
			final Object converted = new InputValue(item).convert(value);
			if (converted != null) values.put(item.getName(), converted);
		});
		return values;
	}

	/**
	 * Checks values at hand against choices, bounds and existing files, and that none is missing.
	 *
	 * @param values by field name
	 * @throws GlassboxException naming the first value that is wrong or missing
	 */
	public void check(final Map<String, Object> values) {
		for (final ModuleItem<?> item : items.values()) {
			final InputValue input = new InputValue(item);
			final Object value = values.get(item.getName());
			if (value != null) input.check(value);
			else if (item.isRequired()) throw input.missing();
		}
	}

	/**
	 * Gives a command what the options of a macro say, for what SciJava leaves out: switches written as a
	 * word alone, and values it could not convert.
	 *
	 * @throws GlassboxException as {@link #read} does
	 */
	public static void apply(final CommandInfo info, final Command command, final String options) {
		final Module module = info.createModule(command);
		of(info).read(MacroOptions.parse(options)).forEach(module::setInput);
	}

	/** Keys of all inputs a person may give. */
	public List<String> names() {
		return new ArrayList<>(items.keySet());
	}

	/** All inputs a person may give, in the order of the command's fields. */
	public List<ModuleItem<?>> items() {
		return new ArrayList<>(items.values());
	}
}
