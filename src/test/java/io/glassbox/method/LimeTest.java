package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Element;
import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.Grid;
import io.glassbox.reference.ReferenceCase;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** LIME as a whole: the copies it makes, what it learns of them, and how sure it is. */
class LimeTest {

	private static final int PLAYERS = 16;

	private static Lime lime(final int samples, final double steady, final int features, final long seed) {
		return new Lime(new Grid(PLAYERS), Absence.as(Baseline.ZERO), samples, steady, LimeKernel.COSINE, 0.25,
			FeatureSelection.AUTO, features, seed, false);
	}

	/** The authors' copies of the image, with segments at their means, get the probabilities they got. */
	@TestFactory
	Stream<DynamicTest> theSameCopiesGetTheSameProbabilities() {
		return Stream.of("gapcnn", "vggish", "miniresnet").flatMap(name -> ReferenceCase.FILES.stream().map(file -> DynamicTest
			.dynamicTest(name + " " + file, () -> {
				final ReferenceCase c = new ReferenceCase(name);
				final Tensor there = Npy.read(c.file("lime_perturbations.npy"));
				final Tensor wanted = Npy.read(c.file("lime_probabilities.npy"));
				try (Model model = c.open(file)) {
					final List<Target> classes = IntStream.range(0, wanted.size(1)).mapToObj(k -> Target.index(k, List.of())).toList();
					final Game game = Game.of(model.ending(FinalActivation.SOFTMAX), List.of(c.input()), PerturbationMethodsTest.segments(
						c, "lime_segments.npy", PLAYERS), Absence.SEGMENT_MEAN, classes);
					game.play(there.size(0), (copy, player) -> there.longs()[copy * there.size(1) + player] == 1, Progress.NONE, "sample", (
						i, scores) -> {
						for (int k = 0; k < scores.length; k++)
							assertEquals(wanted.floats()[i * scores.length + k], scores[k], 1e-4, "copy " + i);
						return true;
					});
				}
			})));
	}

	/** Sixteen pixels of which some count; with a product of two, if asked. */
	private static FunctionModel pixels(final double product) {
		return new FunctionModel(List.of(new Port("x", new int[] { Port.ANY, 1, 4, 4 }, Element.FLOAT)), batch -> {
			final int n = batch.get(0).size(0);
			final float[] scores = new float[n];
			final float[] x = batch.get(0).floats();
			for (int i = 0; i < n; i++) {
				for (int k = 0; k < PLAYERS; k++)
					scores[i] += x[i * PLAYERS + k] * weight(k);
				for (int k = 1; k < PLAYERS; k++)
					scores[i] += product * x[i * PLAYERS + k] * x[i * PLAYERS + k - 1] * (k % 3 - 1);
			}
			return List.of(Tensor.of(scores, n, 1));
		});
	}

	private static float weight(final int k) {
		return k == 3 ? 5 : k == 9 ? -4 : k == 12 ? 3 : 0;
	}

	private static Attribution explain(final Model model, final Lime lime) {
		final float[] ones = new float[PLAYERS];
		Arrays.fill(ones, 1);
		return lime.explain(model, List.of(Tensor.of(ones, 1, 1, 4, 4)), Target.index(0, List.of()), Progress.NONE);
	}

	/** The ridge shrinks a little. */
	@Test
	void ofALinearFunctionItFindsTheWeights() {
		final Attribution a = explain(pixels(0), lime(2000, 0, 3, 0));
		final double[] found = a.features().orElseThrow().values();
		for (int k = 0; k < PLAYERS; k++)
			assertEquals(weight(k), found[k], 0.1, "pixel " + k);
		assertEquals(1, Double.parseDouble(a.facts().get("surrogate R2")), 0.01);
		assertTrue(a.facts().get("stability").startsWith("100 % of the top 3"), a.facts().get("stability"));
	}

	@Test
	void samplesAreDoubledUntilHalvesAgree() {
		final Attribution few = explain(pixels(3), lime(32, 0, 5, 1));
		final Attribution auto = explain(pixels(3), lime(32, 0.99, 5, 1));
		assertEquals("32", few.facts().get("samples"));
		assertTrue(!few.facts().get("stability").startsWith("100 %"), few.facts().get("stability"));
		assertTrue(auto.facts().get("samples").matches("(64|128|256|512|1024), (not )?stable( yet)?"), auto.facts().get("samples"));
		final boolean stable = !auto.facts().get("samples").contains("not");
		assertEquals(stable, auto.facts().get("stability").startsWith("100 %"));
	}

	/** The mean of many runs stands for what each is an estimate of. */
	@Test
	void theClaimedStandardErrorsAreRight() {
		final int runs = 200;
		final double[][] found = new double[runs][];
		final double[][] errors = new double[runs][];
		final double[] mean = new double[PLAYERS];
		for (int s = 0; s < runs; s++) {
			final Lime all = new Lime(new Grid(PLAYERS), Absence.as(Baseline.ZERO), 400, 0, LimeKernel.COSINE, 0.25,
				FeatureSelection.NONE, PLAYERS, s, false);
			final Attribution a = explain(pixels(2), all);
			found[s] = a.features().orElseThrow().values();
			errors[s] = a.features().orElseThrow().errors().orElseThrow();
			for (int k = 0; k < PLAYERS; k++)
				mean[k] += found[s][k] / runs;
		}
		int inside = 0;
		for (int s = 0; s < runs; s++)
			for (int k = 0; k < PLAYERS; k++)
				if (Math.abs(found[s][k] - mean[k]) <= 1.96 * errors[s][k]) inside++;
		final double coverage = (double) inside / runs / PLAYERS;
		assertTrue(coverage > 0.9 && coverage < 0.98, "covers " + coverage);
	}

	@Test
	void theSameSeedGivesTheSameAndAnotherAnother() {
		final float[] one = explain(pixels(2), lime(100, 0, 5, 7)).raw().floats();
		assertArrayEquals(one, explain(pixels(2), lime(100, 0, 5, 7)).raw().floats(), 0f);
		assertTrue(!Arrays.equals(one, explain(pixels(2), lime(100, 0, 5, 8)).raw().floats()));
	}
}
