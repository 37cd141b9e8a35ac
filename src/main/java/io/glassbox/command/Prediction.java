package io.glassbox.command;

import io.glassbox.explain.Target;
import io.glassbox.graph.Tensor;
import io.glassbox.model.ModelDescription;

import java.util.List;

/**
 * What a network says of one image: every class with its score, highest first.
 *
 * @param ranking classes, highest score first
 * @param normalised whether the probabilities are a softmax of the scores rather than the scores themselves
 */
public record Prediction(List<Entry> ranking, boolean normalised) {

	/**
	 * One class.
	 *
	 * @param index position in the output, from 0
	 * @param label its name, or {@code class <index>}
	 * @param score the network's own output
	 * @param probability between 0 and 1
	 */
	public record Entry(int index, String label, double score, double probability) {}

	/** @param output the network's output for one sample, 1 x classes */
	public static Prediction of(final Tensor output, final ModelDescription description) {
		final float[] scores = Target.scores(output);
		final boolean normalise = description.output() != ModelDescription.Output.PROBABILITIES;
		final double[] p = normalise ? softmax(scores) : asIs(scores);
		return new Prediction(Target.ranking(scores).stream().map(i -> new Entry(i, name(i, description.classes()),
			scores[i], p[i])).toList(), normalise);
	}

	private static String name(final int index, final List<String> classes) {
		return index < classes.size() ? classes.get(index) : "class " + index;
	}

	public Entry top() {
		return ranking.get(0);
	}

	private static double[] asIs(final float[] scores) {
		final double[] p = new double[scores.length];
		for (int i = 0; i < p.length; i++)
			p[i] = scores[i];
		return p;
	}

	private static double[] softmax(final float[] scores) {
		double max = Double.NEGATIVE_INFINITY;
		for (final float s : scores)
			max = Math.max(max, s);
		double sum = 0;
		final double[] p = new double[scores.length];
		for (int i = 0; i < p.length; i++)
			sum += p[i] = Math.exp(scores[i] - max);
		for (int i = 0; i < p.length; i++)
			p[i] /= sum;
		return p;
	}
}
