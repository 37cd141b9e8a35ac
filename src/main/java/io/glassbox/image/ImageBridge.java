package io.glassbox.image;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ImageProcessor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import net.imglib2.img.array.ArrayImg;
import net.imglib2.img.basictypeaccess.array.ArrayDataAccess;
import net.imglib2.img.basictypeaccess.array.ByteArray;
import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.img.basictypeaccess.array.IntArray;
import net.imglib2.img.basictypeaccess.array.ShortArray;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.type.NativeType;
import net.imglib2.type.NativeTypeFactory;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.integer.UnsignedShortType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.util.Fraction;

/**
 * Shows an ImageJ image as an ImgLib2 image over the very same pixels.
 * <p>
 * Nothing is copied, so what is written through one side shows on the other. Two kinds are copied:
 * planes of virtual stacks, which are loaded when first touched (the first at once) and may be forgotten again
 * (writing to them is lost), and images of indexed colour, whose colours are looked up. An 8-bit image under a
 * false-colour lookup table is no such image: its values count, as for all measurements in ImageJ. An inverting
 * lookup table changes no pixel here either; {@link Preprocessor} takes it into account.
 * </p>
 */
public final class ImageBridge {

	private ImageBridge() {}

	/**
	 * The pixels of an image: unsigned 8 or 16 bit, 32-bit float, or {@link ARGBType} for colour. Axes come in
	 * ImageJ's order, X, Y, channel, slice, frame; those of extent 1 are left out, save X and Y.
	 */
	public static NamedImage<?> wrap(final ImagePlus image) {
		if (isIndexedColour(image)) return wrap(image, new ARGBType(), ip -> new IntArray((int[]) ip.convertToRGB()
			.getPixels()), false);
		return switch (image.getBitDepth()) {
			case 8 -> wrap(image, new UnsignedByteType(), ip -> new ByteArray((byte[]) ip.getPixels()), true);
			case 16 -> wrap(image, new UnsignedShortType(), ip -> new ShortArray((short[]) ip.getPixels()), true);
			case 32 -> wrap(image, new FloatType(), ip -> new FloatArray((float[]) ip.getPixels()), true);
			default -> wrap(image, new ARGBType(), ip -> new IntArray((int[]) ip.getPixels()), true);
		};
	}

	/** Whether the 8-bit values are mere indices into a table of colours. */
	static boolean isIndexedColour(final ImagePlus image) {
		if (image.getType() != ImagePlus.COLOR_256) return false;
		final ImageProcessor first = processor(image, 1);
		return first.isColorLut() && !first.isPseudoColorLut();
	}

	private static <T extends NativeType<T>, A extends ArrayDataAccess<A>> NamedImage<T> wrap(final ImagePlus image,
		final T type, final Function<ImageProcessor, A> pixels, final boolean shared)
	{
		final List<Axis> axes = new ArrayList<>();
		final long[] extents = extents(image, axes);
		@SuppressWarnings("unchecked")
		final NativeTypeFactory<T, A> factory = (NativeTypeFactory<T, A>) type.getNativeTypeFactory();
		if (extents.length == 2) {
			final ArrayImg<T, A> plane = new ArrayImg<>(pixels.apply(processor(image, 1)), extents, new Fraction());
			plane.setLinkedType(factory.createLinkedType(plane));
			return new NamedImage<>(plane, axes);
		}
		final PlanarImg<T, A> planes;
		if (shared && !image.getStack().isVirtual()) {
			final List<A> arrays = new ArrayList<>();
			for (int i = 1; i <= image.getStackSize(); i++)
				arrays.add(pixels.apply(processor(image, i)));
			planes = new PlanarImg<>(arrays, extents, new Fraction());
		}
		else planes = new LazyPlanarImg<>(i -> pixels.apply(processor(image, i + 1)), image.getStackSize(), extents);
		planes.setLinkedType(factory.createLinkedType(planes));
		return new NamedImage<>(planes, axes);
	}

	private static long[] extents(final ImagePlus image, final List<Axis> axes) {
		final int[] extents = { image.getWidth(), image.getHeight(), image.getNChannels(), image.getNSlices(), image
			.getNFrames() };
		final List<Long> kept = new ArrayList<>();
		for (final Axis axis : Axis.values())
			if (axis.ordinal() < 2 || extents[axis.ordinal()] > 1) {
				axes.add(axis);
				kept.add((long) extents[axis.ordinal()]);
			}
		return kept.stream().mapToLong(Long::longValue).toArray();
	}

	/** The processor over the pixels of one plane, counted from 1. */
	static ImageProcessor processor(final ImagePlus image, final int index) {
		if (image.getStackSize() == 1) return image.getProcessor();
		final ImageStack stack = image.getStack();
		synchronized (stack) { // virtual stacks read from one file
			return stack.getProcessor(index);
		}
	}
}
