package io.glassbox.image;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.view.Views;

import java.util.EnumSet;
import java.util.List;

/**
 * Pixels whose dimensions have names.
 * <p>
 * X and Y are always there; an axis which is not there has extent 1.
 * </p>
 *
 * @param pixels the values; colours are {@link net.imglib2.type.numeric.ARGBType}
 * @param axes one name for each dimension of {@code pixels}, in their order
 */
public record NamedImage<T>(RandomAccessibleInterval<T> pixels, List<Axis> axes) {

	public NamedImage {
		axes = List.copyOf(axes);
		if (axes.size() != pixels.numDimensions() || EnumSet.copyOf(axes).size() != axes.size() || !axes.contains(
			Axis.X) || !axes.contains(Axis.Y)) throw new IllegalArgumentException("An image of " + pixels
				.numDimensions() + " dimensions needs as many different axes, X and Y among them, found " + axes);
	}

	public int size(final Axis axis) {
		final int d = axes.indexOf(axis);
		return d < 0 ? 1 : Math.toIntExact(pixels.dimension(d));
	}

	/** One plane as a view, X before Y, its corner at 0; positions count from 0. */
	public RandomAccessibleInterval<T> plane(final int channel, final int slice, final int frame) {
		RandomAccessibleInterval<T> plane = Views.isZeroMin(pixels) ? pixels : Views.zeroMin(pixels);
		for (int d = axes.size() - 1; d >= 0; d--)
			switch (axes.get(d)) {
				case CHANNEL -> plane = Views.hyperSlice(plane, d, channel);
				case SLICE -> plane = Views.hyperSlice(plane, d, slice);
				case FRAME -> plane = Views.hyperSlice(plane, d, frame);
				default -> {
					// X and Y stay
				}
			}
		return axes.indexOf(Axis.X) < axes.indexOf(Axis.Y) ? plane : Views.permute(plane, 0, 1);
	}
}
