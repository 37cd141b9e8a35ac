package io.glassbox;

import io.glassbox.command.bridge.Failure;
import io.glassbox.command.bridge.PlainImageJ;

import ij.macro.Interpreter;

/**
 * Commands for macros where there is no display.
 *
 * <pre>
 * result = call("io.glassbox.Macro.run", "Grad-CAM", "model=/nets/a.onnx image=[my image.tif] target=top");
 * </pre>
 * <p>
 * Plain ImageJ without a display can't {@code run("Grad-CAM...", options)}; this needs neither menu nor
 * dialog, takes the same options, and works with a display as well.
 * </p>
 */
public final class Macro {

	/** What a macro gets that is stopped in the middle, as {@code runMacro} returns it. */
	private static final String ABORTED = "[aborted]";

	private Macro() {}

	/**
	 * Runs a command and waits for it.
	 *
	 * @param command its label, with or without the dots, or its method name
	 * @param options as in {@code run}: {@code key=value key=[a value] switch}; {@code image} is the title of
	 *          an open image or a path
	 * @return the outputs, one {@code name=value} a line; an image by its title
	 * @throws io.glassbox.graph.GlassboxException if the command fails and no macro is running; a running
	 *           macro is stopped instead, in {@code -batch} mode with exit status 1
	 */
	public static String run(final String command, final String options) {
		try {
			return PlainImageJ.call(command, options);
		}
		catch (final RuntimeException e) {
			final Interpreter macro = Interpreter.getInstance();
			if (macro == null) throw e;
			Failure.report(command, e, macro);
			return ABORTED;
		}
	}

	/** Runs a command on its defaults and the current image. */
	public static String run(final String command) {
		return run(command, "");
	}
}
