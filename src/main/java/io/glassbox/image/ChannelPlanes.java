package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.converter.Converters;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.IntegerType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

/**
 * An image's planes, channel by channel, as a network of so many channels wants them.
 * <p>
 * Gray goes to every channel of a network that takes three, colour becomes luminance (0.299 red + 0.587 green +
 * 0.114 blue, ITU-R BT.601, as Pillow and OpenCV have it; ImageJ's own default is the plain mean) for a network that
 * takes one, and an image of separate channels fits a network of as many. All planes are views.
 * </p>
 */
final class ChannelPlanes {

	private final Source source;
	private final boolean colour;
	private final int wanted;
	private final boolean calibrated;

	/**
	 * @param wanted channels of the network; 0 for those of the image
	 * @param calibrated show calibrated rather than stored values
	 * @throws GlassboxException if the image's channels do not fit
	 */
	ChannelPlanes(final Source source, final int wanted, final boolean calibrated) {
		this.source = source;
		colour = source.image().pixels().getType() instanceof ARGBType;
		final int own = source.image().size(Axis.CHANNEL);
		this.wanted = wanted > 0 ? wanted : colour ? 3 : own;
		this.calibrated = calibrated && source.calibrated().isPresent();
		if (colour && own > 1) throw new GlassboxException("'" + source.title() + "' has " + own +
			" channels of colour pixels; a colour image has one.");
		final boolean fits = colour ? this.wanted == 3 || this.wanted == 1 : own == this.wanted || own == 1 &&
			this.wanted == 3;
		if (!fits) throw new GlassboxException("The network takes " + channels(this.wanted) + ", '" + source.title() +
			"' has " + (colour ? "red, green and blue" : channels(own)) + ": use an image of " + channels(this.wanted) +
			(this.wanted == 1 ? ", for instance one made by Image > Color > Split Channels" : this.wanted == 3
				? ", a gray or an RGB image" : "") + ".");
	}

	private static String channels(final int n) {
		return n == 1 ? "1 channel" : n + " channels";
	}

	/** Channels of the network's input. */
	int count() {
		return wanted;
	}

	/** Channels that differ: 1 where gray is repeated. */
	int distinct() {
		return colour ? wanted : source.image().size(Axis.CHANNEL);
	}

	boolean isColour() {
		return colour;
	}

	/** A number of the type the planes hold. */
	RealType<?> type() {
		return plane(0, 0, 0).getType();
	}

	/** One plane; positions count from 0. */
	RandomAccessibleInterval<? extends RealType<?>> plane(final int channel, final int slice, final int frame) {
		final RandomAccessibleInterval<?> plane = source.image().plane(colour || distinct() == 1 ? 0 : channel, slice,
			frame);
		if (colour) return ofColour(plane, channel);
		if (!(plane.getType() instanceof RealType)) throw new GlassboxException("The pixels of '" + source.title() +
			"' are " + plane.getType().getClass().getSimpleName() + "; numbers or ARGB colours are needed.");
		return calibrated ? ofTable(plane, source.calibrated().get()) : real(plane);
	}

	@SuppressWarnings("unchecked")
	private static RandomAccessibleInterval<? extends RealType<?>> real(final RandomAccessibleInterval<?> plane) {
		return (RandomAccessibleInterval<? extends RealType<?>>) plane;
	}

	@SuppressWarnings("unchecked")
	private static RandomAccessibleInterval<FloatType> ofTable(final RandomAccessibleInterval<?> plane,
		final float[] table)
	{
		return Converters.convert((RandomAccessibleInterval<IntegerType<?>>) plane, (in, out) -> out.set(table[in
			.getInteger()]), new FloatType());
	}

	@SuppressWarnings("unchecked")
	private RandomAccessibleInterval<? extends RealType<?>> ofColour(final RandomAccessibleInterval<?> plane,
		final int channel)
	{
		final RandomAccessibleInterval<ARGBType> argb = (RandomAccessibleInterval<ARGBType>) plane;
		if (wanted == 1) return Converters.convert(argb, (in, out) -> out.set(luminance(in.get())), new FloatType());
		final int shift = 16 - 8 * channel;
		return Converters.convert(argb, (in, out) -> out.set(in.get() >> shift & 255), new UnsignedByteType());
	}

	private static float luminance(final int argb) {
		return 0.299f * ARGBType.red(argb) + 0.587f * ARGBType.green(argb) + 0.114f * ARGBType.blue(argb);
	}
}
