package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Sigma;
import io.glassbox.explain.Target;
import io.glassbox.graph.Element;
import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.reference.ReferenceCase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Learned masks: derivatives against differences, and where they come to lie. */
class MeaningfulPerturbationTest {

	private static final Target FIRST = Target.index(0, List.of());

	private static double[] random(final int n, final long seed) {
		return new Random(seed).doubles(n, 0.1, 0.9).toArray();
	}

	/** How something changes with one value, by small steps to either side. */
	private static double difference(final ToDoubleFunction<double[]> f, final double[] at, final int k) {
		final double[] more = at.clone();
		final double[] less = at.clone();
		more[k] += 1e-5;
		less[k] -= 1e-5;
		return (f.applyAsDouble(more) - f.applyAsDouble(less)) / 2e-5;
	}

	/** The table of exponentials is straight between its entries: hence the tolerance. */
	@TestFactory
	Stream<DynamicTest> aMasksDerivativeIsThatOfDifferences() {
		return Stream.of(new int[] { 7, 9 }, new int[] { 4, 5, 6 }).flatMap(extents -> Stream.of(MaskCells.Joining.values()).map(
			joining -> DynamicTest.dynamicTest(Arrays.toString(extents) + " " + joining, () -> {
				final MaskCells made = new MaskCells(extents, 2, 3, 2, joining);
				final double[] cells = random(made.count(), 1);
				final double[] byPlace = random(made.places(), 2);
				final double[] found = made.back(cells, byPlace);
				for (int c = 0; c < cells.length; c++)
					assertEquals(difference(v -> dot(made.mask(v), byPlace), cells, c), found[c], 1e-4 * (1 + Math.abs(found[c])), "cell " + c);
			})));
	}

	private static double dot(final double[] a, final double[] b) {
		double sum = 0;
		for (int k = 0; k < a.length; k++)
			sum += a[k] * b[k];
		return sum;
	}

	/** Through pyramid, jitter and network, of two channels; scores are single-precision, hence wide steps and the tolerance. */
	@ParameterizedTest
	@EnumSource(MaskGame.class)
	void theRewardsDerivativeIsThatOfDifferences(final MaskGame game) {
		final int[] shape = { 1, 2, 4, 5 };
		final DifferentiableFunction network = new DifferentiableFunction(shape, x -> {
			double sum = 0;
			for (int k = 0; k < x.length; k++)
				sum += (k % 5 - 1.5) * x[k] * x[k];
			return sum;
		}, x -> {
			final float[] g = new float[x.length];
			for (int k = 0; k < x.length; k++)
				g[k] = 2 * (k % 5 - 1.5f) * x[k];
			return g;
		});
		final float[] values = new float[40];
		final Random random = new Random(3);
		for (int k = 0; k < values.length; k++)
			values[k] = random.nextFloat() - 0.3f;
		final Tensor image = Tensor.of(values, shape);
		final Pyramid pyramid = Pyramid.of(image, List.of(Baseline.ZERO, Baseline.blur(Sigma.pixels(1))));
		final MaskReward reward = new MaskReward(new GradientSamples(network, Elements.ofPicture(List.of(image)), FIRST.resolve(network
			.score(List.of(image)).get(0)), Map.of()), pyramid, game, 0.5, Progress.NONE);
		final Jitter jitter = Jitter.of(new int[] { 4, 5 }, new int[] { -1, 2 });
		final double[] mask = Arrays.stream(random(20, 4)).map(m -> Math.abs(m - 0.5) < 0.05 ? 0.7 : m).toArray(); // off the knot
		final double[] found = new double[20];
		reward.of(mask, jitter, found, 1);
		for (int k = 0; k < mask.length; k++) {
			final double[] more = mask.clone();
			final double[] less = mask.clone();
			more[k] += 0.01;
			less[k] -= 0.01; // the reward is a parabola between knots: the difference is exact
			assertEquals((reward.of(more, jitter, new double[20], 1) - reward.of(less, jitter, new double[20], 1)) / 0.02, found[k], 2e-3,
				"place " + k);
		}
	}

