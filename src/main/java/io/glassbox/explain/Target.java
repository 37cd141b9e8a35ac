package io.glassbox.explain;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is explained: the score of a class, or the difference of two scores.
 * <p>
 * The score is the network's own output, normally the logit, not a probability. A target is stated
 * before the network has run (<em>the top class</em>) and resolved against its output. Of networks that score every place,
 * see {@link DenseTarget}.
 * </p>
 */
@FunctionalInterface
public interface Target {

	/**
	 * Settles what is explained.
	 *
	 * @param output the network's output for one sample, shape 1 x classes, or of a {@link DenseTarget} with spatial extents
	 * @throws GlassboxException if the output is no list of scores or has no such class
	 */
	Resolved resolve(Tensor output);

	/**
	 * A target for one output at hand: a linear function of the scores.
	 *
	 * @param description for people: {@code malignant (class 1)}
	 * @param score the value of the target
	 * @param seed the derivative of the target with respect to the output, shaped like it
	 */
	record Resolved(String description, double score, Tensor seed) {

		/**
		 * The value of the target for one of several samples.
		 *
		 * @param outputs the network's first output for them all
		 * @param sample which of them, from 0
		 */
		public double of(final Tensor outputs, final int sample) {
			final float[] weights = seed.floats();
			final float[] values = outputs.floats();
			double score = 0;
			for (int i = 0; i < weights.length; i++)
				if (weights[i] != 0) score += (double) weights[i] * values[sample * weights.length + i];
			return score;
		}
	}

	/** The class with the highest score. */
	static Target top(final List<String> classNames) {
		return output -> index(ranking(scores(output)).get(0), classNames).resolve(output);
	}

	/** The class at this position of the output, counted from 0. */
	static Target index(final int index, final List<String> classNames) {
		return output -> {
			final float[] scores = scores(output);
			if (index < 0 || index >= scores.length) throw new GlassboxException("No class " + index + ": the network has " +
				scores.length + " outputs, 0 to " + (scores.length - 1) + (classNames.isEmpty() ? "" : ": " + Names.few(
					classNames)) + ".");
			final float[] seed = new float[scores.length];
			seed[index] = 1;
			return new Resolved(scores.length == 1 && classNames.isEmpty() ? "the output" : label(index, classNames), scores[index], Tensor.of(seed, output.shape()));
		};
	}

	/** One score minus another: why this class rather than that one. */
	static Target difference(final Target one, final Target other) {
		return output -> {
			final Resolved a = one.resolve(output);
			final Resolved b = other.resolve(output);
			final float[] seed = a.seed().floats().clone();
			for (int i = 0; i < seed.length; i++)
				seed[i] -= b.seed().floats()[i];
			return new Resolved(a.description() + " minus " + b.description(), a.score() - b.score(), Tensor.of(seed, output
				.shape()));
		};
	}

	/**
	 * Reads a target as people write it: {@code top}, an index, a class name, a {@link #label}, or two of those joined by
	 * {@code " - "}. A class whose name looks like one of those is found by its name first; letter case and
	 * outer blanks do not matter.
	 *
	 * @throws GlassboxException if it is none of these
	 */
	static Target parse(final String text, final List<String> classNames) {
		final String t = text == null ? "" : text.trim();
		final int named = find(t, classNames);
		if (named >= 0) return index(named, classNames);
		if (t.isEmpty() || t.equalsIgnoreCase("top")) return top(classNames);
		final int index = index(t, classNames);
		if (index >= 0) return index(index, classNames);
		final int minus = t.indexOf(" - ");
		if (minus > 0) return difference(parse(t.substring(0, minus), classNames), parse(t.substring(minus + 3),
			classNames));
		if (classNames.isEmpty()) throw new GlassboxException("No class '" + t +
			"': the class names of this network are not known. Use 'top' or a class index from 0, or put the names, one " +
			"a line, into a <model>.labels.txt beside the model file.");
		throw new GlassboxException(Names.unknown("class", t, classNames) +
			" A target is 'top', a class index from 0, a class name, or 'one - other'.");
	}

	private static int find(final String name, final List<String> names) {
		for (int i = 0; i < names.size(); i++)
			if (names.get(i).trim().equalsIgnoreCase(name)) return i;
		return -1;
	}

	/** The class that an index or a label means; -1 if the text is neither. */
	private static int index(final String text, final List<String> names) {
		final Matcher m = Pattern.compile("\\d{1,9}|(?i:.*\\bclass (\\d{1,9})\\)?)").matcher(text);
		if (!m.matches()) return -1;
		if (m.group(1) == null) return Integer.parseInt(text);
		final int index = Integer.parseInt(m.group(1));
		return text.equalsIgnoreCase("class " + index) || text.equalsIgnoreCase(label(index, names)) ? index : -1;
	}

	/**
	 * A target as people see it, from how they wrote it: each class by its {@link #label}. It reads as the same target again; what
	 * is no class stays as it was written.
	 */
	static String shown(final String text, final List<String> classNames) {
		final String t = text == null ? "" : text.trim();
		final int named = find(t, classNames);
		final int index = named >= 0 ? named : index(t, classNames);
		if (index >= 0) return label(index, classNames);
		final int minus = t.indexOf(" - ");
		return minus > 0 ? shown(t.substring(0, minus), classNames) + " - " + shown(t.substring(minus + 3), classNames) : t;
	}

	/** How people see a class where its index stands beside it or does not matter: its name, or {@code class 3} if it has none. */
	static String name(final int index, final List<String> classNames) {
		return index < classNames.size() ? classNames.get(index) : "class " + index;
	}

	/** How people see a class: its name with its index, {@code malignant (class 1)}, or the index alone. */
	static String label(final int index, final List<String> classNames) {
		return index < classNames.size() ? classNames.get(index) + " (class " + index + ")" : "class " + index;
	}

	/**
	 * The scores of one sample.
	 *
	 * @throws GlassboxException if the output is no list of class scores for one sample
	 */
	static float[] scores(final Tensor output) {
		final boolean list = output.isFloat() && output.length() > 0 && Arrays.stream(output.shape()).filter(n -> n > 1)
			.count() <= 1 && (output.rank() < 2 || output.size(0) == 1);
		if (!list) throw new GlassboxException("The network's output has shape " + Arrays.toString(output.shape()) +
			"; a list of class scores, 1 x classes, was expected.");
		return output.floats();
	}

	/** Indices of the scores, highest first; ties keep the order of the output. */
	static List<Integer> ranking(final float[] scores) {
		final List<Integer> order = new ArrayList<>();
		for (int i = 0; i < scores.length; i++)
			order.add(i);
		order.sort((a, b) -> Float.compare(scores[b], scores[a]));
		return order;
	}
}
