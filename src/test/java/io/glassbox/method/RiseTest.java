package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Element;
import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.RandomMasks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

/** Scores seen through random masks. */
class RiseTest {

	private static final int SIDE = 14;

	/** The mean of a square of four by four pixels, and 5. */
	private final FunctionModel square = new FunctionModel(List.of(new Port("x", new int[] { Port.ANY, 1, SIDE, SIDE },
		Element.FLOAT)), batch -> {
			final int n = batch.get(0).size(0);
			final float[] scores = new float[n];
			for (int i = 0; i < n; i++)
				for (int k = 0; k < SIDE * SIDE; k++)
					scores[i] += (inSquare(k) ? batch.get(0).floats()[i * SIDE * SIDE + k] / 16 : 0) + 5f / SIDE / SIDE;
			return List.of(Tensor.of(scores, n, 1));
		});

	private static boolean inSquare(final int k) {
		return k / SIDE >= 4 && k / SIDE < 8 && k % SIDE >= 6 && k % SIDE < 10;
	}

	private Attribution explain(final Rise rise) {
		final float[] ones = new float[SIDE * SIDE];
		Arrays.fill(ones, 1);
		return rise.explain(square, List.of(Tensor.of(ones, 1, 1, SIDE, SIDE)), Target.index(0, List.of()), Progress.NONE);
	}

	private static Rise rise(final int samples, final boolean centred, final double tolerance, final long seed) {
		return new Rise(samples, 7, 0.5, Baseline.ZERO, centred, tolerance, seed);
	}

	/** Equation 6, the slow way. */
	@Test
	void theMapIsTheMeanOfScoresTimesMasks() {
		final float[] map = explain(rise(150, false, 0, 9)).map().floats();
		final RandomMasks masks = new RandomMasks(new int[] { SIDE, SIDE }, 7, 0.5, 9);
		final double[] sum = new double[map.length];
		for (int i = 0; i < 150; i++) {
			final float[] m = masks.mask(i);
			double score = 5;
			for (int k = 0; k < m.length; k++)
				score += inSquare(k) ? m[k] / 16 : 0;
			for (int k = 0; k < m.length; k++)
				sum[k] += score * m[k] / 0.5 / 150;
		}
		for (int k = 0; k < map.length; k++)
			assertEquals(sum[k], map[k], 1e-4);
	}

	/** The covariance, two passes. */
	@Test
	void centredItIsTheCovarianceOfScoreAndMask() {
		final Attribution a = explain(rise(150, true, 0, 9));
		final RandomMasks masks = new RandomMasks(new int[] { SIDE, SIDE }, 7, 0.5, 9);
		final double[] scores = new double[150];
		for (int i = 0; i < 150; i++) {
			final float[] m = masks.mask(i);
			scores[i] = 5 + IntStream.range(0, m.length).filter(RiseTest::inSquare).mapToDouble(k -> m[k] / 16).sum();
		}
		final double mean = Arrays.stream(scores).average().orElseThrow();
		for (int k = 0; k < SIDE * SIDE; k++) {
			final int place = k;
			final double[] terms = IntStream.range(0, 150).mapToDouble(i -> (scores[i] - mean) * (masks.mask(i)[place] - 0.5) / 0.5)
				.toArray();
			final double middle = Arrays.stream(terms).average().orElseThrow();
			final double error = Math.sqrt(Arrays.stream(terms).map(t -> (t - middle) * (t - middle)).sum() / 149 / 150);
			assertEquals(middle, a.map().floats()[k], 1e-5);
			assertEquals(error, a.error().orElseThrow().floats()[k], 1e-5);
		}
	}

	@Test
	void theSquareIsFound() {
		final float[] map = explain(rise(3000, true, 0, 1)).map().floats();
		final int peak = IntStream.range(0, map.length).reduce((a, b) -> map[a] >= map[b] ? a : b).orElseThrow();
		assertTrue(inSquare(peak), "peak at " + peak / SIDE + ", " + peak % SIDE);
		assertTrue(Math.abs(map[0]) < map[peak] / 10, "far from it " + map[0] + ", in it " + map[peak]);
	}

	/** The mean over many runs stands for the truth: 95 of 100 intervals of 1.96 errors should hold it. */
	@Test
	void theClaimedStandardErrorsAreRight() {
		final float[] truth = explain(rise(100_000, true, 0, 99)).map().floats();
		int inside = 0;
		for (int seed = 0; seed < 100; seed++) {
			final Attribution a = explain(rise(300, true, 0, seed));
			for (int k = 0; k < truth.length; k++)
				if (Math.abs(a.map().floats()[k] - truth[k]) <= 1.96 * a.error().orElseThrow().floats()[k]) inside++;
		}
		final double coverage = inside / 100.0 / truth.length;
		assertTrue(coverage > 0.92 && coverage < 0.98, "covers " + coverage);
	}

	@Test
	void itStopsWhenTheErrorIsSmallEnough() {
		final Attribution a = explain(rise(20_000, true, 0.25, 4));
		final int masks = Integer.parseInt(a.facts().get("masks").split(" ")[0]);
		assertTrue(masks >= 100 && masks < 10_000, "masks: " + masks);
		assertTrue(a.facts().get("masks").contains("of at most 20000"), a.facts().toString());
	}

	@Test
	void everyPlaceIsSeenAsOftenAsAnyOther() {
		for (final int[] extents : new int[][] { { 20, 33 }, { 6, 12, 10 } }) {
			final RandomMasks masks = new RandomMasks(extents, 4, 0.3, 2);
			final double[] seen = new double[masks.places()];
			for (int i = 0; i < 4000; i++) {
				final float[] m = masks.mask(i);
				for (int k = 0; k < m.length; k++) {
					assertTrue(m[k] >= 0 && m[k] <= 1);
					seen[k] += m[k] / 4000;
				}
			}
			for (final double s : seen)
				assertEquals(0.3, s, 0.035);
		}
	}

	/** Few slices, or one cell, still have places that are seen more than others. */
	@Test
	void noAxisIsAlwaysAlike() {
		for (final int[] extents : new int[][] { { 5, 40, 40 }, { 8, 9 } }) {
			final RandomMasks masks = new RandomMasks(extents, 1, 0.5, 2);
			final int inner = masks.places() / extents[0];
			int different = 0;
			for (int i = 0; i < 50; i++) {
				final float[] m = masks.mask(i);
				if (m[0] != m[(extents[0] - 1) * inner]) different++;
			}
			assertTrue(different > 10, Arrays.toString(extents) + ": " + different);
		}
	}

	@Test
	void aMaskIsTheSameWheneverItIsMade() {
		final RandomMasks masks = new RandomMasks(new int[] { 20, 33 }, 4, 0.3, 2);
		final float[] fifth = masks.mask(5);
		masks.mask(2);
		assertArrayEquals(fifth, masks.mask(5));
	}
}
