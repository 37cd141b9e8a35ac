package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.FeatureValues;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.Element;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.Grid;
import io.glassbox.reference.ReferenceCase;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sampled Shapley values come close to the exact ones, as close as they say. */
class ShapleySamplingTest {

	private static final int PLAYERS = 10;
	private static final Tensor ONES = Tensor.of(ones(), 1, 1, 1, PLAYERS);

	/** Pixels work together in pairs and saturate, so that what one adds depends on who is there. */
	private final FunctionModel model = new FunctionModel(List.of(new Port("x", new int[] { Port.ANY, 1, 1, PLAYERS },
		Element.FLOAT)), batch -> List.of(scores(batch.get(0))));

	private static float[] ones() {
		final float[] ones = new float[PLAYERS];
		Arrays.fill(ones, 1);
		return ones;
	}

	private static Tensor scores(final Tensor batch) {
		final int n = batch.size(0);
		final float[] scores = new float[n];
		for (int s = 0; s < n; s++) {
			double sum = 0;
			double pairs = 0;
			for (int i = 0; i < PLAYERS; i++) {
				final double v = batch.floats()[s * PLAYERS + i];
				sum += v * ((i % 4) - 1) * 0.4;
				if (i > 0) pairs += v * batch.floats()[s * PLAYERS + i - 1] * (i % 3 == 0 ? 1 : -0.5);
			}
			scores[s] = (float) (3 * Math.tanh(sum) + pairs);
		}
		return Tensor.of(scores, n, 1);
	}

	private Attribution shap(final Shap.Algorithm algorithm, final int samples, final double tolerance, final long seed) {
		return new Shap(algorithm, new Grid(PLAYERS), Absence.as(Baseline.ZERO), samples, tolerance, seed, false).explain(model, List.of(
			ONES), Target.index(0, List.of()), Progress.NONE);
	}

	private double[] exact() {
		return shap(Shap.Algorithm.EXACT, 1000, 0, 0).features().orElseThrow().values();
	}

	@ParameterizedTest
	@CsvSource({ "KERNEL, 200", "PERMUTATION, 600" })
	void valuesAreWithinFourStandardErrorsOfTheExactOnes(final Shap.Algorithm algorithm, final int samples) {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model network = c.open("model.onnx")) {
			final Function<Shap, FeatureValues> values = shap -> shap.explain(network, List.of(c.input()), Target.index(c
				.targetClass(), List.of()), Progress.NONE).features().orElseThrow();
			final double[] exact = values.apply(new Shap(Shap.Algorithm.EXACT, new Grid(9), Absence.as(Baseline.MEAN), 1000, 0, 0, false))
				.values();
			for (int seed = 0; seed < 20; seed++) {
				final FeatureValues found = values.apply(new Shap(algorithm, new Grid(9), Absence.as(Baseline.MEAN), samples, 0, seed, false));
				for (int k = 0; k < exact.length; k++)
					assertTrue(Math.abs(found.values()[k] - exact[k]) <= 4 * found.errors().orElseThrow()[k], algorithm + " seed " +
						seed + " player " + k + ": " + found.values()[k] + " +- " + found.errors().orElseThrow()[k] + ", exactly " +
						exact[k]);
				assertEquals(Arrays.stream(exact).sum(), Arrays.stream(found.values()).sum(), 1e-4, "efficiency");
			}
		}
	}

	/** An interval of 1.96 standard errors to either side should hold the exact value in 95 of 100 runs. */
	@ParameterizedTest
	@EnumSource(value = Shap.Algorithm.class, names = { "KERNEL", "PERMUTATION" })
	void theClaimedStandardErrorsAreRight(final Shap.Algorithm algorithm) {
		final double[] exact = exact();
		int inside = 0;
		for (int seed = 0; seed < 200; seed++) {
			final Attribution a = shap(algorithm, 500, 0, 1000 + seed);
			final double[] found = a.features().orElseThrow().values();
			final double[] errors = a.features().orElseThrow().errors().orElseThrow();
			for (int k = 0; k < PLAYERS; k++)
				if (Math.abs(found[k] - exact[k]) <= 1.96 * errors[k]) inside++;
		}
		final double coverage = inside / 200.0 / PLAYERS;
		assertTrue(coverage > 0.9 && coverage < 0.98, algorithm + " covers " + coverage);
	}

	/** Products of neighbours: half of each belongs to either, whatever the others do. */
	private static Tensor products(final Tensor batch) {
		final int n = batch.size(0);
		final int players = batch.length() / n;
		final float[] scores = new float[n];
		for (int s = 0; s < n; s++)
			for (int i = 1; i < players; i++)
				scores[s] += batch.floats()[s * players + i] * batch.floats()[s * players + i - 1] * batch.floats()[s * players + (i + 7) %
					players] * (i % 3 - 0.5f);
		return Tensor.of(scores, n, 1);
	}

	private static double[] valuesOfProducts(final int players) {
		final double[] values = new double[players];
		for (int i = 1; i < players; i++)
			for (final int k : new int[] { i, i - 1, (i + 7) % players })
				values[k] += (i % 3 - 0.5) / 3;
		return values;
	}

	/** Many players for few samples: the fit has hardly more coalitions than unknowns, but must not claim to be sure. */
	@ParameterizedTest
	@CsvSource({ "KERNEL, 60, 4, 0", "KERNEL, 60, 400, 0", "KERNEL, 60, 4000, 0.3", "PERMUTATION, 60, 4, 0",
		"PERMUTATION, 60, 4000, 0.1" })
	void claimsHoldForManyPlayersToo(final Shap.Algorithm algorithm, final int players, final int samples,
		final double tolerance)
	{
		final FunctionModel many = new FunctionModel(List.of(new Port("x", new int[] { Port.ANY, 1, 1, players }, Element.FLOAT)),
			batch -> List.of(products(batch.get(0))));
		final float[] ones = new float[players];
		Arrays.fill(ones, 1);
		final double[] exact = valuesOfProducts(players);
		int inside = 0;
		final int runs = 60;
		for (int seed = 0; seed < runs; seed++) {
			final FeatureValues found = new Shap(algorithm, new Grid(players), Absence.as(Baseline.ZERO), samples, tolerance, seed, false)
				.explain(many, List.of(Tensor.of(ones, 1, 1, 1, players)), Target.index(0, List.of()), Progress.NONE).features().orElseThrow();
			for (int k = 0; k < players; k++)
				if (Math.abs(found.values()[k] - exact[k]) <= 1.96 * found.errors().orElseThrow()[k]) inside++;
		}
		final double coverage = (double) inside / runs / players;
		assertTrue(coverage > 0.9 && coverage < 0.98, algorithm + " covers " + coverage);
	}

	@ParameterizedTest
	@EnumSource(value = Shap.Algorithm.class, names = { "KERNEL", "PERMUTATION" })
	void itStopsWhenTheErrorIsSmallEnough(final Shap.Algorithm algorithm) {
		final Attribution loose = shap(algorithm, 900, 0.2, 3);
		final Attribution whole = shap(algorithm, 900, 0, 3);
		final int scored = Integer.parseInt(loose.facts().get("combinations scored"));
		assertTrue(scored < Integer.parseInt(whole.facts().get("combinations scored")), "scored " + scored);
		final double[] errors = loose.features().orElseThrow().errors().orElseThrow();
		final double size = Arrays.stream(loose.features().orElseThrow().values()).map(Math::abs).sum();
		assertTrue(Arrays.stream(errors).sum() / size < 0.2);
	}
}
