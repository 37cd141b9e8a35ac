package io.glassbox.command;

import io.glassbox.explain.Explainer;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.scijava.Context;
import org.scijava.InstantiableException;
import org.scijava.command.Command;
import org.scijava.command.CommandInfo;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.service.Service;
import org.scijava.widget.Button;

/**
 * A method of explanation as people name it, with its settings: found through the command that wraps
 * it.
 * <p>
 * The settings are the fields that the command adds to those of {@link ExplainCommand}. Names are lower
 * case with hyphens ({@code grad-cam}); a setting's name is its field's.
 * </p>
 */
public final class Method {

	private final Context context;
	private final CommandInfo info;

	static Method of(final Context context, final CommandInfo info) {
		return new Method(context, info);
	}

	private Method(final Context context, final CommandInfo info) {
		this.context = context;
		this.info = info;
	}

	/** All methods there are, by name. */
	public static List<Method> all(final Context context) {
		final Map<String, Method> byName = new TreeMap<>();
		for (final CommandInfo info : context.service(CommandService.class).getCommandsOfType(ExplainCommand.class)) {
			final Method method = new Method(context, info);
			byName.put(method.name(), method);
		}
		return List.copyOf(byName.values());
	}

	/** @throws GlassboxException if there is no such method; the message lists those there are */
	public static Method named(final Context context, final String name) {
		final List<Method> all = all(context);
		final String wanted = Commands.methodName(name);
		return all.stream().filter(m -> m.name().equals(wanted)).findFirst().orElseThrow(() -> new GlassboxException(Names
			.unknown("method", name, all.stream().map(Method::name).toList())));
	}

	/** What the command line and macros say: {@code grad-cam}. */
	public String name() {
		return info.getName();
	}

	/** What the title of a heatmap says: {@code Grad-CAM}. */
	public String title() {
		return Commands.label(info).replace("...", "");
	}

	/** One sentence. */
	public String description() {
		return info.getDescription();
	}

	CommandInfo info() {
		return info;
	}

	/** The settings of this method, in the order of its dialog. */
	public List<ModuleItem<?>> settings() {
		final List<ModuleItem<?>> own = new ArrayList<>();
		for (final ModuleItem<?> item : info.inputs())
			if (!ExplainCommand.shares(item.getName()) && !isInjected(item.getType())) own.add(item);
		return own;
	}

	private static boolean isInjected(final Class<?> type) {
		return Service.class.isAssignableFrom(type) || Context.class.isAssignableFrom(type) || Button.class.isAssignableFrom(
			type);
	}

	/** Default values of the settings by name. */
	public Map<String, Object> defaults() {
		return valuesOf(newCommand());
	}

	/**
	 * The settings with a model's own default layer where the method has a layer and none was chosen; of a method made of
	 * another, such as SmoothGrad, where the other has.
	 */
	Map<String, Object> withDefaultLayer(final Map<String, Object> given, final Optional<String> layer) {
		return layer.map(l -> withDefaultLayer(given, l)).orElse(given);
	}

	private Map<String, Object> withDefaultLayer(final Map<String, Object> given, final String layer) {
		final Map<String, Object> result = new LinkedHashMap<>(given);
		if (hasLayer(given)) result.put("layer", layer);
		if (!defaults().keySet().containsAll(List.of("method", "settings"))) return result;
		final String inner = String.valueOf(given.getOrDefault("method", defaults().get("method")));
		final String own = String.valueOf(given.getOrDefault("settings", "")).replaceAll(
			"(?i)(^|;)\\s*layer\\s*=\\s*auto\\s*(?=;|$)", "");
		if (named(context, inner).hasLayer(Map.of()) && !own.matches("(?i)(.*;)?\\s*layer\\s*=.*")) result.put("settings", own
			.isBlank() ? "layer=" + layer : own + "; layer=" + layer);
		return result;
	}

	/** Whether it has a layer that is left open. */
	private boolean hasLayer(final Map<String, Object> given) {
		return defaults().containsKey("layer") && String.valueOf(given.getOrDefault("layer", ExplainCommand.AUTO)).equalsIgnoreCase(
			ExplainCommand.AUTO);
	}

	/** The settings a command has now, by name. */
	Map<String, Object> valuesOf(final Command command) {
		final Module module = info.createModule(command);
		final Map<String, Object> values = new LinkedHashMap<>();
		for (final ModuleItem<?> item : settings())
			values.put(item.getName(), module.getInput(item.getName()));
		return values;
	}

	/**
	 * The explainer with these settings.
	 *
	 * @param settings values or their text by name; what is not named has its default
	 * @throws GlassboxException if there is no such setting, or it does not take this value
	 */
	public Explainer explainer(final Map<String, ?> settings) {
		return command(settings).explainer();
	}

	/**
	 * The explainer with these settings, of which some may speak of images.
	 *
	 * @param images what settings mean that speak of images
	 * @throws GlassboxException if there is no such setting, or it does not take this value
	 */
	Explainer explainer(final Map<String, ?> settings, final ImageSettings images) {
		return command(settings).explainer(images);
	}

	private ExplainCommand command(final Map<String, ?> settings) {
		final List<String> names = settings().stream().map(i -> i.getName().toLowerCase(Locale.ROOT)).toList();
		for (final String name : settings.keySet())
			if (!names.contains(name.toLowerCase(Locale.ROOT))) throw new GlassboxException(Names.unknown("setting of " +
				name(), name, names));
		final ExplainCommand command = newCommand();
		final Module module = info.createModule(command);
		CommandInputs.of(info).read(settings).forEach(module::setInput);
		return command;
	}

	private ExplainCommand newCommand() {
		try {
			final ExplainCommand command = (ExplainCommand) info.createInstance();
			context.inject(command);
			return command;
		}
		catch (final InstantiableException e) {
			throw new IllegalStateException("The command of " + name() + " cannot be made", e);
		}
	}
}