	@Test
	void whatMasksShouldNotBeLikeHasTheDerivativeOfDifferences() {
		final FongVedaldiSearch fong = new FongVedaldiSearch(new int[] { 6, 8 }, 2, 0.3, 5);
		final double[] cells = random(fong.cells().count(), 5);
		final double[] byCell = new double[cells.length];
		fong.addToCells(cells, byCell);
		for (int c = 0; c < cells.length; c++)
			assertEquals(difference(v -> fongVedaldi(v, 7, 8, 0.3, 5), cells, c), byCell[c], 1e-6, "cell " + c);
		final ExtremalSearch extremal = new ExtremalSearch(new int[] { 5, 4 }, 2, MaskGame.PRESERVE, 0.3, 10);
		final double[] mask = random(20, 6);
		final double[] byPlace = new double[20];
		extremal.addToPlaces(mask, byPlace, 0);
		for (int k = 0; k < mask.length; k++)
			assertEquals(difference(v -> {
				final double[] sorted = v.clone();
				Arrays.sort(sorted);
				double sum = 0;
				for (int i = 0; i < sorted.length; i++)
					sum += 300.0 / 20 * Math.pow(sorted[i] - (i < 14 ? 0 : 1), 2);
				return sum;
			}, mask, k), byPlace[k], 1e-5, "place " + k);
	}

	/** The paper's equation, slowly. */
	private static double fongVedaldi(final double[] cells, final int height, final int width, final double sparsity,
		final double smoothness)
	{
		double sum = 0;
		for (int y = 0; y < height; y++)
			for (int x = 0; x < width; x++) {
				final double here = cells[y * width + x];
				sum += sparsity * here;
				if (x + 1 < width) sum += smoothness * Math.pow(Math.abs(cells[y * width + x + 1] - here), 3);
				if (y + 1 < height) sum += smoothness * Math.pow(Math.abs(cells[(y + 1) * width + x] - here), 3);
			}
		return sum / height / width;
	}

	private static MeaningfulPerturbation method(final MeaningfulPerturbation.Algorithm algorithm, final MaskGame game,
		final double area, final long seed)
	{
		return new MeaningfulPerturbation(algorithm, game, List.of(Baseline.ZERO), List.of(area), 0.08, 0.8, 150, 0, 0.02, seed);
	}

	/** A network that sees the sum of one block of a larger image, of ones. */
	private static DifferentiableFunction block(final int depth, final int side, final int low, final int size) {
		final int[] shape = depth == 1 ? new int[] { 1, 1, side, side } : new int[] { 1, 1, depth, side, side };
		final float[] weights = new float[depth * side * side];
		for (int k = 0; k < weights.length; k++)
			if (isIn(k, depth, side, low, size)) weights[k] = 1;
		return DifferentiableFunction.linear(weights, shape);
	}

	private static boolean isIn(final int place, final int depth, final int side, final int low, final int size) {
		final int z = place / side / side;
		final int y = place / side % side;
		final int x = place % side;
		return (depth == 1 || z >= low && z < low + size) && y >= low && y < low + size && x >= low && x < low + size;
	}

	private static Attribution explain(final Model model, final MeaningfulPerturbation method, final Progress progress) {
		final int[] shape = model.inputs().get(0).shape();
		shape[0] = 1;
		final float[] ones = new float[(int) Tensor.count(shape)];
		Arrays.fill(ones, 1);
		return method.explain(model, List.of(Tensor.of(ones, shape)), FIRST, progress);
	}

	/** The block is 12 of 48 pixels wide, a sixteenth of the image; a mask whose border is 6 pixels wide cannot have its corners. */
	@ParameterizedTest
	@CsvSource({ "EXTREMAL, PRESERVE", "EXTREMAL, DELETE", "EXTREMAL, BOTH", "FONG_VEDALDI, PRESERVE", "FONG_VEDALDI, DELETE",
		"FONG_VEDALDI, BOTH" })
	void theMaskCoversWhatTheNetworkLooksAt(final MeaningfulPerturbation.Algorithm algorithm, final MaskGame game) {
		final float[] map = explain(block(1, 48, 20, 12), method(algorithm, game, 0.0625, 0), Progress.NONE).map().floats();
		double inside = 0;
		double far = 0;
		for (int k = 0; k < map.length; k++)
			if (isIn(k, 1, 48, 20, 12)) inside += map[k] / 144;
			else if (!isIn(k, 1, 48, 12, 28)) far += map[k] / (48 * 48 - 28 * 28);
		assertTrue(inside > 0.7, "inside " + inside);
		assertTrue(far < 0.02, "far " + far);
	}

	/** Borders are smooth, so that the mean is not the area to the last pixel. */
	@ParameterizedTest
	@CsvSource({ "0.07", "0.1", "0.3" })
	void theAreaIsTheOneAskedFor(final double area) {
		final float[] map = explain(block(1, 48, 10, 25), method(MeaningfulPerturbation.Algorithm.EXTREMAL, MaskGame.PRESERVE, area, 0),
			Progress.NONE).map().floats();
		double sum = 0;
		for (final float v : map)
			sum += v;
		assertEquals(area, sum / map.length, 0.2 * area);
	}

