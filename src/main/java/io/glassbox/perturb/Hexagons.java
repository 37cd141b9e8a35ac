package io.glassbox.perturb;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

/**
 * Regular hexagons, wherever the image's edges are: the most compact cells that leave no gap. Images of height x width only.
 *
 * @param count how many are wanted; there are about as many, those that the border cuts included
 */
public record Hexagons(int count) implements Segmentation {

	public Hexagons {
		if (count < 1) throw new GlassboxException("There is 1 hexagon or more, found " + count + ".");
	}

	/** Each pixel belongs to the nearest centre; every other row of centres is half a cell to the right. */
	@Override
	public Segments of(final Tensor image) {
		Pixels.requireFlat(image, "hexagons");
		final int height = image.size(2);
		final int width = image.size(3);
		final double across = Math.sqrt((double) height * width / count * 2 / Math.sqrt(3));
		final double down = across * Math.sqrt(3) / 2;
		final int columns = (int) Math.ceil(width / across) + 2;
		final int[] labels = new int[height * width];
		for (int i = 0; i < labels.length; i++) {
			final double y = (i / width + 0.5) / down - 0.5;
			final double x = (i % width + 0.5) / across - 0.5;
			double nearest = Double.POSITIVE_INFINITY;
			for (int row = (int) Math.floor(y); row <= Math.floor(y) + 1; row++) {
				final double shift = (row & 1) * 0.5;
				final int column = (int) Math.round(x - shift);
				final double distance = Math.hypot((column + shift - x) * across, (row - y) * down);
				if (distance < nearest) {
					nearest = distance;
					labels[i] = (row + 1) * columns + column + 1;
				}
			}
		}
		return Segments.of(labels, height, width);
	}
}
