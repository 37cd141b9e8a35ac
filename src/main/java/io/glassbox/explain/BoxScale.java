package io.glassbox.explain;

import io.glassbox.graph.Tensor;

/** How a box's class scores become probabilities, by which boxes are compared. */
public enum BoxScale {
		/** Its classes exclude each other. Scores of two boxes say nothing about which is more likely, their softmax does. */
		SOFTMAX,
		/** Each class by itself. */
		SIGMOID,
		/** They are probabilities already. */
		AS_IS;

	/**
	 * @param output of a {@link DetectorModel}, samples x boxes x (4 + classes)
	 * @param softmax whether a softmax is known to follow; otherwise scores that all lie between 0 and 1 are taken as they are
	 */
	static BoxScale of(final Tensor output, final boolean softmax) {
		if (softmax) return SOFTMAX;
		for (int i = 0; i < output.length(); i++)
			if (i % output.size(2) >= 4 && !(output.floats()[i] >= 0 && output.floats()[i] <= 1)) return SIGMOID;
		return AS_IS;
	}

	/**
	 * @param scores a table
	 * @param from where a box's scores begin in it
	 * @param classes how many they are
	 * @param k which of them
	 */
	double probability(final float[] scores, final int from, final int classes, final int k) {
		return switch (this) {
			case AS_IS -> scores[from + k];
			case SIGMOID -> 1 / (1 + Math.exp(-scores[from + k]));
			case SOFTMAX -> softmax(scores, from, classes, k);
		};
	}

	private static double softmax(final float[] scores, final int from, final int classes, final int k) {
		double others = 0;
		for (int i = from; i < from + classes; i++)
			others += Math.exp((double) scores[i] - scores[from + k]);
		return 1 / others;
	}
}
