package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Attribution;
import io.glassbox.explain.Baseline;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Element;
import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.Grid;
import io.glassbox.perturb.Halves;
import io.glassbox.reference.ReferenceCase;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Partition SHAP, against Owen's definition, against Shapley's where they agree, and against another writing of the algorithm. */
class PartitionShapTest {

	private static final Target FIRST = Target.index(0, List.of());
	private static final Target SECOND = Target.index(1, List.of());

	private static Shap partition(final int samples) {
		return shap(Shap.Algorithm.PARTITION, samples);
	}

	private static Shap shap(final Shap.Algorithm algorithm, final int samples) {
		return new Shap(algorithm, new Grid(4), Absence.as(Baseline.ZERO), samples, 0, 0, false);
	}

	private static Tensor ones(final int... shape) {
		final float[] ones = new float[(int) Tensor.count(shape)];
		Arrays.fill(ones, 1);
		return Tensor.of(ones, shape);
	}

	/** A network that scores the elements of all its inputs, one sample after another, by some functions. */
	@SafeVarargs
	private static FunctionModel network(final List<Tensor> inputs, final ToDoubleFunction<float[]>... scores) {
		final List<Port> ports = new ArrayList<>();
		for (final Tensor t : inputs) {
			final int[] shape = t.shape();
			shape[0] = Port.ANY;
			ports.add(new Port("x" + ports.size(), shape, Element.FLOAT));
		}
		return new FunctionModel(ports, batch -> {
			final int n = batch.get(0).size(0);
			final float[] out = new float[n * scores.length];
			for (int i = 0; i < n; i++) {
				final float[] sample = new float[inputs.stream().mapToInt(Tensor::length).sum()];
				int at = 0;
				for (final Tensor t : batch) {
					System.arraycopy(t.floats(), i * t.length() / n, sample, at, t.length() / n);
					at += t.length() / n;
				}
				for (int s = 0; s < scores.length; s++)
					out[i * scores.length + s] = (float) scores[s].applyAsDouble(sample);
			}
			return List.of(Tensor.of(out, n, scores.length));
		});
	}

	/** It saturates, and neighbours work together; the first score of the golden files. */
	private static double tangled(final float[] x) {
		double sum = 0;
		double pairs = 0;
		for (int k = 0; k < x.length; k++) {
			sum += x[k] * Math.sin(1.3 * k + 1);
			if (k > 0) pairs += x[k] * x[k - 1] * Math.cos(2.1 * k);
		}
		return 3 * Math.tanh(sum) + pairs;
	}

	/** The second. */
	private static double otherwise(final float[] x) {
		double sum = 0;
		double pairs = 0;
		for (int k = 0; k < x.length; k++) {
			sum += x[k] * Math.sin(1.3 * (x.length - 1 - k) + 1);
			if (k > 0) pairs += x[k] * x[k - 1] * Math.sin(0.7 * k);
		}
		return 1 / (1 + Math.exp(sum)) - pairs;
	}

	private static double[] values(final Attribution a) {
		final List<Tensor> all = new ArrayList<>(List.of(a.raw()));
		all.addAll(a.others().values());
		return all.stream().flatMapToDouble(t -> IntStream.range(0, t.length()).mapToDouble(k -> t.floats()[k])).toArray();
	}

	/** All orders of elements in which each half comes completely before or after the other. */
	private static List<int[]> orders(final Halves.Part part, final int[] order) {
		if (part.isSingle()) return List.of(Arrays.copyOfRange(order, part.from(), part.from() + part.size()));
		final List<int[]> orders = new ArrayList<>();
		final List<int[]> first = orders(part.halves().get(0), order);
		final List<int[]> second = orders(part.halves().get(1), order);
		for (final int[] a : first)
			for (final int[] b : second) {
				orders.add(IntStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray());
				orders.add(IntStream.concat(Arrays.stream(b), Arrays.stream(a)).toArray());
			}
		return orders;
	}

