package io.glassbox.image;

import ij.ImagePlus;
import ij.ImageStack;

import java.util.List;
import java.util.Optional;

import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImg;
import net.imglib2.img.basictypeaccess.array.ArrayDataAccess;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/**
 * Shows an ImgLib2 image as an ImageJ image: the way back of {@link ImageBridge}.
 * <p>
 * Unsigned 8 and 16 bit, float and ARGB share their arrays where a plane has an array of its own: planar images,
 * and array images of one plane. Everything else is copied plane by plane, other number types as floats.
 * </p>
 */
public final class PixelArrays {

	private static final List<Axis> ORDER = List.of(Axis.values());

	private PixelArrays() {}

	/** An ImageJ image with that title, uncalibrated and not shown. */
	public static <T> ImagePlus toImagePlus(final String title, final NamedImage<T> image) {
		final int channels = image.size(Axis.CHANNEL);
		final int slices = image.size(Axis.SLICE);
		final int frames = image.size(Axis.FRAME);
		final ImageStack stack = new ImageStack(image.size(Axis.X), image.size(Axis.Y));
		for (int t = 0; t < frames; t++)
			for (int z = 0; z < slices; z++)
				for (int c = 0; c < channels; c++) {
					final int index = stack.size();
					final RandomAccessibleInterval<T> plane = image.plane(c, z, t);
					stack.addSlice(null, shared(image, index).orElseGet(() -> copied(plane)));
				}
		final ImagePlus result = new ImagePlus(title, stack);
		result.setDimensions(channels, slices, frames);
		if (stack.size() > Math.max(channels, Math.max(slices, frames))) result.setOpenAsHyperStack(true);
		return result;
	}

	private static Optional<Object> shared(final NamedImage<?> image, final int index) {
		if (!isShareable(image.pixels().getType())) return Optional.empty();
		for (int d = 1; d < image.axes().size(); d++)
			if (ORDER.indexOf(image.axes().get(d)) < ORDER.indexOf(image.axes().get(d - 1))) return Optional.empty();
		if (image.pixels() instanceof LazyPlanarImg) return Optional.empty();
		if (image.pixels() instanceof PlanarImg<?, ?> planar) return array(planar.getPlane(index));
		if (image.pixels() instanceof ArrayImg<?, ?> array && index == 0 && array.size() == array.dimension(0) * array
			.dimension(1)) return array(array.update(null));
		return Optional.empty();
	}

	private static Optional<Object> array(final Object access) {
		return access instanceof ArrayDataAccess<?> a ? Optional.of(a.getCurrentStorageArray()) : Optional.empty();
	}

	private static boolean isShareable(final Object type) {
		return type instanceof UnsignedByteType || type instanceof UnsignedShortType || type instanceof FloatType ||
			type instanceof ARGBType;
	}

	private static Object copied(final RandomAccessibleInterval<?> plane) {
		final int n = Math.toIntExact(plane.size());
		final Cursor<?> cursor = Views.flatIterable(plane).cursor();
		if (plane.getType() instanceof ARGBType) {
			final int[] copy = new int[n];
			for (int i = 0; i < n; i++)
				copy[i] = ((ARGBType) cursor.next()).get();
			return copy;
		}
		if (plane.getType() instanceof UnsignedByteType) {
			final byte[] copy = new byte[n];
			for (int i = 0; i < n; i++)
				copy[i] = ((UnsignedByteType) cursor.next()).getByte();
			return copy;
		}
		if (plane.getType() instanceof UnsignedShortType) {
			final short[] copy = new short[n];
			for (int i = 0; i < n; i++)
				copy[i] = ((UnsignedShortType) cursor.next()).getShort();
			return copy;
		}
		final float[] copy = new float[n];
		for (int i = 0; i < n; i++)
			copy[i] = ((RealType<?>) cursor.next()).getRealFloat();
		return copy;
	}
}
