package io.glassbox.perturb;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;

/**
 * Squares, or cubes, of about equal size, wherever the image's edges are.
 *
 * @param count how many segments are wanted; there are about as many
 */
public record Grid(int count) implements Segmentation {

	public Grid {
		if (count < 1) throw new GlassboxException("A grid has 1 segment or more, found " + count + ".");
	}

	@Override
	public Segments of(final Tensor image) {
		final int[] extents = Arrays.copyOfRange(image.shape(), 2, image.rank());
		final int[] cells = cells(extents);
		final int[] labels = new int[Arrays.stream(extents).reduce(1, Math::multiplyExact)];
		for (int i = 0; i < labels.length; i++) {
			int rest = i;
			int label = 0;
			int stride = 1;
			for (int axis = extents.length - 1; axis >= 0; axis--) {
				final int at = rest % extents[axis];
				rest /= extents[axis];
				label += stride * (int) ((long) at * cells[axis] / extents[axis]);
				stride *= cells[axis];
			}
			labels[i] = label;
		}
		return Segments.of(labels, extents);
	}

	/** How many cells lie along each axis: of about equal length everywhere, but where an axis is shorter than that. */
	private int[] cells(final int[] extents) {
		final double[] sides = Seeds.sides(extents, count);
		final int[] cells = new int[extents.length];
		Arrays.setAll(cells, a -> (int) Math.max(1, Math.min(extents[a], Math.round(extents[a] / sides[a]))));
		return cells;
	}
}
