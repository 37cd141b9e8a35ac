package io.glassbox.command.bridge;

import org.scijava.app.event.StatusEvent;
import org.scijava.event.EventHandler;
import org.scijava.module.event.ModuleErroredEvent;

import ij.IJ;

/** Shows what SciJava commands say of their progress in ImageJ's status bar. */
final class StatusBar {

	@EventHandler
	void onEvent(final StatusEvent event) {
		if (event.getStatusMessage() != null) IJ.showStatus(event.getStatusMessage());
		if (event.getProgressMaximum() > 0) IJ.showProgress(event.getProgressValue(), event.getProgressMaximum());
	}

	/** The bridge tells of every failure itself, once. */
	@EventHandler
	void onEvent(final ModuleErroredEvent event) {
		event.consume();
	}
}
