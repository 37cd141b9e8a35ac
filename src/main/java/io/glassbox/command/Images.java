package io.glassbox.command;

import io.glassbox.graph.GlassboxException;

import java.io.File;
import java.nio.file.Path;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;

/** Finds the image a macro means: an open one by its title, else a file by its path. */
final class Images {

	private Images() {}

	static ImagePlus named(final String key, final String titleOrPath) {
		final ImagePlus open = WindowManager.getImage(titleOrPath);
		if (open != null) return open;
		final File file = new File(titleOrPath);
		if (!file.isFile()) throw new GlassboxException("No image with the title '" + titleOrPath +
			"' is open and there is no such file (option '" + key + "').");
		final ImagePlus opened = IJ.openImage(file.getPath());
		if (opened == null) throw new GlassboxException("ImageJ can't open " + file + " as an image (option '" + key +
			"').");
		return opened;
	}

	/** @throws GlassboxException if ImageJ cannot open it */
	static ImagePlus file(final Path file) {
		final ImagePlus opened = IJ.openImage(file.toString());
		if (opened == null) throw new GlassboxException("ImageJ can't open " + file + " as an image.");
		return opened;
	}
}
