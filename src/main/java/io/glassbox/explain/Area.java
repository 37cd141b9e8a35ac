package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;

/**
 * The places of a dense output, one that scores every place of the image as segmentation networks do, over which a
 * target adds up the scores of a class.
 */
public interface Area {

	/** Where the network says that the class is: what people mean who ask why it was found there. */
	Area PREDICTED = new Area() {

		@Override
		public boolean[] places(final Tensor output, final int index) {
			final int[] classes = DenseScores.predicted(output);
			final boolean[] places = new boolean[classes.length];
			for (int i = 0; i < places.length; i++)
				places[i] = classes[i] == index;
			return places;
		}

		@Override
		public String describe(final int count) {
			return count + (count == 1 ? " predicted pixel" : " predicted pixels");
		}
	};

	/** The whole output. */
	Area EVERYWHERE = new Area() {

		@Override
		public boolean[] places(final Tensor output, final int index) {
			final boolean[] places = new boolean[DenseScores.places(output)];
			Arrays.fill(places, true);
			return places;
		}

		@Override
		public String describe(final int count) {
			return "all " + count + " pixels";
		}
	};

	/**
	 * Which places belong to it.
	 *
	 * @param output 1 x classes x spatial extents
	 * @param index of the class
	 * @return one for each place, in the output's order
	 */
	boolean[] places(Tensor output, int index);

	/** For people: {@code 102 predicted pixels}. */
	String describe(int count);

	/**
	 * The places that a mask marks.
	 *
	 * @param mask [depth,] height, width of the network's input, not 0 where it marks; on an output of other extents it
	 *          marks all places with a marked pixel in them
	 * @param name what people call it: {@code the ROI}
	 */
	static Area marked(final Tensor mask, final String name) {
		return new Area() {

			@Override
			public boolean[] places(final Tensor output, final int index) {
				final int[] extents = Arrays.copyOfRange(output.shape(), 2, output.rank());
				if (extents.length != mask.rank()) throw new GlassboxException("The mask has " + mask.rank() +
					" axes, but the network's output has " + extents.length + " in space, " + Arrays.toString(output.shape()) + ".");
				return Overlap.of(mask, extents);
			}

			@Override
			public String describe(final int count) {
				return name + ", " + count + (count == 1 ? " pixel" : " pixels");
			}
		};
	}
}