	/** What an element of ones adds when it comes, averaged over these orders: Owen values by definition. */
	private static double[] byDefinition(final List<Tensor> inputs, final ToDoubleFunction<float[]> score) {
		final Halves halves = Halves.of(inputs);
		final List<int[]> orders = orders(halves.whole(), halves.order());
		final double[] values = new double[halves.order().length];
		for (final int[] order : orders) {
			final float[] x = new float[values.length];
			for (final int k : order) {
				final double before = score.applyAsDouble(x);
				x[k] = 1;
				values[k] += (score.applyAsDouble(x) - before) / orders.size();
			}
		}
		return values;
	}

	/** Rounding of single-precision scores. */
	@ParameterizedTest
	@CsvSource({ "2, 3", "3, 3", "1, 7", "4, 3" })
	void cutToTheEndTheyAreOwenValuesByDefinition(final int height, final int width) {
		final List<Tensor> inputs = List.of(ones(1, 1, height, width));
		final Attribution a = partition(10_000).explain(network(inputs, PartitionShapTest::tangled), inputs, FIRST, Progress.NONE);
		assertEquals("exact", a.facts().get("Owen values"));
		assertArrayEquals(byDefinition(inputs, PartitionShapTest::tangled), values(a), 1e-6);
	}

	@Test
	void volumesAreCutAlongThreeAxes() {
		final List<Tensor> inputs = List.of(ones(1, 1, 2, 2, 3));
		final Attribution a = partition(10_000).explain(network(inputs, PartitionShapTest::tangled), inputs, FIRST, Progress.NONE);
		assertEquals(List.of(2, 2, 3), a.extents());
		assertArrayEquals(byDefinition(inputs, PartitionShapTest::tangled), values(a), 1e-6);
	}

	/** Of 2 x 2 pixels and 3 values: the image against the values first. */
	@Test
	void aVectorsValuesPlayBesideTheImage() {
		final List<Tensor> inputs = List.of(ones(1, 3), ones(1, 1, 2, 2));
		final Attribution a = partition(10_000).explain(network(inputs, PartitionShapTest::tangled), inputs, FIRST, Progress.NONE);
		final double[] wanted = byDefinition(inputs, PartitionShapTest::tangled);
		assertArrayEquals(Arrays.copyOfRange(wanted, 3, 7), Arrays.copyOf(values(a), 4), 1e-6);
		assertArrayEquals(Arrays.copyOf(wanted, 3), Arrays.copyOfRange(values(a), 4, 7), 1e-6);
	}

	/** The channels of a pixel are never cut apart, and share its value. */
	@Test
	void channelsShareThePixelsValue() {
		final List<Tensor> inputs = List.of(ones(1, 2, 1, 2));
		final Attribution a = partition(100).explain(network(inputs, x -> 5 * x[0] + x[2] + x[1] * x[3]), inputs, FIRST,
			Progress.NONE);
		assertArrayEquals(new float[] { 6, 1 }, a.map().floats(), 1e-6f);
		assertArrayEquals(new float[] { 3, 0.5f, 3, 0.5f }, a.raw().floats(), 1e-6f);
	}

	/** Two pixels have but one hierarchy; where effects only add up, order does not matter. */
	@Test
	void ofTwoPixelsAndOfLinearNetworksTheyAreShapleyValues() {
		final List<Tensor> two = List.of(ones(1, 1, 1, 2));
		final Model product = network(two, x -> 4 * x[0] * x[1] + x[0]);
		assertArrayEquals(new double[] { 3, 2 }, values(partition(4).explain(product, two, FIRST, Progress.NONE)), 1e-6);
		final List<Tensor> six = List.of(ones(1, 1, 2, 3));
		final Model linear = network(six, x -> 1 + x[0] - 2 * x[1] + 3 * x[2] - 4 * x[3] + 5 * x[4] - 6 * x[5]);
		assertArrayEquals(new double[] { 1, -2, 3, -4, 5, -6 }, values(partition(1000).explain(linear, six, FIRST, Progress.NONE)),
			1e-6);
	}

