package io.glassbox.image;

import ij.ImagePlus;
import ij.gui.Roi;

/** Ties ROIs to one slice and time of an image, in all its channels. */
public final class StackPosition {

	private StackPosition() {}

	public static void set(final Roi roi, final Place place, final ImagePlus image) {
		if (image.getNSlices() * image.getNFrames() == 1) roi.setPosition(0);
		else if (image.isHyperStack() || image.getNChannels() > 1) roi.setPosition(0, place.slice(), place.frame());
		else roi.setPosition(image.getStackIndex(1, place.slice(), place.frame()));
	}

	static boolean same(final Roi a, final Roi b) {
		return a.getPosition() == b.getPosition() && a.getCPosition() == b.getCPosition() && a.getZPosition() == b
			.getZPosition() && a.getTPosition() == b.getTPosition();
	}
}
