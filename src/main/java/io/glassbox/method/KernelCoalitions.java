package io.glassbox.method;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * Which coalitions Kernel SHAP scores, and how much each counts.
 * <p>
 * Coalitions of {@code s} of {@code n} players together have the mass {@code 1 / (s (n - s))}, the Shapley kernel of Lundberg and
 * Lee, NIPS 2017, theorem 2, made to add up to 1. As in the authors' program, sizes with so few coalitions that each would be drawn
 * anyhow are scored completely, smallest and largest first; the rest is drawn. Each drawn coalition is followed by its
 * complement, which cancels much of the chance (Covert and Lee, <em>Improving KernelSHAP</em>, AISTATS 2021, section 3.3).
 * </p>
 */
final class KernelCoalitions {

	/** Fewer pairs do not tell their spread; and a fit needs some more for each player than it has unknowns. */
	private static final int FEWEST_PAIRS = 8;
	private static final int PAIRS_PER_PLAYER = 2;

	private final int players;
	private final List<BitSet> members = new ArrayList<>();
	private final List<Double> weights = new ArrayList<>();
	private final double restOfMass;
	private final int enumerated;

	/**
	 * @param players 2 or more
	 * @param samples how many coalitions to score, about; so many more as {@link #fewestPairs} takes
	 */
	KernelCoalitions(final int players, final int samples, final long seed) {
		this.players = players;
		final double[] mass = mass(players);
		double rest = 1;
		int left = samples;
		int size = 1;
		for (; size <= players / 2; size++) {
			final boolean alone = 2 * size == players;
			final double both = alone ? mass[size] : 2 * mass[size];
			final double count = CombinatoricsUtils.binomialCoefficientDouble(players, size) * (alone ? 1 : 2);
			if (left * both / rest < count - 1e-8) break;
			enumerate(size, alone, both / count);
			left -= (int) count;
			rest -= both;
		}
		enumerated = members.size();
		restOfMass = size > players / 2 ? 0 : rest;
		if (restOfMass > 0) draw(size, mass, Math.max(left / 2, fewestPairs(players)), new Random(seed));
	}

	/** How many pairs are drawn at least: a fit to fewer would go through all of them, and what it leaves over would tell nothing. */
	static int fewestPairs(final int players) {
		return PAIRS_PER_PLAYER * players + FEWEST_PAIRS;
	}

	/** By size; 0 for nobody and for all. */
	private static double[] mass(final int n) {
		final double[] mass = new double[n + 1];
		double sum = 0;
		for (int s = 1; s < n; s++)
			sum += mass[s] = 1.0 / s / (n - s);
		for (int s = 1; s < n; s++)
			mass[s] /= sum;
		return mass;
	}

	private void enumerate(final int size, final boolean alone, final double weight) {
		CombinatoricsUtils.combinationsIterator(players, size).forEachRemaining(chosen -> {
			final BitSet coalition = new BitSet(players);
			for (final int i : chosen)
				coalition.set(i);
			add(coalition, weight);
			if (!alone) add(complement(coalition), weight);
		});
	}

	private void draw(final int smallest, final double[] mass, final int pairs, final Random random) {
		final int[] order = new int[players];
		for (int i = 0; i < players; i++)
			order[i] = i;
		for (int k = 0; k < pairs; k++) {
			double at = random.nextDouble() * restOfMass;
			int size = smallest;
			while (size < players - smallest && at >= mass[size])
				at -= mass[size++];
			final BitSet coalition = new BitSet(players);
			for (int i = 0; i < size; i++) {
				final int j = i + random.nextInt(players - i);
				final int chosen = order[j];
				order[j] = order[i];
				order[i] = chosen;
				coalition.set(chosen);
			}
			add(coalition, Double.NaN);
			add(complement(coalition), Double.NaN);
		}
	}

	private BitSet complement(final BitSet coalition) {
		final BitSet others = new BitSet(players);
		others.set(0, players);
		others.andNot(coalition);
		return others;
	}

	private void add(final BitSet coalition, final double weight) {
		members.add(coalition);
		weights.add(weight);
	}

	/** How many there are; nobody and all players are not among them. */
	int count() {
		return members.size();
	}

	/** How many are there because their sizes are complete; these come first. */
	int enumerated() {
		return enumerated;
	}

	/** The mass of the sizes that are not complete, of 1. */
	double restOfMass() {
		return restOfMass;
	}

	boolean has(final int coalition, final int player) {
		return members.get(coalition).get(player);
	}

	/**
	 * How much a coalition counts; all together count 1.
	 *
	 * @param scored how many coalitions were scored
	 */
	double weight(final int coalition, final int scored) {
		return coalition < enumerated ? weights.get(coalition) : restOfMass / (scored - enumerated);
	}
}
