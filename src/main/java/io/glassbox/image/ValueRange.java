package io.glassbox.image;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing;

import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.IntegerType;
import net.imglib2.type.numeric.RealType;

/**
 * A range of pixel values that becomes 0 to 1.
 *
 * @param low what becomes 0; above {@code high} where low values are the bright ones
 * @param clip whether values outside become 0 or 1
 */
record ValueRange(double low, double high, boolean clip) {

	private static final ValueRange UNCHANGED = new ValueRange(0, 1, false);

	/** A range of one value has no inside: everything becomes 0. */
	float map(final float value) {
		if (high == low) return 0;
		final float v = (float) ((value - low) / (high - low));
		return clip ? Math.max(0, Math.min(1, v)) : v;
	}

	/**
	 * The ranges of an image's channels: one range for all in colour, so that hues stay; one for each where channels
	 * are separate stains. Where an image has an inverting lookup table, a range runs from high to low, so that what
	 * a person sees bright is high for the network too; raw values stay as they are.
	 *
	 * @param planes for each channel the planes that go into the network
	 */
	static ValueRange[] of(final Preprocessing how, final Source source, final ChannelPlanes channels,
		final List<List<RandomAccessibleInterval<? extends RealType<?>>>> planes)
	{
		final ValueRange[] ranges = new ValueRange[channels.distinct()];
		for (int c = 0; c < ranges.length; c++)
			ranges[c] = switch (how.values()) {
				case RAW -> UNCHANGED;
				case TYPE -> ofType(channels).inverted(source.isInverted(c));
				case DISPLAY -> displayed(source, c).inverted(source.isInverted(c));
				case PERCENTILE -> channels.isColour() && c > 0 ? ranges[0] : percentile(how, source.isInverted(c),
					channels.isColour() ? planes.stream().flatMap(List::stream).toList() : planes.get(c));
			};
		return ranges;
	}

	private ValueRange inverted(final boolean inverted) {
		return inverted ? new ValueRange(high, low, clip) : this;
	}

	private static ValueRange ofType(final ChannelPlanes channels) {
		if (channels.isColour()) return new ValueRange(0, 255, false);
		return channels.type() instanceof IntegerType<?> t ? new ValueRange(t.getMinValue(), t.getMaxValue(), false)
			: UNCHANGED;
	}

	private static ValueRange displayed(final Source source, final int channel) {
		final double[][] ranges = source.display().orElseThrow(() -> new GlassboxException(
			"The values are to be mapped from the display range, but " + source.title() +
				" has none; use values=type, percentile or raw."));
		final double[] range = ranges[Math.min(channel, ranges.length - 1)];
		return new ValueRange(range[0], range[1], true);
	}

	private static ValueRange percentile(final Preprocessing how, final boolean inverted,
		final List<RandomAccessibleInterval<? extends RealType<?>>> planes)
	{
		final double[] range = inverted ? Percentiles.of(planes, 100 - how.lowPercentile(), 100 - how.highPercentile())
			: Percentiles.of(planes, how.lowPercentile(), how.highPercentile());
		return new ValueRange(range[0], range[1], true);
	}
}
