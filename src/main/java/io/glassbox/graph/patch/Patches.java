package io.glassbox.graph.patch;

import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a map is in several altered copies: as it was, but for a patch in each, all of one size.
 *
 * @param map 1 x channels x extents, as it was
 * @param from where each copy's patch begins, which lies within the map
 * @param size of patches
 * @param patches copies x channels x size
 */
record Patches(Tensor map, int[][] from, int[] size, float[] patches) {

	/** One copy in which nothing has changed. */
	static Patches of(final Tensor map) {
		final int[] whole = extents(map);
		return new Patches(map, new int[][] { new int[whole.length] }, whole, map.floats());
	}

	private static int[] extents(final Tensor map) {
		return Arrays.copyOfRange(map.shape(), 2, map.rank());
	}

	/** The whole map of each copy. */
	Tensor wholes() {
		final int[] whole = extents(map);
		return cut(new int[from.length][whole.length], whole, 0);
	}

	/**
	 * Cuts a piece out of each copy.
	 *
	 * @param start where each copy's piece begins; it may reach beyond the map
	 * @param extents of the pieces
	 * @param outside what stands there beyond the map
	 * @return copies x channels x extents
	 */
	Tensor cut(final int[][] start, final int[] extents, final float outside) {
		final int each = Math.multiplyExact(map.size(1), Math.toIntExact(Box.places(extents)));
		final float[] all = new float[Math.multiplyExact(from.length, each)];
		if (outside != 0) Arrays.fill(all, outside);
		IntStream.range(0, from.length).parallel().forEach(copy -> {
			final int[] whole = extents(map);
			copy(map.floats(), 0, new int[whole.length], whole, all, copy * each, start[copy], extents);
			copy(patches, copy * (patches.length / from.length), from[copy], size, all, copy * each, start[copy], extents);
		});
		final int[] shape = map.shape();
		shape[0] = from.length;
		System.arraycopy(extents, 0, shape, 2, extents.length);
		return Tensor.of(all, shape);
	}

	/** Copies what two boxes of the same map share, channel by channel, row by row. */
	private void copy(final float[] a, final int atA, final int[] fromA, final int[] sizeA, final float[] b, final int atB,
		final int[] fromB, final int[] sizeB)
	{
		final int last = sizeA.length - 1;
		final int low = Math.max(fromA[last], fromB[last]);
		final int length = Math.min(fromA[last] + sizeA[last], fromB[last] + sizeB[last]) - low;
		if (length <= 0) return;
		final int[] rowsA = rows(fromA, sizeA, fromB, sizeB);
		final int placesA = Math.toIntExact(Box.places(sizeA));
		final int placesB = Math.toIntExact(Box.places(sizeB));
		for (int c = 0; c < map.size(1); c++) {
			final int channelA = atA + c * placesA + low - fromA[last];
			final int channelB = atB + c * placesB + low - fromB[last];
			for (int r = 0; r < rowsA.length; r++)
				if (rowsA[r] >= 0) System.arraycopy(a, channelA + rowsA[r] * sizeA[last], b, channelB + r * sizeB[last], length);
		}
	}

	/** For each row of box b its number among those of box a; negative if it is none of them. */
	private static int[] rows(final int[] fromA, final int[] sizeA, final int[] fromB, final int[] sizeB) {
		final int last = sizeA.length - 1;
		final int[] rows = new int[(int) (Box.places(sizeB) / sizeB[last])];
		for (int r = 0; r < rows.length; r++) {
			int rest = r;
			int step = 1;
			for (int axis = last - 1; axis >= 0; axis--) {
				final int place = fromB[axis] + rest % sizeB[axis] - fromA[axis];
				if (place < 0 || place >= sizeA[axis]) rows[r] = -1;
				else if (rows[r] >= 0) rows[r] += place * step;
				step *= sizeA[axis];
				rest /= sizeB[axis];
			}
		}
		return rows;
	}
}
