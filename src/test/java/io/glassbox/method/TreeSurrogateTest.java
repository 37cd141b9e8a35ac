package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.DecisionTree;
import io.glassbox.graph.GlassboxException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decision tree that LIME may fit, against trees on paper and a slow and obvious one. */
class TreeSurrogateTest {

	private final int n = 200;
	private final int players = 6;
	private final boolean[][] there = new boolean[n][players];
	private final double[] scores = new double[n];
	private final double[] weights = new double[n];

	TreeSurrogateTest() {
		final Random random = new Random(5);
		for (int i = 0; i < n; i++) {
			for (int j = 0; j < players; j++)
				there[i][j] = random.nextBoolean();
			weights[i] = random.nextDouble();
			scores[i] = (there[i][1] ? 2 : 0) + (there[i][3] && there[i][4] ? 3 : 0) - (there[i][0] ? 1 : 0) + random.nextGaussian() / 5;
		}
	}

	private Surrogate grown(final int depth, final int least) {
		return Surrogate.Kind.tree(depth, least).of(OneByOne.of(there, scores, weights), j -> Optional.empty());
	}

	/** Sum of weighted squares about the weighted mean. */
	private double spread(final List<Integer> here) {
		final double mean = mean(here);
		return here.stream().mapToDouble(i -> weights[i] * Math.pow(scores[i] - mean, 2)).sum();
	}

	private double mean(final List<Integer> here) {
		return here.stream().mapToDouble(i -> weights[i] * scores[i]).sum() / here.stream().mapToDouble(i -> weights[i]).sum();
	}

	/** Tries each question and looks at what is left. */
	private DecisionTree slowly(final List<Integer> here, final int depth, final int least) {
		int best = -1;
		double leftOver = spread(here) * (1 - 1e-9);
		for (int j = 0; j < players && depth > 0; j++) {
			final List<Integer> with = side(here, j, true);
			final List<Integer> without = side(here, j, false);
			if (with.size() < least || without.size() < least) continue;
			final double left = spread(with) + spread(without);
			if (left >= leftOver) continue;
			leftOver = left;
			best = j;
		}
		if (best < 0) return DecisionTree.leaf(mean(here), here.size());
		return new DecisionTree(best, "segment " + (best + 1), List.of(slowly(side(here, best, true), depth - 1, least), slowly(side(here,
			best, false), depth - 1, least)), mean(here), here.size());
	}

	private List<Integer> side(final List<Integer> here, final int feature, final boolean is) {
		return here.stream().filter(i -> there[i][feature] == is).toList();
	}

	private static void assertSame(final DecisionTree wanted, final DecisionTree found) {
		assertEquals(wanted.feature(), found.feature());
		assertEquals(wanted.samples(), found.samples());
		assertEquals(wanted.value(), found.value(), 1e-9);
		for (int b = 0; b < wanted.branches().size(); b++)
			assertSame(wanted.branches().get(b), found.branches().get(b));
	}

	@ParameterizedTest
	@CsvSource({ "1, 1", "3, 1", "4, 10", "6, 3" })
	void eachQuestionIsTheOneThatLeavesLeast(final int depth, final int least) {
		final List<Integer> all = IntStream.range(0, n).boxed().toList();
		final Surrogate found = grown(depth, least);
		final DecisionTree wanted = slowly(all, depth, least);
		assertSame(wanted, found.tree().orElseThrow());
		final double left = all.stream().mapToDouble(i -> weights[i] * Math.pow(scores[i] - wanted.of(j -> there[i][j]), 2)).sum();
		assertEquals(1 - left / spread(all), found.r2(), 1e-9);
		assertTrue(wanted.depth() <= depth);
	}

	/** All orders in which six features may come: what each adds to the tree's score, averaged. */
	@Test
	void valuesAreTheTreesShapleyValues() {
		final Surrogate found = grown(5, 3);
		final DecisionTree tree = found.tree().orElseThrow();
		final double[] worth = IntStream.range(0, 1 << players).mapToDouble(c -> tree.of(j -> (c >> j & 1) == 1)).toArray();
		assertArrayEquals(ExactShapley.values(worth, players), found.values(), 1e-9);
	}

	/** Two that count only together: three leaves, each has half of what they add, and names go by rank. */
	@Test
	void whatCountsOnlyTogetherIsSeen() {
		final List<boolean[]> rows = new ArrayList<>();
		for (int c = 0; c < 8; c++)
			rows.add(new boolean[] { (c & 1) == 1, (c & 2) == 2, (c & 4) == 4 });
		final double[] product = rows.stream().mapToDouble(r -> r[0] && r[2] ? 4 : 0).toArray();
		final double[] ones = IntStream.range(0, 8).mapToDouble(i -> 1).toArray();
		final Surrogate found = Surrogate.Kind.tree(4, 1).of(OneByOne.of(rows.toArray(boolean[][]::new), product, ones), j -> Optional.empty());
		assertEquals("with segment 1: (with segment 2: 4.000, else 0.000), else 0.000", found.facts().get("tree"));
		assertArrayEquals(new double[] { 2, 0, 2 }, found.values(), 1e-12);
		assertEquals(1, found.r2(), 1e-12);
		assertEquals(4, found.ofAll(), 1e-12);
	}

	@Test
	void scoresWithoutSpreadGiveALeaf() {
		final Surrogate found = Surrogate.Kind.tree(4, 1).of(OneByOne.of(there, new double[n], weights), j -> Optional.empty());
		assertEquals(1, found.tree().orElseThrow().leaves());
		assertEquals(0, found.r2());
	}

	@Test
	void treesThatCannotBeAreRefused() {
		assertThrows(GlassboxException.class, () -> Surrogate.Kind.tree(0, 1));
		assertThrows(GlassboxException.class, () -> Surrogate.Kind.tree(3, 0));
	}
}
