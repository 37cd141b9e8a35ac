package io.glassbox.demo;

/**
 * What a lesion adds to the attenuation of a healthy breast, and where it is.
 *
 * @param shadow attenuation to add
 * @param extent 1 inside, 0 outside, fractions at the border
 */
record Lesion(Field shadow, Field extent) {

	static Lesion none() {
		return new Lesion(new Field(), new Field());
	}

	/** Both together. */
	Lesion and(final Lesion other) {
		for (int i = 0; i < shadow.values.length; i++) {
			shadow.values[i] += other.shadow.values[i];
			extent.values[i] = Math.max(extent.values[i], other.extent.values[i]);
		}
		return this;
	}
}
