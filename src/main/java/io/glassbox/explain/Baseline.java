package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What "absent" means to a method that compares an input with one that says nothing. */
public enum Baseline {

		/** 0 in the network's input: black, or, of an input normalised by means, their grey. */
		ZERO {

			@Override
			void fill(final float[] channel) {
				Arrays.fill(channel, 0);
			}
		},
		/** Each channel's mean. */
		MEAN {

			@Override
			void fill(final float[] channel) {
				double sum = 0;
				for (final float v : channel)
					sum += v;
				Arrays.fill(channel, (float) (sum / channel.length));
			}
		},
		/** Each channel's smallest value: the darkest there is in the image. */
		MIN {

			@Override
			void fill(final float[] channel) {
				float low = Float.POSITIVE_INFINITY;
				for (final float v : channel)
					low = Math.min(low, v);
				Arrays.fill(channel, low);
			}
		},
		/** Each channel's largest value. */
		MAX {

			@Override
			void fill(final float[] channel) {
				float high = Float.NEGATIVE_INFINITY;
				for (final float v : channel)
					high = Math.max(high, v);
				Arrays.fill(channel, high);
			}
		};

	/** As people write them. */
	public static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();

	/** Overwrites one channel with what it is when absent. */
	abstract void fill(float[] channel);

	/**
	 * The baseline of an input.
	 *
	 * @param input 1 x channels x spatial extents; of any other rank, one channel
	 * @return shaped like it
	 */
	public Tensor of(final Tensor input) {
		final int channels = input.rank() > 2 ? input.size(1) : 1;
		final float[] all = input.floats().clone();
		final int length = all.length / channels;
		for (int k = 0; k < channels; k++) {
			final float[] channel = Arrays.copyOfRange(all, k * length, (k + 1) * length);
			fill(channel);
			System.arraycopy(channel, 0, all, k * length, length);
		}
		return Tensor.of(all, input.shape());
	}

	/** @throws GlassboxException if there is no such baseline; the message lists those there are */
	public static Baseline parse(final String text) {
		for (final Baseline b : values())
			if (b.name().equalsIgnoreCase(text.trim())) return b;
		throw new GlassboxException(Names.unknown("baseline", text, NAMES));
	}
}
