package io.glassbox.image;

import io.glassbox.graph.Tensor;

/**
 * Turns height by width into width by height, and depth by height by width into width by height by depth.
 * <p>
 * Images have rows; MONAI and NIfTI count x first, and networks trained so see every image mirrored about its diagonal.
 * </p>
 */
final class AxisOrder {

	private AxisOrder() {}

	static int[] reversed(final int[] extents) {
		final int[] reversed = new int[extents.length];
		for (int i = 0; i < extents.length; i++)
			reversed[i] = extents[extents.length - 1 - i];
		return reversed;
	}

	/** The map with its two or three axes in reverse order. */
	static Tensor reversed(final Tensor map) {
		return Tensor.of(reversed(map.floats(), 1, map.shape()), reversed(map.shape()));
	}

	/**
	 * @param values channel after channel
	 * @param extents [depth,] height, width as they are
	 * @return new values with those axes in reverse order
	 */
	static float[] reversed(final float[] values, final int channels, final int[] extents) {
		final int[] s = { 1, 1, 1 };
		System.arraycopy(extents, 0, s, 3 - extents.length, extents.length);
		final int size = s[0] * s[1] * s[2];
		final float[] reversed = new float[values.length];
		for (int c = 0; c < channels; c++)
			for (int z = 0; z < s[0]; z++)
				for (int y = 0; y < s[1]; y++)
					for (int x = 0; x < s[2]; x++)
						reversed[c * size + (x * s[1] + y) * s[0] + z] = values[c * size + (z * s[1] + y) * s[2] + x];
		return reversed;
	}
}
