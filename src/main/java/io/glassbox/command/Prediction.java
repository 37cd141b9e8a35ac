package io.glassbox.command;

import io.glassbox.explain.DenseScores;
import io.glassbox.explain.DetectionTarget;
import io.glassbox.explain.Suppression;
import io.glassbox.explain.Target;
import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.Model;
import io.glassbox.graph.Tensor;
import io.glassbox.model.ModelDescription;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import ij.gui.Roi;

/**
 * What a network says of one image: every class with its score and probability, highest score first; or the quantities it gives.
 * <p>
 * The score is the logit, before any softmax or sigmoid the network ends in.
 * </p>
 *
 * @param ranking classes, highest score first
 * @param scale how the probabilities come from the scores
 * @param boxes of a network that detects, what it reports after {@link Suppression}, highest score first; empty of others
 */
public record Prediction(List<Entry> ranking, Scale scale, List<Box> boxes) {

	private Prediction(final List<Entry> ranking, final Scale scale) {
		this(ranking, scale, List.of());
	}

	/** How probabilities come from scores. */
	public enum Scale {
			/** One class of several: a softmax. */
			SOFTMAX,
			/** Each class by itself: a sigmoid. */
			SIGMOID,
			/** The network's output is taken for probabilities as it is. */
			AS_IS,
			/** None: the network gives quantities of their own, in the order of its output. */
			VALUE,
			/** Each place has a class of its own: shares of the image. */
			AREA;

		/** What the network ends in decides, then its description; several scores are one of several classes otherwise. */
		static Scale of(final Model model, final ModelDescription description, final int scores) {
			final FinalActivation last = model.graph().map(FinalActivation::of).orElse(FinalActivation.NONE);
			if (last == FinalActivation.SOFTMAX) return SOFTMAX;
			if (last == FinalActivation.SIGMOID) return SIGMOID;
			return switch (description.output()) {
				case PROBABILITIES -> AS_IS;
				case SIGMOID -> SIGMOID;
				case VALUES -> VALUE;
				default -> scores == 1 ? SIGMOID : SOFTMAX;
			};
		}
	}

	/**
	 * One class.
	 *
	 * @param index position in the output, from 0
	 * @param label its name, or {@code class <index>}
	 * @param score the network's own, before softmax or sigmoid; of {@link Scale#AREA} the number of places where the class is
	 *          predicted
	 * @param probability between 0 and 1; of {@link Scale#AREA} the share of those places in all; of {@link Scale#VALUE} not a number
	 */
	public record Entry(int index, String label, double score, double probability) {}

	/**
	 * One box, its edges in pixels of the image from its outer edge; they may lie beyond it.
	 *
	 * @param box its number, as it can be explained
	 * @param index of its class, from 0
	 * @param score of its class, as the network gives it
	 */
	public record Box(int box, int index, String label, double score, double probability, double left, double top,
		double right, double bottom)
	{

		/** For people, in one line. */
		public String text() {
			return String.format(Locale.ROOT, "%s: score %.4f, probability %.4f, box %d, x %.1f to %.1f, y %.1f to %.1f", label, score,
				probability, box, left, right, top, bottom);
		}

		/** To draw on the image; bears class and probability as its name. */
		public Roi roi() {
			final Roi roi = new Roi(left, top, right - left, bottom - top);
			roi.setName(String.format(Locale.ROOT, "%s %.2f (box %d)", label, probability, box));
			return roi;
		}
	}

	/** The boxes to draw on the image, highest score first. */
	public List<Roi> rois() {
		return boxes.stream().map(Box::roi).toList();
	}

	/** @param scores for one sample, 1 x classes, from {@link Model#logits} */
	static Prediction of(final Tensor scores, final Scale scale, final List<String> classes) {
		final float[] s = Target.scores(scores);
		if (scale == Scale.VALUE) return new Prediction(IntStream.range(0, s.length).mapToObj(i -> new Entry(i, i < classes.size()
			? classes.get(i) : s.length == 1 ? "output" : "output " + i, s[i], Double.NaN)).toList(), scale);
		final double[] p = probabilities(s, scale);
		return new Prediction(Target.ranking(s).stream().map(i -> new Entry(i, Target.name(i, classes), s[i],
			p[i])).toList(), scale);
	}

	/** @param scores for one sample and every place, see {@link DenseScores} */
	static Prediction ofAreas(final Tensor scores, final List<String> classes) {
		final int[] counts = DenseScores.counts(scores);
		final float[] ranked = new float[counts.length];
		for (int k = 0; k < ranked.length; k++)
			ranked[k] = counts[k];
		return new Prediction(Target.ranking(ranked).stream().map(k -> new Entry(k, Target.name(k, classes),
			counts[k], (double) counts[k] / DenseScores.places(scores))).toList(), Scale.AREA);
	}

	/** @param output boxes with their class scores, see {@link DetectionTarget}; each class counts by its most likely box */
	static Prediction ofBoxes(final Tensor output, final List<String> classes, final DetectionTarget.Reading reading) {
		final List<Entry> ranking = Suppression.best(output, reading).stream().sorted(Comparator.comparing(
			Suppression.Kept::probability).reversed()).map(k -> new Entry(k.classIndex(), Target.name(k.classIndex(), classes), k
				.score(), k.probability())).toList();
		final List<Box> boxes = Suppression.of(output, classes, reading).stream().map(k -> new Box(k.box().index(), k.classIndex(),
			Target.name(k.classIndex(), classes), k.score(), k.probability(), k.box().left(), k.box().top(), k.box().right(), k.box()
				.bottom())).toList();
		return new Prediction(ranking, Scale.valueOf(reading.scale(output).name()), boxes);
	}

	/** One class in words. */
	public String text(final Entry e) {
		return switch (scale) {
			case AREA -> String.format(Locale.ROOT, "%s: %.0f pixels, %.2f %%", e.label(), e.score(), 100 * e.probability());
			case VALUE -> String.format(Locale.ROOT, "%s: %.6g", e.label(), e.score());
			default -> String.format(Locale.ROOT, "%s: score %.4f, probability %.4f", e.label(), e.score(), e.probability());
		};
	}

	public Entry top() {
		return ranking.get(0);
	}

	private static double[] probabilities(final float[] scores, final Scale scale) {
		double max = Double.NEGATIVE_INFINITY;
		for (final float s : scores)
			max = Math.max(max, s);
		double sum = 0;
		final double[] p = new double[scores.length];
		for (int i = 0; i < p.length; i++) {
			p[i] = switch (scale) {
				case SOFTMAX -> Math.exp(scores[i] - max);
				case SIGMOID -> 1 / (1 + Math.exp(-scores[i]));
				case AS_IS -> scores[i];
				case AREA, VALUE -> throw new IllegalArgumentException("There are no probabilities of " + scale);
			};
			sum += p[i];
		}
		if (scale == Scale.SOFTMAX) for (int i = 0; i < p.length; i++)
			p[i] /= sum;
		return p;
	}
}