	@Test
	void volumesHaveMasksToo() {
		final float[] map = explain(block(8, 20, 2, 6), method(MeaningfulPerturbation.Algorithm.EXTREMAL, MaskGame.PRESERVE, 0.07, 0),
			Progress.NONE).map().floats();
		double inside = 0;
		for (int k = 0; k < map.length; k++)
			if (isIn(k, 8, 20, 2, 6)) inside += map[k] / 216;
		assertTrue(inside > 0.7, "inside " + inside);
	}

	/** Of a real network: a tenth of the image keeps, or loses, most of what the score has over the blurred image's. */
	@ParameterizedTest
	@CsvSource({ "PRESERVE, with", "DELETE, without" })
	void aTenthOfTheImageDecides(final MaskGame game, final String view) {
		final ReferenceCase c = new ReferenceCase("gapcnn");
		try (Model model = c.open("model.onnx")) {
			final MeaningfulPerturbation method = new MeaningfulPerturbation(MeaningfulPerturbation.Algorithm.EXTREMAL, game,
				MeaningfulPerturbation.blurred(Baseline.BLUR, MeaningfulPerturbation.Algorithm.EXTREMAL), List.of(0.1), 0, 0, 150, 0, 0.02,
				0);
			final Attribution a = method.explain(model, List.of(c.input()), Target.index(c.targetClass(), List.of()), Progress.NONE);
			final String told = a.facts().get("mask of area 0.1");
			final double seen = Double.parseDouble(told.replaceAll(".*" + view + " it ([^,]*).*", "$1"));
			final double none = Double.parseDouble(a.facts().get("score of the perturbed image"));
			final double kept = (seen - none) / (a.target().score() - none);
			assertTrue(game == MaskGame.PRESERVE ? kept > 0.7 : kept < 0.3, told);
		}
	}

	@Test
	void partialMapsComeAndTheSameSeedGivesTheSame() {
		final Model model = block(1, 48, 20, 12);
		final List<Attribution> partial = new ArrayList<>();
		final Progress watched = new Progress() {

			@Override
			public void update(final double fraction, final String status) {
				assertTrue(fraction >= 0 && fraction < 1, status);
			}

			@Override
			public boolean isCancelled() {
				return partial.size() == 3;
			}

			@Override
			public void partial(final Supplier<Attribution> soFar) {
				partial.add(soFar.get());
			}
		};
		final MeaningfulPerturbation method = method(MeaningfulPerturbation.Algorithm.FONG_VEDALDI, MaskGame.DELETE, 0.1, 7);
		assertThrows(CancellationException.class, () -> explain(model, method, watched));
		assertEquals(3, partial.size());
		assertArrayEquals(explain(model, method, Progress.NONE).raw().floats(), explain(model, method, Progress.NONE).raw().floats(), 0f);
	}

	@Test
	void whatCannotBeLearnedIsRefused() {
		final Model scores = new FunctionModel(List.of(new Port("x", new int[] { Port.ANY, 1, 8, 8 }, Element.FLOAT)), batch -> List.of(
			Tensor.of(Arrays.copyOf(batch.get(0).floats(), 1), 1, 1)));
		final MeaningfulPerturbation method = method(MeaningfulPerturbation.Algorithm.EXTREMAL, MaskGame.PRESERVE, 0.1, 0);
		assertTrue(assertThrows(GlassboxException.class, () -> explain(scores, method, Progress.NONE)).getMessage().contains(
			"no gradient"));
		final Model constant = new DifferentiableFunction(new int[] { 1, 1, 8, 8 }, x -> 1, x -> new float[64]);
		assertTrue(assertThrows(GlassboxException.class, () -> explain(constant, method, Progress.NONE)).getMessage().contains(
			"with and without"));
		assertThrows(GlassboxException.class, () -> method(MeaningfulPerturbation.Algorithm.EXTREMAL, MaskGame.PRESERVE, 1, 0));
		assertThrows(GlassboxException.class, () -> MeaningfulPerturbation.Algorithm.parse("none"));
		final MeaningfulPerturbation coarse = new MeaningfulPerturbation(MeaningfulPerturbation.Algorithm.EXTREMAL, MaskGame.PRESERVE, List
			.of(Baseline.ZERO), List.of(0.1), 0.08, 0.8, 5, 49, 0, 0);
		assertTrue(assertThrows(GlassboxException.class, () -> explain(block(1, 48, 4, 12), coarse, Progress.NONE)).getMessage().contains(
			"Cells of a mask of 49 pixels are too large"));
	}
}
