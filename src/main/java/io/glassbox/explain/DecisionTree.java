package io.glassbox.explain;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * A decision tree that asks which features of an input are there, and ends in a score.
 *
 * @param feature number of the feature asked for; -1 of a leaf
 * @param name of the feature, for people; empty of a leaf
 * @param branches what follows if it is there, and if it is gone; none of a leaf
 * @param value the mean score of the samples that come here
 * @param samples how many come here
 */
public record DecisionTree(int feature, String name, List<DecisionTree> branches, double value, int samples) {

	public DecisionTree {
		branches = List.copyOf(branches);
		if (branches.size() != (feature < 0 ? 0 : 2)) throw new IllegalArgumentException("A question has two answers, a leaf none");
	}

	public static DecisionTree leaf(final double value, final int samples) {
		return new DecisionTree(-1, "", List.of(), value, samples);
	}

	/** The same with other names of the features, by their numbers. */
	public DecisionTree named(final IntFunction<String> names) {
		return isLeaf() ? this : new DecisionTree(feature, names.apply(feature), List.of(there().named(names), gone().named(names)),
			value, samples);
	}

	public boolean isLeaf() {
		return branches.isEmpty();
	}

	/** What follows if the feature is there. */
	public DecisionTree there() {
		return branches.get(0);
	}

	/** What follows if it is gone. */
	public DecisionTree gone() {
		return branches.get(1);
	}

	/** The score of an input. */
	public double of(final IntPredicate has) {
		return isLeaf() ? value : (has.test(feature) ? there() : gone()).of(has);
	}

	public int leaves() {
		return isLeaf() ? 1 : there().leaves() + gone().leaves();
	}

	/** Questions on the longest way. */
	public int depth() {
		return isLeaf() ? 0 : 1 + Math.max(there().depth(), gone().depth());
	}

	/** In one line: {@code with segment 4: (with segment 7: 3.2, else 1.1), else 0.4}. */
	@Override
	public String toString() {
		return isLeaf() ? String.format(Locale.ROOT, "%.4g", value) : "with " + name + ": " + bracketed(there()) + ", else " + bracketed(
			gone());
	}

	private static String bracketed(final DecisionTree branch) {
		return branch.isLeaf() ? branch.toString() : "(" + branch + ")";
	}
}
