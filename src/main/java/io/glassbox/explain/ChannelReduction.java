package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How the channels of an attribution become one value for each place. */
public enum ChannelReduction {

		/** What adds up to the score stays so. */
		SUM {

			@Override
			double of(final float[] raw, final int place, final int places) {
				double sum = 0;
				for (int i = place; i < raw.length; i += places)
					sum += raw[i];
				return sum;
			}
		},
		MEAN {

			@Override
			double of(final float[] raw, final int place, final int places) {
				return SUM.of(raw, place, places) * places / raw.length;
			}
		},
		/** The value of the largest magnitude, with its sign, as in Simonyan et al. 2014 where all are magnitudes. */
		MAX {

			@Override
			double of(final float[] raw, final int place, final int places) {
				float largest = raw[place];
				for (int i = place; i < raw.length; i += places)
					if (Math.abs(raw[i]) > Math.abs(largest)) largest = raw[i];
				return largest;
			}
		},
		/** The Euclidean norm, which has no sign. */
		L2 {

			@Override
			double of(final float[] raw, final int place, final int places) {
				double sum = 0;
				for (int i = place; i < raw.length; i += places)
					sum += (double) raw[i] * raw[i];
				return Math.sqrt(sum);
			}
		};

	/** As people write them. */
	public static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();

	abstract double of(float[] raw, int place, int places);

	/** Whether the result has a sign, if the channels have. */
	public boolean keepsSign() {
		return this != L2;
	}

	/**
	 * @param raw 1 x channels x two or three spatial extents
	 * @return the spatial extents
	 * @throws GlassboxException if it has another shape
	 */
	public Tensor of(final Tensor raw) {
		if (raw.rank() != 4 && raw.rank() != 5 || raw.size(0) != 1) throw new GlassboxException("An attribution of shape " +
			Arrays.toString(raw.shape()) + " is no picture: expected 1 x channels x height x width, or with depth before height.");
		final int[] space = Arrays.copyOfRange(raw.shape(), 2, raw.rank());
		final float[] map = new float[Math.toIntExact(Tensor.count(space))];
		for (int i = 0; i < map.length; i++)
			map[i] = (float) of(raw.floats(), i, map.length);
		return Tensor.of(map, space);
	}

	/** @throws GlassboxException if there is no such reduction; the message lists those there are */
	public static ChannelReduction parse(final String text) {
		for (final ChannelReduction r : values())
			if (r.name().equalsIgnoreCase(text.trim())) return r;
		throw new GlassboxException(Names.unknown("channel reduction", text, NAMES));
	}
}
