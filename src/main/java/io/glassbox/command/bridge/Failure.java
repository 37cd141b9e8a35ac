package io.glassbox.command.bridge;

import io.glassbox.graph.GlassboxException;

import java.util.concurrent.CancellationException;

import org.slf4j.LoggerFactory;

import ij.IJ;
import ij.ImageJ;
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

	/** Reports what a command threw and stops the macro on this thread, if there is one. */
	public static void report(final String command, final RuntimeException thrown) {
		try (OurClassLoader loader = OurClassLoader.enter()) {
			tell(command, thrown);
		}
	}

	private static void tell(final String command, final RuntimeException thrown) {
		IJ.showProgress(1.0);
		if (thrown instanceof CancellationException) {
			IJ.showStatus("Cancelled");
			stop(null);
			return;
		}
		final String message = message(thrown);
		if (IJ.getInstance() == null) System.err.println(command + ": " + message);
		final boolean told = stop(message);
		if (!told) IJ.error(command, message);
	}

	private static String message(final RuntimeException thrown) {
		if (thrown instanceof GlassboxException) return thrown.getMessage();
		LoggerFactory.getLogger(Failure.class).error("A fault in Glassbox", thrown);
		if (IJ.getInstance() != null) IJ.handleException(thrown);
		return "A fault in Glassbox, please report it: " + thrown.getMessage();
	}

	/** @return whether a macro was told, which shows the message together with the macro's line */
	private static boolean stop(final String message) {
		final Interpreter macro = Interpreter.getInstance();
		final boolean windows = IJ.getInstance() != null;
		if (macro == null || windows && !onMacroThread()) return false;
		if (!windows && batch()) System.exit(FAILED);
		try {
			macro.abort(message);
		}
		catch (final RuntimeException e) {
			// The macro is marked as done; this says so again, or that there is no display for the message.
			LoggerFactory.getLogger(Failure.class).debug("Macro stopped", e);
		}
		return true;
	}

	/** A command chosen from the menu while some macro waits must not stop that macro. */
	private static boolean onMacroThread() {
		final String name = Thread.currentThread().getName();
		return name.startsWith("Run$_") || name.endsWith("Macro$");
	}

	private static boolean batch() {
		if (ImageJ.getArgs() == null) return false;
		for (final String arg : ImageJ.getArgs())
			if (arg != null && arg.startsWith("-batch")) return true;
		return false;
	}
}
