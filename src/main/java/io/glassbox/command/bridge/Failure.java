package io.glassbox.command.bridge;

import io.glassbox.graph.GlassboxException;

import java.util.concurrent.CancellationException;

import org.slf4j.LoggerFactory;

import ij.IJ;
import ij.ImageJ;
import ij.Macro;
import ij.macro.Interpreter;

/**
 * Tells a person that a command failed, and stops the macro that called it.
 * <p>
 * ImageJ swallows what a plugin throws and lets the macro go on, so an exception is not enough: its
 * interpreter has to be told. Where ImageJ has a window, the message appears in a dialog. In {@code -batch}
 * mode no one could close a dialog, and ImageJ would end with status 0 whatever happened: there the message
 * goes to standard error and the process ends with status 1.
 * </p>
 */
public final class Failure {

	private static final int FAILED = 1;

	private Failure() {}

	/**
	 * Reports what a command threw.
	 *
	 * @param macro the macro that called the command and is to be stopped; null if none did
	 */
	public static void report(final String command, final RuntimeException thrown, final Interpreter macro) {
		try (OurClassLoader loader = OurClassLoader.enter()) {
			IJ.showProgress(1.0);
			final boolean cancelled = thrown instanceof CancellationException;
			final String message = cancelled ? null : message(thrown);
			if (cancelled) IJ.showStatus("Cancelled");
			else if (IJ.getInstance() == null) System.err.println(command + ": " + message);
			if (macro != null) stop(macro, message);
			else if (cancelled || IJ.getInstance() == null) Macro.abort();
			else IJ.error(command, message);
		}
	}

	private static String message(final RuntimeException thrown) {
		if (thrown instanceof GlassboxException) return thrown.getMessage();
		LoggerFactory.getLogger(Failure.class).error("A fault in Glassbox", thrown);
		if (IJ.getInstance() != null) IJ.handleException(thrown);
		return "A fault in Glassbox, please report it: " + thrown.getMessage();
	}

	/** With a message the interpreter shows it together with the macro's line, without one it ends quietly. */
	private static void stop(final Interpreter macro, final String message) {
		if (IJ.getInstance() == null && isBatch()) System.exit(FAILED);
		try {
			macro.abort(message);
		}
		catch (final RuntimeException e) {
			// The macro is marked as done; this says so again, or that there is no display for the message.
			LoggerFactory.getLogger(Failure.class).debug("Macro stopped", e);
		}
	}

	private static boolean isBatch() {
		if (ImageJ.getArgs() == null) return false;
		for (final String arg : ImageJ.getArgs())
			if (arg != null && arg.startsWith("-batch")) return true;
		return false;
	}
}
