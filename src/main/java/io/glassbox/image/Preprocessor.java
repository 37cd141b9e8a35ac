package io.glassbox.image;

import ij.ImagePlus;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.model.Preprocessing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/**
 * Turns an image into the tensor a network takes, and remembers the way back.
 * <p>
 * In this order: the channels the network wants, resize, values to the unit range, letterbox margin 0, the order of the
 * colours, the steps of the normalisation, the order of the axes.
 * Under an inverting lookup table (DICOM MONOCHROME1, TIFF with white as zero) low values are the bright ones and go to
 * 1, so that the network sees what the person sees; values passed on raw stay stored, or calibrated, values. The image
 * is read straight from its own arrays, never copied as a whole: memory goes with the network's input, not with the
 * image.
 * </p>
 * <p>
 * Resizing is linear between pixel centres, like OpenCV and torch's {@code interpolate}. An image that shrinks by more
 * than 2 is therefore subsampled: of a film 4000 pixels wide a network 224 wide gets one pixel in nine along each axis,
 * the others have no influence, and fine structure such as microcalcifications may vanish or alias. Pillow, and
 * torchvision with it, averages instead; for networks trained that way set {@link Preprocessing#antialias()}.
 * </p>
 */
public final class Preprocessor {

	private final Preprocessing how;
	private final NetworkInput input;
	private final boolean xFirst;

	/** For a network that takes height before width, see {@link #Preprocessor(Preprocessing, Port, boolean)}. */
	public Preprocessor(final Preprocessing how, final Port port) {
		this(how, port, false);
	}

	/**
	 * @param how the description of the network
	 * @param port the network's input
	 * @param xFirst whether the input's spatial axes run x before y (before z)
	 * @throws GlassboxException if description and input contradict each other, or the network takes no images
	 */
	public Preprocessor(final Preprocessing how, final Port port, final boolean xFirst) {
		this.how = how;
		this.input = NetworkInput.of(how, port, xFirst);
		this.xFirst = xFirst;
	}

	/** Whether the network takes all slices at once rather than one. */
	public boolean isVolume() {
		return input.isVolume();
	}

	/**
	 * Prepares the current slice, or for a 3D network the volume of the current time.
	 *
	 * @throws GlassboxException if this image does not fit the network
	 */
	public Prepared prepare(final ImagePlus image) {
		final Source source = Source.of(image);
		return prepare(source, Place.current(image));
	}

	/**
	 * Prepares one slice, or for a 3D network, whatever the slice, the volume of that time.
	 *
	 * @throws GlassboxException if this image does not fit the network
	 */
	public Prepared prepare(final ImagePlus image, final Place place) {
		return prepare(Source.of(image), place);
	}

	/** Like {@link #prepare(ImagePlus, Place)}, from an image which ImageJ does not know. */
	public Prepared prepare(final NamedImage<?> image, final Place place) {
		return prepare(Source.of(image), place);
	}

	private Prepared prepare(final Source source, final Place place) {
		final int slices = source.image().size(Axis.SLICE);
		final int frames = source.image().size(Axis.FRAME);
		check(source, place, slices, frames);
		final ChannelPlanes channels = new ChannelPlanes(source, input.channels(), how.values() == Preprocessing.Values.RAW);
		final int firstSlice = isVolume() ? 1 : place.slice();
		final var planes = planes(channels, firstSlice, isVolume() ? slices : 1, place.frame() - 1);
		FinitePixels.check(source.title(), planes, firstSlice);

		final int height = source.image().size(Axis.Y);
		final int width = source.image().size(Axis.X);
		final int[] own = isVolume() ? new int[] { slices, height, width } : new int[] { height, width };
		final int[] extents = input.extentsFor(own);
		checkMemory(channels.count(), extents);
		final Geometry geometry = Geometry.fit(how.resize(), how.resizeTo(), own, extents);
		final ValueRange[] ranges = ValueRange.of(how, source, channels, planes);

		final int size = Math.toIntExact(Tensor.count(extents));
		final float[] values = new float[channels.count() * size];
		for (int c = 0; c < channels.distinct(); c++)
			VolumeResampler.toNetwork(planes.get(c), geometry, how.antialias(), ranges[c]::map, values, c * size);
		for (int c = channels.distinct(); c < channels.count(); c++)
			System.arraycopy(values, 0, values, c * size, size);
		if (how.order() == Preprocessing.Order.BGR) reverseChannels(values, channels.count());
		Normalizer.apply(how.normalization(), values, channels.count(), extents);

		final int[] shape = new int[extents.length + 2];
		shape[0] = 1;
		shape[1] = channels.count();
		System.arraycopy(xFirst ? AxisOrder.reversed(extents) : extents, 0, shape, 2, extents.length);
		final float[] ordered = xFirst ? AxisOrder.reversed(values, channels.count(), extents) : values;
		return new Prepared(Tensor.of(ordered, shape), geometry, isVolume() ? Place.volume(place.frame()) : place, xFirst);
	}

	private static void reverseChannels(final float[] values, final int channels) {
		final int size = values.length / channels;
		final float[] reversed = new float[values.length];
		for (int c = 0; c < channels; c++)
			System.arraycopy(values, c * size, reversed, (channels - 1 - c) * size, size);
		System.arraycopy(reversed, 0, values, 0, values.length);
	}

	private static List<List<RandomAccessibleInterval<? extends RealType<?>>>> planes(final ChannelPlanes channels,
		final int firstSlice, final int slices, final int frame)
	{
		final List<List<RandomAccessibleInterval<? extends RealType<?>>>> planes = new ArrayList<>();
		for (int c = 0; c < channels.distinct(); c++) {
			final List<RandomAccessibleInterval<? extends RealType<?>>> stack = new ArrayList<>();
			for (int z = 0; z < slices; z++)
				stack.add(channels.plane(c, firstSlice - 1 + z, frame));
			planes.add(stack);
		}
		return planes;
	}

	private void check(final Source source, final Place place, final int slices, final int frames) {
		if (isVolume() && slices == 1 && input.extents()[0] != 1) throw new GlassboxException(
			"The network takes volumes (depth x height x width), '" + source.title() + "' has a single slice" + (frames > 1
				? " at " + frames + " times; if these are slices, say so with Image > Properties..." : "; open a stack."));
		if (place.frame() < 1 || place.frame() > frames || !isVolume() && (place.slice() < 1 || place.slice() > slices))
			throw new GlassboxException("'" + source.title() + "' has " + slices + (slices == 1 ? " slice" : " slices") +
				" and " + frames + (frames == 1 ? " frame" : " frames") + "; there is no slice " + place.slice() +
				" at frame " + place.frame() + ".");
	}

	private static void checkMemory(final int channels, final int[] extents) {
		final double bytes = 4.0 * channels * Arrays.stream(extents).asDoubleStream().reduce(1, (a, b) -> a * b);
		final double most = Math.min(Runtime.getRuntime().maxMemory() / 4.0, 4.0 * Integer.MAX_VALUE);
		if (bytes > most) throw new GlassboxException(String.format(
			"The network's input at %s pixels would take %.1f GB, more than a quarter of Java's memory: give a smaller " +
				"size in the description, or crop the image.", NetworkInput.text(extents), bytes / 1e9));
	}
}
