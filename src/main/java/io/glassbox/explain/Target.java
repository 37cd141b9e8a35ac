package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What is explained: the score of a class, or the difference of two scores.
 * <p>
 * The score is the network's own output, normally the logit, not a probability. A target is stated
 * before the network has run ({@code top}) and resolved against its outputs.
 * </p>
 */
@FunctionalInterface
public interface Target {

	/** The class with the highest score. */
	Target TOP = (output, classNames) -> index(argMax(scores(output))).resolve(output, classNames);

	/**
	 * Settles what is explained.
	 *
	 * @param output the network's output for one sample, shape 1 x classes
	 * @param classNames names in output order; may be empty
	 * @throws GlassboxException if the output has no such class
	 */
	Resolved resolve(Tensor output, List<String> classNames);

	/**
	 * A target for one output at hand: a linear function of the scores.
	 *
	 * @param description for people: {@code malignant (class 1)}
	 * @param score the value of the target
	 * @param seed the derivative of the target with respect to the output, shaped like it
	 */
	record Resolved(String description, double score, Tensor seed) {}

	/** The score of the class at this position of the output, counted from 0. */
	static Target index(final int index) {
		return (output, names) -> {
			check(index, scores(output));
			return weighted(output, label(index, names), new int[] { index }, 1);
		};
	}

	/** The score of a class by name; letter case and outer blanks do not matter. */
	static Target named(final String name) {
		return (output, names) -> {
			final int index = find(name, names);
			if (index < 0) throw unknownClass(name, names);
			return index(index).resolve(output, names);
		};
	}

	/** The score of one class minus that of another: why this class rather than that one. */
	static Target difference(final Target one, final Target other) {
		return (output, names) -> {
			final Resolved a = one.resolve(output, names);
			final Resolved b = other.resolve(output, names);
			final float[] seed = a.seed().floats().clone();
			for (int i = 0; i < seed.length; i++)
				seed[i] -= b.seed().floats()[i];
			return new Resolved(a.description() + " minus " + b.description(), a.score() - b.score(), Tensor.of(seed,
				output.shape()));
		};
	}

	/**
	 * Reads a target as people write it: {@code top}, an index, a class name, or two of those joined by
	 * {@code " - "}. A class whose name looks like one of those is found by its name first.
	 *
	 * @throws GlassboxException when resolved, if it is none of these
	 */
	static Target parse(final String text) {
		final String t = text == null ? "" : text.trim();
		return (output, names) -> parse(t, names).resolve(output, names);
	}

	private static Target parse(final String text, final List<String> names) {
		if (find(text, names) >= 0) return named(text);
		if (text.isEmpty() || text.equalsIgnoreCase("top")) return TOP;
		if (text.matches("\\d{1,9}")) return index(Integer.parseInt(text));
		final int minus = text.indexOf(" - ");
		if (minus > 0) return difference(parse(text.substring(0, minus).trim(), names), parse(text.substring(minus + 3)
			.trim(), names));
		throw unknownClass(text, names);
	}

	private static GlassboxException unknownClass(final String name, final List<String> names) {
		if (names.isEmpty()) return new GlassboxException("No class '" + name +
			"': the class names of this network are not known. Use 'top' or a class index from 0, or put the names " +
			"into a <model>.labels.txt beside the model file.");
		return new GlassboxException(Names.unknown("class", name, names) +
			" Use 'top', a class index from 0, a class name, or 'one - other'.");
	}

	private static int find(final String name, final List<String> names) {
		for (int i = 0; i < names.size(); i++)
			if (names.get(i).trim().toLowerCase(Locale.ROOT).equals(name.trim().toLowerCase(Locale.ROOT))) return i;
		return -1;
	}

	/** How people see a class: its name with its index, or the index alone. */
	static String label(final int index, final List<String> names) {
		return index < names.size() ? names.get(index) + " (class " + index + ")" : "class " + index;
	}

	private static Resolved weighted(final Tensor output, final String description, final int[] at, final float weight) {
		final float[] seed = new float[output.length()];
		double score = 0;
		for (final int i : at) {
			seed[i] += weight;
			score += weight * output.floats()[i];
		}
		return new Resolved(description, score, Tensor.of(seed, output.shape()));
	}

	/**
	 * The scores of one sample.
	 *
	 * @throws GlassboxException if the output is no list of class scores for one sample
	 */
	static float[] scores(final Tensor output) {
		int spread = 0;
		for (final int extent : output.shape())
			if (extent > 1) spread++;
		if (!output.isFloat() || output.length() == 0 || spread > 1 || output.rank() > 0 && output.size(0) != 1)
			throw new GlassboxException("The network's output has shape " + Arrays.toString(output.shape()) +
				"; a list of class scores, 1 x classes, was expected. Networks with dense outputs need a target region.");
		return output.floats();
	}

	private static void check(final int index, final float[] scores) {
		if (index < 0 || index >= scores.length) throw new GlassboxException("No class " + index +
			": the network has " + scores.length + " outputs, 0 to " + (scores.length - 1) + ".");
	}

	private static int argMax(final float[] scores) {
		int best = 0;
		for (int i = 1; i < scores.length; i++)
			if (scores[i] > scores[best]) best = i;
		return best;
	}

	/** Indices of the highest scores, highest first; ties keep the order of the output. */
	static List<Integer> ranking(final float[] scores) {
		final List<Integer> order = new ArrayList<>();
		for (int i = 0; i < scores.length; i++)
			order.add(i);
		order.sort((a, b) -> Float.compare(scores[b], scores[a]));
		return order;
	}
}
