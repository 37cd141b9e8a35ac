package io.glassbox.command.bridge;

import org.scijava.Context;
import org.scijava.event.EventService;

import ij.IJ;

/**
 * The one SciJava context of this process: the running one in ImageJ2 and Fiji, in plain ImageJ one that we
 * make and keep, so that loaded networks outlive a command.
 */
final class ImageJContext {

	/** ImageJ2's own bridge to ImageJ, which shows status and failures by itself. */
	private static final String IMAGEJ2 = "net.imagej.legacy.LegacyService";

	private static Context context;
	/** Kept here because the event service refers to its subscribers weakly. */
	private static StatusBar statusBar;

	private ImageJContext() {}

	static synchronized Context get() {
		if (context == null) {
			context = find();
			if (!isImageJ2(context)) {
				statusBar = new StatusBar();
				context.service(EventService.class).subscribe(statusBar);
			}
		}
		return context;
	}

	/** Whether this is ImageJ2 or Fiji, not plain ImageJ or a program of our own. */
	static boolean isImageJ2(final Context context) {
		return context.getService(IMAGEJ2) != null;
	}

	private static Context find() {
		final Object found = IJ.runPlugIn(Context.class.getName(), "");
		return found instanceof Context ? (Context) found : new Context();
	}
}
