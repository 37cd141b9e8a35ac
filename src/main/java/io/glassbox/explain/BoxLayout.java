package io.glassbox.explain;

import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a detector's outputs hold the boxes and their class scores: in two outputs, samples x boxes x classes and samples x
 * boxes x 4, as RetinaNet and SSD give them; or in one, samples x (4 + classes) x boxes (YOLOv8) or samples x boxes x (5 +
 * classes), the fifth being whether there is an object at all (YOLOv5). The axes of one output may be exchanged.
 * <p>
 * The score of a class is then the product of both, as YOLO has it (Redmon et al., CVPR 2016, equation 1), if both are
 * probabilities; of logits it is the class's own.
 * </p>
 *
 * @param boxOutput which output holds the boxes
 * @param scoreOutput which output holds the scores
 * @param columns whether a box is a column rather than a row
 * @param firstScore where the scores begin in a box's row
 */
record BoxLayout(int boxOutput, int scoreOutput, boolean columns, int firstScore, int boxes, int classes) {

	/**
	 * @param names how many classes are known by name; 0 if none
	 * @param described whether the network is said to be a detector: one output is read as boxes without that only if the
	 *          number of names fits
	 * @param objectness whether one output tells if there is an object at all; empty if the number of names decides
	 * @return empty if these are no outputs of a detector
	 */
	static Optional<BoxLayout> of(final List<Tensor> outputs, final int names, final boolean described,
		final Optional<Boolean> objectness)
	{
		for (int b = 0; b < outputs.size(); b++) {
			if (!isTable(outputs.get(b)) || outputs.get(b).size(2) != 4) continue;
			for (int s = 0; s < outputs.size(); s++) {
				final Tensor scores = outputs.get(s);
				// Where there are four classes, either could be the boxes; the scores are the first output then.
				if (s == b || !isTable(scores) || scores.size(1) != outputs.get(b).size(1) || scores.size(2) == 4 && s > b) continue;
				return Optional.of(new BoxLayout(b, s, false, 0, scores.size(1), scores.size(2)));
			}
		}
		return outputs.isEmpty() || !isTable(outputs.get(0)) ? Optional.empty() : one(outputs.get(0), names, described,
			objectness);
	}

	private static Optional<BoxLayout> one(final Tensor output, final int names, final boolean described,
		final Optional<Boolean> objectness)
	{
		for (final int first : objectness.map(o -> new int[] { o ? 5 : 4 }).orElse(new int[] { 4, 5 }))
			for (final boolean columns : new boolean[] { true, false }) {
				final int numbers = output.size(columns ? 1 : 2);
				if (names > 0 && numbers == first + names) return Optional.of(new BoxLayout(0, 0, columns, first, output.size(columns
					? 2 : 1), names));
			}
		if (names > 0 || !described) return Optional.empty();
		final boolean columns = output.size(1) < output.size(2);
		final int first = objectness.orElse(!columns) ? 5 : 4;
		final int classes = Math.min(output.size(1), output.size(2)) - first;
		return classes < 1 ? Optional.empty() : Optional.of(new BoxLayout(0, 0, columns, first, Math.max(output.size(1), output
			.size(2)), classes));
	}

	private static boolean isTable(final Tensor output) {
		return output.isFloat() && output.rank() == 3 && output.length() > 0;
	}

	/** Whether scores are to be multiplied by the number before them: it is there, and all are probabilities. */
	private boolean isProduct(final List<Tensor> outputs) {
		if (firstScore != 5) return false;
		final Tensor all = outputs.get(scoreOutput);
		for (int i = 0; i < all.size(0); i++)
			for (int b = 0; b < boxes; b++)
				for (int k = 4; k < 5 + classes; k++) {
					final float p = all.floats()[at(all, i, b, k)];
					if (!(p >= 0 && p <= 1)) return false;
				}
		return true;
	}

	/** Samples x boxes x (4 + classes): a box's four numbers, then its scores. */
	Tensor table(final List<Tensor> outputs) {
		final boolean product = isProduct(outputs);
		final int samples = outputs.get(scoreOutput).size(0);
		final int width = 4 + classes;
		final float[] table = new float[samples * boxes * width];
		final float[] four = outputs.get(boxOutput).floats();
		final float[] scores = outputs.get(scoreOutput).floats();
		for (int i = 0; i < samples; i++)
			for (int b = 0; b < boxes; b++)
				for (int k = 0; k < width; k++)
					table[(i * boxes + b) * width + k] = k < 4 ? four[at(outputs.get(boxOutput), i, b, k)] : scores[at(outputs.get(
						scoreOutput), i, b, firstScore + k - 4)] * (product ? scores[at(outputs.get(scoreOutput), i, b, 4)] : 1);
		return Tensor.of(table, samples, boxes, width);
	}

	/** A derivative by the table as derivatives by the outputs, null for those without influence. */
	List<Tensor> seeds(final Tensor table, final List<Tensor> outputs) {
		final boolean product = isProduct(outputs);
		final List<Tensor> seeds = new ArrayList<>();
		final int width = 4 + classes;
		for (int o = 0; o < outputs.size(); o++) {
			final Tensor output = outputs.get(o);
			if (o != boxOutput && o != scoreOutput) {
				seeds.add(null);
				continue;
			}
			final float[] seed = new float[output.length()];
			for (int i = 0; i < output.size(0); i++)
				for (int b = 0; b < boxes; b++)
					for (int k = o == boxOutput ? 0 : 4; k < (o == scoreOutput ? width : 4); k++)
						seed[at(output, i, b, k < 4 ? k : firstScore + k - 4)] = table.floats()[(i * boxes + b) * width + k];
			if (product && o == scoreOutput) multiply(output, seed);
			seeds.add(Tensor.of(seed, output.shape()));
		}
		return seeds;
	}

	/** The derivative of products by their factors. */
	private void multiply(final Tensor output, final float[] seed) {
		for (int i = 0; i < output.size(0); i++)
			for (int b = 0; b < boxes; b++) {
				final int object = at(output, i, b, 4);
				double sum = 0;
				for (int k = 5; k < 5 + classes; k++) {
					final int score = at(output, i, b, k);
					sum += (double) seed[score] * output.floats()[score];
					seed[score] *= output.floats()[object];
				}
				seed[object] = (float) sum;
			}
	}

	private int at(final Tensor output, final int sample, final int box, final int number) {
		final int within = columns ? number * output.size(2) + box : box * output.size(2) + number;
		return sample * output.size(1) * output.size(2) + within;
	}
}
