package io.glassbox.graph;

/**
 * What the elements of a value are: 32-bit floats, 64-bit integers, or conditions.
 * <p>
 * A {@link Tensor} holds conditions as integers, 0 and 1; the engines keep them apart.
 * </p>
 */
public enum Element {
		FLOAT, INTEGER, BOOLEAN;

	/** What two operands of different elements are both turned into before they are computed with. */
	Element joined(final Element other) {
		return ordinal() < other.ordinal() ? this : other;
	}

	/** Whether a tensor holds such elements. */
	public boolean fits(final Tensor t) {
		return t.isFloat() == (this == FLOAT);
	}
}
