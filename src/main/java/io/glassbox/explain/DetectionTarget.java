package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * What is explained of a network that detects: the class score of one of its boxes.
 * <p>
 * The box is the one with the highest score; or that of a given number; or the one a person points at with a rectangle: of
 * the boxes that overlap with it, those count whose probability is at least half the highest among them, and the one with the
 * largest overlap (intersection over union) is taken, of equal ones the one that scores higher. Without the first condition
 * it would be some anchor that fits well and sees nothing. Boxes that say another class is more likely count only if there are
 * no others. The top class is that of the best box, measured by overlap times probability; a class named background is never
 * it.
 * </p>
 */
public final class DetectionTarget implements Target {

	private static final double CLOSE = 0.5;

	private final Target classes;
	private final List<String> names;
	private final Which which;
	private final Reading reading;

	/**
	 * Which box.
	 *
	 * @param index its number from 0; empty to choose by the rest
	 * @param pointed left, top, right and bottom of a rectangle on the network's input, in pixels from its outer edge; empty for
	 *          the box with the highest score
	 */
	public record Which(OptionalInt index, Optional<double[]> pointed) {

		public static final Which TOP = new Which(OptionalInt.empty(), Optional.empty());
	}

	/**
	 * How a table of boxes is read: where they lie, and how likely a class is by its score.
	 *
	 * @param height of the network's input
	 * @param width of the network's input
	 * @param centred whether boxes are centre and extent; empty to guess
	 * @param normalised whether they are fractions of the input; empty to guess
	 * @param oneOutput whether boxes and scores come in one output
	 * @param softmax whether scores become probabilities by a softmax over a box's classes; otherwise each by a sigmoid, or scores
	 *          that all lie between 0 and 1 are probabilities as they are
	 * @param toImage from left, top, right and bottom on the network's input to those on the image, for people
	 */
	public record Reading(int height, int width, Optional<Boolean> centred, Optional<Boolean> normalised, boolean oneOutput,
		boolean softmax, UnaryOperator<double[]> toImage)
	{

		/** How the scores of a table become probabilities. */
		public BoxScale scale(final Tensor output) {
			return BoxScale.of(output, softmax);
		}

		BoxFormat format(final Tensor output) {
			return BoxFormat.of(centred, normalised, oneOutput, output);
		}
	}

	/**
	 * @param text the class or classes, as {@link Target#parse} reads them
	 * @throws GlassboxException if the text is none of these
	 */
	public DetectionTarget(final String text, final List<String> names, final Which which, final Reading reading) {
		this.classes = Target.parse(text, names);
		this.names = names;
		this.which = which;
		this.reading = reading;
	}

	/** @param output of a {@link DetectorModel} for one sample, 1 x boxes x (4 + classes) */
	@Override
	public Resolved resolve(final Tensor output) {
		final Choice c = choose(output);
		final float[] seed = new float[output.length()];
		double score = 0;
		for (int k = 0; k < c.weights.length; k++) {
			final int at = c.box.index() * output.size(2) + 4 + k;
			seed[at] = c.weights[k];
			if (seed[at] != 0) score += (double) seed[at] * output.floats()[at];
		}
		return new Resolved(c.description + " of " + onImage(c.box), score, Tensor.of(seed, output.shape()));
	}

	/** How the table is read. */
	public Reading reading() {
		return reading;
	}

	/** The box that is explained, on the image. */
	public Detection chosen(final Tensor output) {
		return onImage(choose(output).box);
	}

	private Detection onImage(final Detection box) {
		return box.at(reading.toImage.apply(new double[] { box.left(), box.top(), box.right(), box.bottom() }));
	}

	private record Choice(Detection box, float[] weights, String description) {}

	private Choice choose(final Tensor output) {
		final Boxes boxes = new Boxes(output);
		final float[] votes = new float[boxes.classes];
		for (int k = 0; k < votes.length; k++)
			votes[k] = isBackground(k) && votes.length > 1 ? -1 : boxes.vote(k);
		final Resolved asked = classes.resolve(Tensor.of(votes, 1, votes.length));
		final float[] weights = asked.seed().floats();
		int first = 0;
		while (first < weights.length && !(weights[first] > 0))
			first++;
		if (first == weights.length) throw new GlassboxException("The target is a class minus itself, which is always 0.");
		return new Choice(boxes.of(boxes.best(first)), weights, asked.description());
	}

	private boolean isBackground(final int k) {
		return Suppression.isBackground(k, names);
	}

	/** The boxes of one output. */
	private final class Boxes {

		private final float[] table;
		private final int width;
		private final int count;
		private final int classes;
		private final BoxScale scale;
		private final BoxFormat format;

		Boxes(final Tensor output) {
			table = output.floats();
			count = output.size(1);
			width = output.size(2);
			classes = width - 4;
			format = reading.format(output);
			scale = reading.scale(output);
		}

		Detection of(final int box) {
			final double[] c = format.corners(table, box * width, reading.height, reading.width);
			return new Detection(box, c[0], c[1], c[2], c[3], format);
		}

		float score(final int box, final int k) {
			return table[box * width + 4 + k];
		}

		double probability(final int box, final int k) {
			return scale.probability(table, box * width + 4, classes, k);
		}

		double overlap(final int box) {
			return which.pointed.map(of(box)::overlap).orElse(1.0);
		}

		boolean says(final int box, final int k) {
			for (int other = 0; other < classes; other++)
				if (score(box, other) > score(box, k)) return false;
			return true;
		}

		/** How much speaks for a class where the person looks. */
		float vote(final int k) {
			if (which.index.isPresent()) return (float) probability(given(), k);
			double most = 0;
			for (int b = 0; b < count; b++)
				if (says(b, k)) most = Math.max(most, overlap(b) * probability(b, k));
			return (float) most;
		}

		private int given() {
			final int index = which.index.getAsInt();
			if (index < 0 || index >= count) throw new GlassboxException("No box " + index + ": the network has " + count +
				" boxes, 0 to " + (count - 1) + ".");
			return index;
		}

		int best(final int k) {
			if (which.index.isPresent()) return given();
			int best = best(k, true);
			if (best < 0) best = best(k, false);
			if (best < 0) throw new GlassboxException("No box of the network overlaps with the selection; boxes were read as " +
				format + ". Draw the selection over an object, or choose box=top.");
			return best;
		}

		/** -1 if there is none. */
		private int best(final int k, final boolean onlyItsOwn) {
			double most = 0;
			for (int b = 0; b < count; b++)
				if (overlap(b) > 0 && (!onlyItsOwn || says(b, k))) most = Math.max(most, probability(b, k));
			int best = -1;
			for (int b = 0; b < count; b++) {
				final double overlap = overlap(b);
				if (!(overlap > 0) || onlyItsOwn && !says(b, k) || probability(b, k) < CLOSE * most) continue;
				if (best < 0 || overlap > overlap(best) || overlap == overlap(best) && probability(b, k) > probability(best,
					k)) best = b;
			}
			return best;
		}
	}
}
