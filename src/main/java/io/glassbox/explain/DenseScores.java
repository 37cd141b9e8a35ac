package io.glassbox.explain;

import io.glassbox.graph.Tensor;

/**
 * Reads the output of a network that scores every place of an image, 1 x classes x two or three spatial extents.
 * <p>
 * A place is predicted to be of the class with the highest score; where there is one class only, if its score is above 0,
 * which is a probability of one half.
 * </p>
 */
public final class DenseScores {

	/** No class, at a place where the only one there is scores low. */
	public static final int NONE = -1;

	private DenseScores() {}

	/** Whether an output has scores for several places of one sample. */
	public static boolean are(final Tensor output) {
		return output.isFloat() && (output.rank() == 4 || output.rank() == 5) && output.size(0) == 1 && output.size(1) > 0 &&
			output.length() > output.size(1);
	}

	/** How many places it scores. */
	public static int places(final Tensor output) {
		return output.length() / output.size(1);
	}

	/** The predicted class of each place, or {@link #NONE}. */
	public static int[] predicted(final Tensor output) {
		final float[] scores = output.floats();
		final int[] best = new int[places(output)];
		for (int i = 0; i < best.length; i++) {
			for (int k = 1; k < output.size(1); k++)
				if (scores[k * best.length + i] > scores[best[i] * best.length + i]) best[i] = k;
			if (output.size(1) == 1 && !(scores[i] > 0)) best[i] = NONE;
		}
		return best;
	}

	/** At how many places each class is predicted. */
	public static int[] counts(final Tensor output) {
		final int[] counts = new int[output.size(1)];
		for (final int k : predicted(output))
			if (k != NONE) counts[k]++;
		return counts;
	}
}
