package io.glassbox.demo;

import java.util.Locale;

/** What a phantom shows, in the order of the demo networks' outputs. */
public enum Label {
		/** No lesion. */
		NORMAL,
		/** A smooth, round or oval, well circumscribed mass. */
		BENIGN,
		/** A spiculated mass, a microcalcification cluster, or both. */
		MALIGNANT;

	/** The class name in label files: {@code normal}, {@code benign}, {@code malignant}. */
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}
}
