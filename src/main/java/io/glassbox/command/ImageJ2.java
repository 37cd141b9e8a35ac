package io.glassbox.command;

import org.scijava.Context;

import ij.IJ;

/** What differs when ImageJ2 or Fiji runs a command, rather than plain ImageJ, Java code or the command line. */
public final class ImageJ2 {

	/** ImageJ2's own bridge to ImageJ. */
	private static final String LEGACY_SERVICE = "net.imagej.legacy.LegacyService";

	private ImageJ2() {}

	public static boolean runs(final Context context) {
		return context.getService(LEGACY_SERVICE) != null;
	}

	/**
	 * Shows why a command failed and tells the macro that called it to stop. Elsewhere than in ImageJ2 this does
	 * nothing: there, whoever called the command sees what it throws.
	 */
	static void showFailure(final Context context, final String command, final RuntimeException thrown) {
		if (runs(context)) IJ.error(command, thrown.getMessage());
	}
}