	/** See {@code src/test/python/partition_shap.py}: to the end of 3 x 5 pixels, and 300 combinations of 8 x 8. */
	@ParameterizedTest
	@CsvSource({ "all, 10000", "some, 300" })
	void anotherWritingOfTheAlgorithmFindsTheSame(final String name, final int samples) {
		final Tensor wanted = Npy.read(new File("src/test/resources/partition/" + name + ".npy").toPath());
		final List<Tensor> inputs = List.of(ones(1, 1, wanted.size(1), wanted.size(2)));
		final List<Attribution> found = partition(samples).explain(network(inputs, PartitionShapTest::tangled,
			PartitionShapTest::otherwise), inputs, List.of(FIRST, SECOND), Progress.NONE);
		final int pixels = inputs.get(0).length();
		for (int t = 0; t < 2; t++)
			assertArrayEquals(Arrays.copyOfRange(wanted.floats(), t * pixels, (t + 1) * pixels), found.get(t).raw().floats(), 2e-6f,
				"score " + t);
	}

	/** Of a real network, colours and all: no more combinations than allowed, and what was not cut is even. */
	@Test
	void theBudgetIsKeptAndTheMapIsFinestWhereTheScoreChangesMost() {
		final ReferenceCase c = new ReferenceCase("miniresnet");
		try (Model model = c.open("model.onnx")) {
			final List<Target> targets = List.of(Target.index(0, List.of()), Target.index(1, List.of()));
			for (final int samples : new int[] { 4, 5, 101 }) {
				final List<Attribution> both = partition(samples).explain(model, List.of(c.input()), targets, Progress.NONE);
				for (final Attribution a : both) {
					assertTrue(Integer.parseInt(a.facts().get("combinations scored")) <= samples, a.facts().toString());
					final long different = Arrays.stream(values(a)).distinct().count();
					assertTrue(different <= Integer.parseInt(a.facts().get("parts")), different + " values, " + a.facts());
					assertEquals(difference(model, c.input(), both.indexOf(a)), Arrays.stream(values(a)).sum(), 1e-3, "efficiency");
				}
			}
		}
	}

	private static double difference(final Model model, final Tensor input, final int target) {
		return model.score(List.of(input)).get(0).floats()[target] - model.score(List.of(Tensor.zeros(input.shape()))).get(0)
			.floats()[target];
	}

	/** One pixel of a thousand counts: with what is there beside it cut in all ways, boxes of eight pixels take half of 500. */
	/** Segments do not play. */
	@Test
	void itNeedsNoSegments() {
		final List<Tensor> inputs = List.of(ones(1, 1, 4, 4));
		final Shap partition = new Shap(Shap.Algorithm.PARTITION, image -> {
			throw new GlassboxException("There are no ROIs");
		}, Absence.as(Baseline.ZERO), 100, 0, 0, false);
		assertEquals(1, values(partition.explain(network(inputs, x -> x[5]), inputs, FIRST, Progress.NONE))[5], 1e-6);
	}

	@Test
	void fewCombinationsFindThePixelThatMatters() {
		final List<Tensor> inputs = List.of(ones(1, 1, 32, 32));
		final Attribution a = partition(500).explain(network(inputs, x -> x[0] * 0.5 + x[421]), inputs, FIRST, Progress.NONE);
		final double[] found = values(a);
		assertTrue(Arrays.stream(found).sorted().skip(1024 - 16).sum() > 0.95 * 1.5, "16 pixels have nearly all");
		assertEquals(Arrays.stream(found).max().orElseThrow(), found[421]);
	}

	@Test
	void partialMapsAddUpAndCancelIsHonoured() {
		final List<Tensor> inputs = List.of(ones(1, 1, 16, 16));
		final Model model = network(inputs, PartitionShapTest::tangled);
		final List<Attribution> partial = new ArrayList<>();
		final Progress watched = new Progress() {

			@Override
			public void update(final double fraction, final String status) {
				assertTrue(fraction >= 0 && fraction <= 1, status);
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
		assertThrows(CancellationException.class, () -> partition(1000).explain(model, inputs, FIRST, watched));
		assertEquals(3, partial.size());
		for (final Attribution a : partial)
			assertEquals(difference(model, inputs.get(0), 0), Arrays.stream(values(a)).sum(), 1e-4);
	}
}
