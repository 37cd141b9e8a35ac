package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.DecisionTree;
import io.glassbox.explain.FeatureValues;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Element;
import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.Grid;
import io.glassbox.reference.ReferenceCase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LIME as a whole: the copies it makes, what it learns of them, and how sure it is. */
class LimeTest {

	private static final int PLAYERS = 16;

	private static Lime lime(final int samples, final double steady, final int features, final long seed) {
		return lime(new Lime.Copies(samples, 1, steady, false, seed), Surrogate.Kind.ridge(FeatureSelection.AUTO, features), features);
	}

	private static Lime lime(final Lime.Copies copies, final Surrogate.Kind surrogate, final int features) {
		return new Lime(new Grid(PLAYERS), Absence.as(Baseline.ZERO), copies, LimeKernel.COSINE, 0.25, surrogate, features, false);
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

	/** What two pixels do together pulls the slopes one way in a copy, and the other way in that with the other pixels. */
	@Test
	void pairsAreSteadierWhereSegmentsWorkTogether() {
		final double[] errors = new double[2];
		for (int paired = 0; paired < 2; paired++)
			for (int seed = 0; seed < 10; seed++)
				errors[paired] += Arrays.stream(explain(pixels(3), lime(new Lime.Copies(401, 1, 0, paired == 1, seed), Surrogate.Kind.ridge(
					FeatureSelection.NONE, PLAYERS), PLAYERS)).features().orElseThrow().errors().orElseThrow()).sum();
		assertTrue(errors[1] < 0.8 * errors[0], errors[1] + " and " + errors[0]);
	}

	/** The image, then pairs: the second has what the first lacks; both are in the same half. */
	@Test
	void aPairHasEachSegmentOnce() {
		final LimeSamples drawn = new LimeSamples(lime(new Lime.Copies(9, 2, 0, true, 3), Surrogate.Kind.tree(3, 1), 3), PLAYERS, 1,
			j -> Optional.empty());
		for (int i = 0; i < 18; i++)
			for (int j = 0; j < PLAYERS; j++)
				if (i % 9 == 0) assertTrue(drawn.has(i, j));
				else if (i % 9 % 2 == 0) assertEquals(!drawn.has(i - 1, j), drawn.has(i, j));
	}

	/** The mean of many runs stands for what each is an estimate of. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void theClaimedStandardErrorsAreRight(final boolean paired) {
		final int runs = 200;
		final double[][] found = new double[runs][];
		final double[][] errors = new double[runs][];
		final double[] mean = new double[PLAYERS];
		for (int s = 0; s < runs; s++) {
			final Lime all = lime(new Lime.Copies(400, 1, 0, paired, s), Surrogate.Kind.ridge(FeatureSelection.NONE, PLAYERS), PLAYERS);
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

	/** Five runs, each of 200 copies with a seed of its own; all copies are fitted together. */
	@Test
	void runsWithOtherSeedsTellHowStableItIs() {
		final Lime runs = lime(new Lime.Copies(200, 5, 0, false, 2), Surrogate.Kind.ridge(FeatureSelection.AUTO, 3), 3);
		final Attribution a = explain(pixels(0), runs);
		assertEquals("1000", a.facts().get("samples"));
		assertTrue(a.facts().get("stability").startsWith("100 % of the top 3 are the same in 5 runs"), a.facts().get("stability"));
		final Attribution shaky = explain(pixels(9), runs);
		assertTrue(!shaky.facts().get("stability").startsWith("100 %"), shaky.facts().get("stability"));
		final Attribution first = explain(pixels(0), lime(200, 0, 3, 2));
		assertEquals(first.features().orElseThrow().values()[3], a.features().orElseThrow().values()[3], 0.2);
	}

	/** Pixel 3 stands out; the tree asks for it first, and its values add up to what it says of all less of none. */
	@Test
	void aTreeIsToldAndItsValuesAddUp() {
		final Attribution a = explain(pixels(0), lime(new Lime.Copies(1000, 1, 0, false, 0), Surrogate.Kind.tree(3, 10), 3));
		assertTrue(a.facts().get("tree").startsWith("with segment 1: (with segment 2: "), a.facts().get("tree"));
		final FeatureValues found = a.features().orElseThrow();
		final DecisionTree tree = found.tree().orElseThrow();
		assertEquals(tree.of(j -> true) - tree.of(j -> false), Arrays.stream(found.values()).sum(), 1e-9);
		assertEquals(5, found.values()[3], 0.5);
		assertEquals(-4, found.values()[9], 0.5);
	}

	@Test
	void aKernelThatLeavesNoCopiesIsRefused() {
		for (final LimeKernel kernel : LimeKernel.values())
			for (final int features : new int[] { 3, 10 }) {
				final Lime narrow = new Lime(new Grid(PLAYERS), Absence.as(Baseline.ZERO), new Lime.Copies(200, 1, 0, true, 0), kernel, 0.01,
					Surrogate.Kind.ridge(FeatureSelection.AUTO, features), features, false);
				final String said = assertThrows(GlassboxException.class, () -> explain(pixels(0), narrow)).getMessage();
				assertTrue(said.startsWith("LIME's kernel of width 0.01 leaves what "), said);
			}
	}

	/** The map is shown while copies are scored. */
	@Test
	void theMapGrows() {
		final float[] ones = new float[PLAYERS];
		Arrays.fill(ones, 1);
		final List<String> seen = new ArrayList<>();
		lime(1000, 0, 3, 0).explain(pixels(0), List.of(Tensor.of(ones, 1, 1, 4, 4)), Target.index(0, List.of()), new Progress() {

			@Override
			public void update(final double fraction, final String status) {
				// not of interest
			}

			@Override
			public boolean isCancelled() {
				return false;
			}

			@Override
			public void partial(final Supplier<Attribution> soFar) {
				if (seen.size() < 5) seen.add(soFar.get().facts().get("samples"));
			}
		});
		assertEquals(List.of("64", "65", "66", "67", "68"), seen);
	}

	/** Of eight copies halves of four are compared, if that: what is too little for it is said, and no reason to fail. */
	@Test
	void aFewCopiesSuffice() {
		for (int seed = 0; seed < 20; seed++) {
			final Attribution a = explain(pixels(0), lime(new Lime.Copies(8, 1, 0, true, seed), Surrogate.Kind.ridge(FeatureSelection.AUTO, 3),
				3));
			assertTrue(a.facts().get("stability").matches("not known: .*|\\d+ % of the top 3 .*"), a.facts().get("stability"));
		}
	}

	@Test
	void runsAndDoublingDoNotGoTogether() {
		assertThrows(GlassboxException.class, () -> new Lime.Copies(200, 2, 0.5, false, 0));
	}

	@Test
	void theSameSeedGivesTheSameAndAnotherAnother() {
		final float[] one = explain(pixels(2), lime(100, 0, 5, 7)).raw().floats();
		assertArrayEquals(one, explain(pixels(2), lime(100, 0, 5, 7)).raw().floats(), 0f);
		assertTrue(!Arrays.equals(one, explain(pixels(2), lime(100, 0, 5, 8)).raw().floats()));
	}
}
