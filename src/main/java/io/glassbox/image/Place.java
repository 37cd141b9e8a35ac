package io.glassbox.image;

import ij.ImagePlus;

import java.util.ArrayList;
import java.util.List;

/**
 * Which part of a stack is meant: one slice at one time, or all slices of one time.
 *
 * @param slice counted from 1 as in ImageJ; {@link #WHOLE} for the volume
 * @param frame point in time, counted from 1
 */
public record Place(int slice, int frame) {

	/** In place of a slice: all of them. */
	public static final int WHOLE = 0;

	/** The slice and time that a plain image has. */
	public static final Place FIRST = new Place(1, 1);

	public static Place volume(final int frame) {
		return new Place(WHOLE, frame);
	}

	/** What the image shows now. */
	public static Place current(final ImagePlus image) {
		final int[] position = image.convertIndexToPosition(Math.max(1, image.getCurrentSlice()));
		return new Place(position[1], position[2]);
	}

	/** Every slice at every time, slices first. */
	public static List<Place> every(final ImagePlus image) {
		final List<Place> places = new ArrayList<>();
		for (int t = 1; t <= image.getNFrames(); t++)
			for (int z = 1; z <= image.getNSlices(); z++)
				places.add(new Place(z, t));
		return places;
	}

	public boolean isVolume() {
		return slice == WHOLE;
	}
}
