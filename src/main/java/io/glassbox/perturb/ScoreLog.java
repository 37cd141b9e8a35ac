package io.glassbox.perturb;

import java.util.ArrayList;
import java.util.List;

/** The scores of altered copies, in the order in which they were scored: what a map was made of, for reports. */
public final class ScoreLog {

	private final List<double[]> scores = new ArrayList<>();

	/** @param copy its score for each target */
	synchronized void add(final double[] copy) {
		scores.add(copy.clone());
	}

	/** The scores for one target: a new array. */
	public synchronized double[] of(final int target) {
		return scores.stream().mapToDouble(s -> s[target]).toArray();
	}
}
