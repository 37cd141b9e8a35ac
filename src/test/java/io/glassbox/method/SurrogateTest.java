package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.reference.ReferenceCase;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** LIME's surrogate given segments, perturbations and scores, against the authors' program. */
class SurrogateTest {

	/** As close as the issue of it asks for: both fit in double precision. */
	private static final double TOLERANCE = 1e-4;

	private static final List<String> CASES = List.of("gapcnn", "vggish", "miniresnet", "lime_surrogate");

	private static boolean[][] perturbations(final ReferenceCase c) {
		final Tensor t = Npy.read(c.file("lime_perturbations.npy"));
		final boolean[][] rows = new boolean[t.size(0)][t.size(1)];
		for (int k = 0; k < t.length(); k++)
			rows[k / t.size(1)][k % t.size(1)] = t.longs()[k] == 1;
		return rows;
	}

	private static double[] column(final Tensor t, final int column) {
		return IntStream.range(0, t.size(0)).mapToDouble(i -> t.floats()[i * t.size(1) + column]).toArray();
	}

	private static double[] weights(final boolean[][] rows) {
		return Arrays.stream(rows).mapToDouble(r -> LimeKernel.COSINE.weight(present(r), r.length, 0.25)).toArray();
	}

	private static int present(final boolean[] row) {
		return (int) IntStream.range(0, row.length).filter(j -> row[j]).count();
	}

	private static JsonObject expected(final ReferenceCase c) throws IOException {
		return JsonParser.parseString(Files.readString(c.file("expected/lime.json"))).getAsJsonObject();
	}

	@TestFactory
	Stream<DynamicTest> kernelWeightsAgree() {
		return CASES.stream().map(name -> DynamicTest.dynamicTest(name, () -> {
			final ReferenceCase c = new ReferenceCase(name);
			final float[] wanted = Npy.read(c.file("expected/lime_weights.npy")).floats();
			final double[] found = weights(perturbations(c));
			for (int i = 0; i < wanted.length; i++)
				assertEquals(wanted[i], found[i], TOLERANCE);
		}));
	}

	@TestFactory
	Stream<DynamicTest> selectionCoefficientsInterceptAndScoreAgree() throws IOException {
		return CASES.stream().flatMap(name -> Stream.of("none", "forward_selection", "highest_weights", "lasso_path").map(
			selection -> DynamicTest.dynamicTest(name + " " + selection, () -> compare(new ReferenceCase(name), selection))));
	}

	private static void compare(final ReferenceCase c, final String selection) throws IOException {
		final JsonObject json = expected(c);
		final JsonObject parameters = json.getAsJsonObject("parameters");
		final JsonObject wanted = json.getAsJsonObject("results").getAsJsonObject(selection);
		final boolean[][] rows = perturbations(c);
		final LinearSurrogate found = LinearSurrogate.of(OneByOne.of(rows, column(Npy.read(c.file("lime_probabilities.npy")), parameters
			.get("label").getAsInt()), weights(rows)), FeatureSelection.parse(selection), parameters.get("num_features").getAsInt());
		final JsonArray order = wanted.getAsJsonArray("selected_order");
		assertArrayEquals(IntStream.range(0, order.size()).map(i -> order.get(i).getAsInt()).toArray(), found.fit().features());
		final double[] coefficients = found.values();
		final double[] given = new double[coefficients.length];
		wanted.getAsJsonArray("explanation").forEach(e -> given[e.getAsJsonArray().get(0).getAsInt()] = e.getAsJsonArray().get(1)
			.getAsDouble());
		assertArrayEquals(given, coefficients, TOLERANCE);
		assertEquals(wanted.get("intercept").getAsDouble(), found.fit().intercept(), TOLERANCE);
		assertEquals(wanted.get("score").getAsDouble(), found.fit().r2(), TOLERANCE);
		assertEquals(wanted.get("local_prediction").getAsDouble(), found.fit().ofAll(), TOLERANCE);
	}

	/** Where products of features are 0, the lasso shrinks each by the same amount. */
	@Test
	void ofOrthogonalFeaturesThePathTakesThemBySize() {
		final double[][] columns = new double[8][3];
		final double[] scores = new double[8];
		for (int i = 0; i < 8; i++)
			for (int j = 0; j < 3; j++) {
				columns[i][j] = (i >> j & 1) - 0.5;
				scores[i] += columns[i][j] * new double[] { 1, -3, 2 }[j];
			}
		final double[] ones = new double[8];
		Arrays.fill(ones, 1);
		final WeightedSamples samples = new WeightedSamples((i, j) -> columns[i][j], 3, scores, ones);
		final List<double[]> points = LassoPath.of(samples);
		assertEquals(4, points.size());
		assertArrayEquals(new double[] { 0, -1, 0 }, points.get(1), 1e-9);
		assertArrayEquals(new double[] { 0, -2, 1 }, points.get(2), 1e-9);
		assertArrayEquals(new double[] { 1, -3, 2 }, points.get(3), 1e-9);
		assertArrayEquals(new int[] { 1, 2 }, LassoPath.last(samples, 2));
	}

	/** At every point of the path: features in use are equally correlated with what is left over, none more than they. */
	@Test
	void everyPointOfThePathMeetsTheConditionsOfTheLasso() {
		final Random random = new Random(3);
		final double[][] columns = new double[60][12];
		final double[] scores = new double[60];
		final double[] weights = new double[60];
		for (int i = 0; i < 60; i++) {
			final double common = random.nextGaussian();
			for (int j = 0; j < 12; j++)
				scores[i] += (columns[i][j] = common + random.nextGaussian()) * (j % 4 - 1.5);
			weights[i] = random.nextDouble();
		}
		final WeightedSamples samples = new WeightedSamples((i, j) -> columns[i][j], 12, scores, weights);
		for (final double[] beta : LassoPath.of(samples)) {
			final double[] left = IntStream.range(0, 12).mapToDouble(j -> samples.productWithScore(j) - IntStream.range(0, 12)
				.mapToDouble(k -> samples.product(j, k) * beta[k]).sum()).toArray();
			final double most = Arrays.stream(left).map(Math::abs).max().orElseThrow();
			for (int j = 0; j < 12; j++) {
				if (beta[j] == 0) continue;
				assertEquals(most, left[j] * Math.signum(beta[j]), 1e-9 * Math.abs(samples.productWithScore(0)) + 1e-7);
			}
		}
	}

	/** A feature that is the double of another, and one that never changes. */
	@Test
	void featuresThatCannotBeToldApartDoNotStopThePath() {
		final boolean[][] rows = new boolean[32][5];
		final double[] scores = new double[32];
		for (int i = 0; i < 32; i++) {
			for (int j = 0; j < 3; j++)
				rows[i][j] = (i >> j & 1) == 1;
			rows[i][3] = rows[i][0];
			rows[i][4] = true;
			scores[i] = (rows[i][0] ? 4 : 0) + (rows[i][1] ? 2 : 0) + (rows[i][2] ? 1 : 0);
		}
		final double[] ones = new double[32];
		Arrays.fill(ones, 1);
		for (final FeatureSelection selection : FeatureSelection.values()) {
			final LinearSurrogate s = LinearSurrogate.of(OneByOne.of(rows, scores, ones), selection, 3);
			assertTrue(Arrays.stream(s.values()).allMatch(Double::isFinite), selection.name());
			assertTrue(s.fit().r2() > 0.8, selection + " explains " + s.fit().r2());
		}
	}
}
