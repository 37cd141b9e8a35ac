package io.glassbox.method;

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
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.Grid;
import io.glassbox.perturb.SharedSamples;

import java.util.List;

import org.junit.jupiter.api.Test;

/** Methods on segments whose absence is filled from around: what goes on smoothly is not missed. */
class InpaintedMethodsTest {

	private static final int SIDE = 24;

	/** A ramp with a bright spot in the middle segment of nine. */
	private static Tensor ramp() {
		final float[] x = new float[SIDE * SIDE];
		for (int k = 0; k < x.length; k++)
			x[k] = k % SIDE / (float) SIDE;
		x[12 * SIDE + 12] += 5;
		return Tensor.of(x, 1, 1, SIDE, SIDE);
	}

	/** The sum of the image, and three times that of two clinical values, which come first. */
	private static final FunctionModel SUM = new FunctionModel(List.of(new Port("clinical", new int[] { Port.ANY, 2 },
		Element.FLOAT), new Port("x", new int[] { Port.ANY, 1, SIDE, SIDE }, Element.FLOAT)), batch -> {
			final int n = batch.get(0).size(0);
			final float[] sums = new float[n];
			for (int i = 0; i < n; i++) {
				sums[i] = 3 * (batch.get(0).floats()[2 * i] + batch.get(0).floats()[2 * i + 1]);
				for (int k = 0; k < SIDE * SIDE; k++)
					sums[i] += batch.get(1).floats()[i * SIDE * SIDE + k];
			}
			return List.of(Tensor.of(sums, n, 1));
		});

	private static Attribution explain(final SharedSamples method) {
		return method.explain(SUM, List.of(Tensor.of(new float[] { 1, 2 }, 1, 2), ramp()), Target.index(0, List.of()), Progress.NONE);
	}

	@Test
	void theSpotIsMissedAndNotTheRamp() {
		final double[] lost = explain(new FeatureAblation(new Grid(9), Absence.INPAINT, false)).features().orElseThrow().values();
		assertEquals(5, lost[4], 0.1);
		assertEquals(3, lost[9], 1e-3);
		assertEquals(6, lost[10], 1e-3);
		final double[] black = explain(new FeatureAblation(new Grid(9), Absence.as(Baseline.ZERO), false)).features().orElseThrow()
			.values();
		assertEquals(35.7, black[4], 0.1, "where black stands for absent, the grey of the ramp is missed, too");
	}

	/** Shapley and Owen values add up to the difference from an image of its own mean, without clinical values. */
	@Test
	void valuesStillAddUp() {
		for (final Shap.Algorithm algorithm : new Shap.Algorithm[] { Shap.Algorithm.EXACT, Shap.Algorithm.PARTITION }) {
			final Attribution a = explain(new Shap(algorithm, new Grid(9), Absence.INPAINT, 300, 0, 0, false));
			final String[] sums = a.facts().get("sum of all values").split(" of ");
			assertEquals(sums[1], sums[0], algorithm.name());
			assertEquals(9, Double.parseDouble(sums[0]), 0.01, algorithm.name());
		}
		final float[] owen = explain(new Shap(Shap.Algorithm.PARTITION, new Grid(9), Absence.INPAINT, 600, 0, 0, false)).map().floats();
		int best = 0;
		for (int k = 0; k < owen.length; k++)
			if (owen[k] > owen[best]) best = k;
		assertTrue(Math.abs(best / SIDE - 12) <= 1 && Math.abs(best % SIDE - 12) <= 1, "the spot is at " + best);
	}
}
