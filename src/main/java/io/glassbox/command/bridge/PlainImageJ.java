package io.glassbox.command.bridge;

import io.glassbox.command.CommandInputs;
import io.glassbox.command.Commands;
import io.glassbox.command.MacroOptions;

import java.awt.GraphicsEnvironment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import org.scijava.command.CommandInfo;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.module.ModuleService;

import ij.IJ;
import ij.ImagePlus;
import ij.Macro;
import ij.WindowManager;
import ij.macro.Interpreter;
import ij.plugin.PlugIn;

/**
 * Runs a SciJava command from a menu entry or a macro of plain ImageJ.
 * <p>
 * {@code plugins.config} names this class for every command, with the command's label as argument. Fiji
 * finds the SciJava command of the same label and never comes here. A macro's options are read by our own
 * rules, not by ImageJ's dialog, so that they mean the same as in Fiji.
 * </p>
 */
public final class PlainImageJ implements PlugIn {

	@Override
	public void run(final String label) {
		try (OurClassLoader loader = OurClassLoader.enter()) {
			final CommandInfo info = Commands.named(ImageJContext.get(), label);
			final Optional<Map<String, ?>> given = inputs(info);
			if (given.isPresent()) new Outputs(run(info, given.get())).show();
		}
		catch (final RuntimeException e) {
			Failure.report(label, e, callingMacro());
		}
	}

	/** A command chosen from the menu while some macro waits must not stop that macro. */
	private static Interpreter callingMacro() {
		return Thread.currentThread().getName().startsWith("Run$_") ? Interpreter.getInstance() : null;
	}

	/**
	 * Runs a command without any dialog, as a macro does where there is no display.
	 *
	 * @param name label or method name
	 * @return the outputs, one {@code name=value} a line
	 */
	public static String call(final String name, final String options) {
		try (OurClassLoader loader = OurClassLoader.enter()) {
			final CommandInfo info = Commands.named(ImageJContext.get(), name);
			final Outputs outputs = new Outputs(run(info, MacroOptions.parse(options)));
			outputs.show();
			return outputs.toString();
		}
	}

	private static Optional<Map<String, ?>> inputs(final CommandInfo info) {
		final String options = Macro.getOptions();
		if (options != null) return Optional.of(MacroOptions.parse(options));
		final boolean silent = IJ.getInstance() == null || GraphicsEnvironment.isHeadless();
		return silent ? Optional.of(Map.of()) : new InputDialog(module(info), defaults(info)).ask();
	}

	private static Module run(final CommandInfo info, final Map<String, ?> given) {
		final CommandInputs inputs = CommandInputs.of(info);
		final Map<String, Object> values = defaults(info);
		values.putAll(inputs.read(given));
		inputs.check(values);
		return new CommandRun(info, values).await();
	}

	/** What the command's fields hold at first; the current image for an image it wants filled in. */
	private static Map<String, Object> defaults(final CommandInfo info) {
		final Module module = module(info);
		final Map<String, Object> values = new LinkedHashMap<>();
		for (final ModuleItem<?> item : CommandInputs.of(info).items()) {
			final boolean image = ImagePlus.class.equals(item.getType());
			final Object value = image && item.isAutoFill() ? WindowManager.getCurrentImage() : item.getValue(module);
			if (value != null) values.put(item.getName(), value);
		}
		return values;
	}

	private static Module module(final CommandInfo info) {
		return ImageJContext.get().service(ModuleService.class).createModule(info);
	}
}
