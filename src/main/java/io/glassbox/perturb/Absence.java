package io.glassbox.perturb;

import io.glassbox.explain.Baseline;
import io.glassbox.graph.Tensor;

/** What segments look like that are absent. */
@FunctionalInterface
public interface Absence {

	/** Each channel of a segment has its mean there: its shapes are gone, its colour stays. */
	Absence SEGMENT_MEAN = new Absence() {

		@Override
		public Tensor of(final Tensor input, final Segments segments) {
			return segments == null ? Baseline.MEAN.of(input) : means(input, segments);
		}

		@Override
		public boolean isOfSegments() {
			return true;
		}
	};

	/** Segments are filled from what is there around them, in each copy anew; an image of which nothing is left has its means. */
	Absence INPAINT = new Absence() {

		@Override
		public Tensor of(final Tensor input, final Segments segments) {
			return Baseline.MEAN.of(input);
		}

		@Override
		public boolean isFromAround() {
			return true;
		}
	};

	/**
	 * An input all of whose segments are absent.
	 *
	 * @param input 1 x channels x spatial extents
	 * @param segments of it; null of another image, which is absent as a whole
	 * @return shaped like the input
	 */
	Tensor of(Tensor input, Segments segments);

	/** What values beside the image are that are absent. */
	default AbsentValues values() {
		return AbsentValues.ZERO;
	}

	/** The same with other values beside the image. */
	default Absence with(final AbsentValues values) {
		final Absence same = this;
		return new Absence() {

			@Override
			public Tensor of(final Tensor input, final Segments segments) {
				return same.of(input, segments);
			}

			@Override
			public AbsentValues values() {
				return values;
			}

			@Override
			public boolean isOfSegments() {
				return same.isOfSegments();
			}

			@Override
			public boolean isFromAround() {
				return same.isFromAround();
			}
		};
	}

	/** Whether it matters where segments lie. */
	default boolean isOfSegments() {
		return false;
	}

	/** Whether segments are filled from what is there around them, see {@link AbsentPlaces}, where some of the image is left. */
	default boolean isFromAround() {
		return false;
	}

	/** As a baseline has them, wherever segments lie. */
	static Absence as(final Baseline baseline) {
		return (input, segments) -> baseline.of(input);
	}

	private static Tensor means(final Tensor input, final Segments segments) {
		final int places = segments.labels().length;
		final int[] sizes = segments.sizes();
		final float[] hidden = new float[input.length()];
		for (int c = 0; c < hidden.length; c += places) {
			final double[] sums = new double[segments.count()];
			for (int k = 0; k < places; k++)
				sums[segments.labels()[k]] += input.floats()[c + k];
			for (int k = 0; k < places; k++)
				hidden[c + k] = (float) (sums[segments.labels()[k]] / sizes[segments.labels()[k]]);
		}
		return Tensor.of(hidden, input.shape());
	}
}
