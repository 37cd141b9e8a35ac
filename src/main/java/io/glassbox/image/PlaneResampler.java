package io.glassbox.image;

import java.util.Arrays;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * Resizes one plane row by row, reading only the source pixels that count.
 * <p>
 * Beside the output it needs memory for a few rows only, whatever the size of the source. Rows are asked for from
 * the top; each source row is read once.
 * </p>
 */
final class PlaneResampler {

	private final RandomAccess<? extends RealType<?>> source;
	private final Taps xs;
	private final Taps ys;
	private final float[][] rows;
	private final int[] rowIndex;

	PlaneResampler(final RandomAccessibleInterval<? extends RealType<?>> plane, final Taps ys, final Taps xs) {
		source = plane.randomAccess();
		this.xs = xs;
		this.ys = ys;
		rows = new float[Math.max(1, ys.widest())][xs.size()];
		rowIndex = new int[rows.length];
		Arrays.fill(rowIndex, -1);
	}

	/** Adds {@code weight} times the resized plane; what lies outside the source is left as it is. */
	void addTo(final float[] out, final int offset, final float weight) {
		for (int y = 0; y < ys.size(); y++)
			addRow(y, out, offset + y * xs.size(), weight);
	}

	/** Adds {@code weight} times row {@code y} of the resized plane. */
	void addRow(final int y, final float[] out, final int offset, final float weight) {
		final float[] weights = ys.weights()[y];
		for (int i = 0; i < weights.length; i++) {
			final float[] row = row(ys.first()[y] + i);
			final float w = weight * weights[i];
			for (int x = 0; x < row.length; x++)
				out[offset + x] += w * row[x];
		}
	}

	/** A source row, resized along x. */
	private float[] row(final int y) {
		final int slot = y % rows.length;
		final float[] row = rows[slot];
		if (rowIndex[slot] == y) return row;
		rowIndex[slot] = y;
		source.setPosition(y, 1);
		for (int x = 0; x < row.length; x++) {
			final float[] weights = xs.weights()[x];
			double sum = 0;
			source.setPosition(xs.first()[x], 0);
			for (int i = 0; i < weights.length; i++) {
				if (i > 0) source.fwd(0);
				sum += weights[i] * source.get().getRealDouble();
			}
			row[x] = (float) sum;
		}
		return row;
	}
}
