package io.glassbox.command.bridge;

import io.glassbox.command.ImageJ2;

import org.scijava.Context;
import org.scijava.event.EventService;

import ij.IJ;

/**
 * The one SciJava context of this process: the running one in ImageJ2 and Fiji, in plain ImageJ one that we
 * make and keep, so that loaded networks outlive a command.
 */
final class ImageJContext {

	private static Context context;
	/** Kept here because the event service refers to its subscribers weakly. */
	private static StatusBar statusBar;

	private ImageJContext() {}

	static synchronized Context get() {
		if (context == null) {
			context = find();
			if (!ImageJ2.runs(context)) {
				statusBar = new StatusBar();
				context.service(EventService.class).subscribe(statusBar);
			}
		}
		return context;
	}

	private static Context find() {
		final Object found = IJ.runPlugIn(Context.class.getName(), "");
		return found instanceof Context ? (Context) found : new Context();
	}
}
