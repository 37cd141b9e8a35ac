package io.glassbox.demo;

import io.glassbox.explain.DenseScores;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.Locale;

/**
 * How well a network that segments finds the lesions of phantoms.
 * <p>
 * Dice is 2 |A and B| / (|A| + |B|) of the predicted and the true pixels. Films without a lesion have none; for these counts
 * whether any lesion was found that is not there.
 * </p>
 *
 * @param dice the mean over the films with a lesion
 * @param found in how many of these at least half of the lesion was found, measured by Dice
 * @param alarms how many of the films without a lesion have one pixel or more predicted as such
 */
record Segmentation(double dice, int found, int lesions, int alarms, int normals) {

	static Segmentation of(final Model model, final List<Phantom> phantoms) {
		double sum = 0;
		int found = 0;
		int lesions = 0;
		int alarms = 0;
		int normals = 0;
		final Films films = Films.of(phantoms);
		for (int i = 0; i < films.count(); i++) {
			final Tensor scores = model.score(List.of(films.images(i))).get(0);
			final int[] predicted = DenseScores.predicted(scores);
			if (!phantoms.get(i).hasLesion()) {
				normals++;
				if (DenseScores.counts(scores)[1] > 0) alarms++;
				continue;
			}
			lesions++;
			final double dice = dice(predicted, films.masks(i));
			sum += dice;
			if (dice >= 0.5) found++;
		}
		return new Segmentation(lesions == 0 ? 0 : sum / lesions, found, lesions, alarms, normals);
	}

	private static double dice(final int[] predicted, final float[] lesion) {
		int both = 0;
		int either = 0;
		for (int i = 0; i < predicted.length; i++) {
			final boolean says = predicted[i] == 1;
			final boolean is = lesion[i] != 0;
			if (says && is) both++;
			if (says) either++;
			if (is) either++;
		}
		return either == 0 ? 1 : 2.0 * both / either;
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "mean Dice %.4f on %d films with a lesion, at least 0.5 on %d; a lesion found on %d" +
			" of %d films that have none", dice, lesions, found, alarms, normals);
	}
}
