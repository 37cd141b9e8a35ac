package io.glassbox.graph;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * An input or output of a network.
 *
 * @param shape extents along all axes, batch first; {@link #ANY} where the file leaves one open; null
 *          if the file does not even tell the number of axes
 * @param element what its elements are
 */
public record Port(String name, int[] shape, Element element) {

	/** An extent the network does not fix. */
	public static final int ANY = -1;

	/** A port of floats. */
	public Port(final String name, final int[] shape) {
		this(name, shape, Element.FLOAT);
	}

	/** Whether a tensor of this shape may be fed here. */
	public boolean accepts(final int... actual) {
		if (shape == null) return true;
		if (actual.length != shape.length) return false;
		for (int i = 0; i < shape.length; i++)
			if (shape[i] != ANY && shape[i] != actual[i]) return false;
		return true;
	}

	/** The shape as people write it, {@code ? x 3 x 224 x 224}. */
	public String describe() {
		return shape == null ? "any shape" : Arrays.stream(shape).mapToObj(n -> n == ANY ? "?" : "" + n).collect(
			Collectors.joining(" x "));
	}

	@Override
	public boolean equals(final Object other) {
		return other instanceof Port p && name.equals(p.name) && element == p.element && Arrays.equals(shape, p.shape);
	}

	@Override
	public int hashCode() {
		return name.hashCode() * 31 + Arrays.hashCode(shape);
	}

	@Override
	public String toString() {
		return name + " (" + describe() + ")";
	}
}
