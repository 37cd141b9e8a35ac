package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Area;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.DenseTarget;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Sigma;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.io.Npy;
import io.glassbox.reference.ReferenceCase;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ExpectedGradientsTest {

	private static final Map<String, Baseline> THREE = Map.of("zero", Baseline.ZERO, "mean", Baseline.MEAN, "blur", Baseline
		.blur(Sigma.fraction(0.1)));

	private static ExpectedGradients method(final Map<String, Baseline> baselines, final int samples,
		final double tolerance, final long seed)
	{
		return new ExpectedGradients(baselines, samples, 0, tolerance, seed, false, ChannelReduction.SUM);
	}

	private static Attribution explain(final String network, final ExpectedGradients method) {
		final ReferenceCase c = new ReferenceCase(network);
		final Target target = c.mask().map(mask -> DenseTarget.of("" + c.targetClass(), List.of(), Area.marked(mask, "mask"),
			false)).orElseGet(() -> Target.index(c.targetClass(), List.of()));
		try (Model model = c.open("model.onnx")) {
			return method.explain(model, List.of(c.input()), target, Progress.NONE);
		}
	}

	private static double sum(final Attribution a) {
		double sum = 0;
		for (final float v : a.raw().floats())
			sum += v;
		return sum;
	}

	private static double number(final Attribution a, final String fact) {
		return Double.parseDouble(a.facts().get(fact).split(" ")[0]);
	}

	/** How far the sum is off, in standard errors. */
	private static double off(final Attribution a) {
		return (sum(a) - a.target().score() + number(a, "mean score of the baselines")) / number(a, "standard error of the sum");
	}

	/** Each pixel's own, of the map that is shown; independent seeds vary as much as it says. */
	@Test
	void theStandardErrorOfEachPixelIsTold() {
		final int runs = 20;
		double claimed = 0;
		double found = 0;
		final double[] mean = new double[64 * 64];
		final float[][] maps = new float[runs][];
		for (int seed = 0; seed < runs; seed++) {
			final Attribution a = explain("gapcnn", method(THREE, 60, 0, seed));
			maps[seed] = a.map().floats();
			for (int k = 0; k < mean.length; k++) {
				mean[k] += maps[seed][k] / runs;
				claimed += Math.pow(a.error().orElseThrow().floats()[k], 2) / runs;
			}
		}
		for (final float[] map : maps)
			for (int k = 0; k < mean.length; k++)
				found += Math.pow(map[k] - mean[k], 2) / (runs - 1);
		assertEquals(1, Math.sqrt(claimed / found), 0.25);
	}

	/** Of lists of scores, of volumes, of transformers, and of a segmentation: four of ten rounds' errors are one in 300. */
	@TestFactory
	Stream<DynamicTest> attributionsAddUpWithinTheStandardError() {
		return Stream.of("gapcnn", "miniresnet", "cnn3d", "minivit", "miniunet").map(name -> DynamicTest.dynamicTest(name, () -> {
			final Attribution a = explain(name, method(THREE, 60, 0, 1));
			assertEquals("60", a.facts().get("samples"));
			assertTrue(Math.abs(off(a)) < 4, off(a) + " standard errors: " + a.facts());
		}));
	}

	/** Were it too small or too large, the mean square of what it is divided by would tell: 1, or 9/7 with ten rounds. */
	@Test
	void theStandardErrorIsWhatItClaims() {
		double squares = 0;
		for (int seed = 0; seed < 20; seed++)
			squares += Math.pow(off(explain("gapcnn", method(THREE, 30, 0, seed))), 2) / 20;
		assertTrue(squares > 0.3 && squares < 4, "mean square " + squares);
	}

	@Test
	void theMeanScoreIsThatOfTheBaselines() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			double mean = 0;
			for (final Baseline b : THREE.values())
				mean += model.score(List.of(b.of(c.input()))).get(0).floats()[c.targetClass()] / 3.0;
			assertEquals(mean, number(explain("gapcnn", method(THREE, 6, 0, 0)), "mean score of the baselines"), 1e-4);
		}
	}

	/** With one baseline the expectation is the integral; forty stretches in each of ten rounds leave some thousandths of the largest value. */
	@Test
	void ofOneBaselineItIsIntegratedGradients() {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		final Attribution a = explain("gapcnn", method(Map.of("zero", Baseline.ZERO), 400, 0, 0));
		final double error = ReferenceCase.relativeError(Npy.read(c.file("expected/captum_integrated_gradients.npy")), a.raw());
		assertTrue(error < 0.02, "relative error " + error);
	}

	@Test
	void itStopsWhenItHasConverged() {
		final Attribution a = explain("gapcnn", method(THREE, 3000, 0.1, 0));
		final String said = a.facts().get("samples");
		assertTrue(said.endsWith("converged"), said);
	}

	@Test
	void ofManyBaselinesSomeAreDrawn() {
		final Map<String, Baseline> many = new LinkedHashMap<>();
		for (int i = 0; i < 50; i++)
			many.put("noise " + i, Baseline.parse("noise " + i));
		final Attribution a = explain("gapcnn", method(many, 20, 0, 0));
		assertEquals("10 drawn of 50", a.facts().get("baselines"));
		assertTrue(Math.abs(off(a)) < 30, "two rounds know little of their error: " + off(a));
	}

	@Test
	void nonsenseIsRefused() {
		assertThrows(GlassboxException.class, () -> method(Map.of(), 10, 0, 0));
		assertThrows(GlassboxException.class, () -> method(THREE, 0, 0, 0));
		assertThrows(GlassboxException.class, () -> method(THREE, 10, Double.NaN, 0));
	}
}
