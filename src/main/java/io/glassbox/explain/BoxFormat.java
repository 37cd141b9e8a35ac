package io.glassbox.explain;

import io.glassbox.graph.Tensor;

import java.util.Optional;

/**
 * What a box's four numbers mean.
 *
 * @param centred whether they are the centre's x and y, width and height; if not, left, top, right and bottom
 * @param normalised whether they are fractions of the network's input; if not, its pixels
 * @param guessed whether some of this was guessed from the values
 */
public record BoxFormat(boolean centred, boolean normalised, boolean guessed) {

	/** Fractions may lie a little outside the image. */
	private static final float LARGEST_FRACTION = 2;

	/**
	 * What is not said is guessed: boxes are fractions if no number is above 2; two corners if with every box the second lies
	 * right of and below the first. Of one output, as YOLO gives it, boxes are taken for centred, its custom.
	 *
	 * @param table samples x boxes x (4 + classes)
	 */
	static BoxFormat of(final Optional<Boolean> centred, final Optional<Boolean> normalised, final boolean oneOutput,
		final Tensor table)
	{
		float largest = 0;
		boolean corners = true;
		final float[] v = table.floats();
		for (int i = 0; i < v.length; i += table.size(2)) {
			for (int k = 0; k < 4; k++)
				largest = Math.max(largest, Math.abs(v[i + k]));
			corners &= v[i + 2] >= v[i] && v[i + 3] >= v[i + 1];
		}
		return new BoxFormat(centred.orElse(oneOutput || !corners), normalised.orElse(largest <= LARGEST_FRACTION), centred
			.isEmpty() || normalised.isEmpty());
	}

	/** Left, top, right and bottom in pixels of the network's input, counted from its outer edge. */
	double[] corners(final float[] table, final int at, final int height, final int width) {
		final double x = normalised ? width : 1;
		final double y = normalised ? height : 1;
		final double[] b = { table[at] * x, table[at + 1] * y, table[at + 2] * x, table[at + 3] * y };
		return centred ? new double[] { b[0] - b[2] / 2, b[1] - b[3] / 2, b[0] + b[2] / 2, b[1] + b[3] / 2 } : b;
	}

	@Override
	public String toString() {
		return (centred ? "xywh" : "xyxy") + (normalised ? ", normalised" : ", in pixels") + (guessed
			? " (guessed from the values; say it with 'boxes:' in the description)" : "");
	}
}
