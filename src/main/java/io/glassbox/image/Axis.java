package io.glassbox.image;

/** What runs along a dimension of an image. */
public enum Axis {
		X, Y, CHANNEL,
		/** Depth: the slices of a z-stack. */
		SLICE,
		/** Time. */
		FRAME
}
