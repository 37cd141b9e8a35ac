package io.glassbox.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.command.GlassboxService;
import io.glassbox.command.Method;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.ChannelReduction;
import io.glassbox.explain.Elements;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.Progress;
import io.glassbox.explain.RunningMap;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.reference.ReferenceCase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.scijava.Context;
import org.scijava.command.CommandService;

/** What SmoothGrad tells of its own certainty, and what there is to see before it is done. */
class SmoothGradTest {

	private static final ReferenceCase CASE = new ReferenceCase("gapcnn");
	private static final Target TARGET = Target.index(CASE.targetClass(), List.of());
	private static final int SAMPLES = 12;
	private static final double NOISE = 0.2;

	/** One goes through the network in batches, the other copy by copy. */
	private static final List<Explainer> METHODS = List.of(new Gradient(false, ChannelReduction.SUM), new GradCam(CASE.layer(),
		false, false));

	private static SmoothGrad smooth(final Explainer inner, final SmoothGrad.Statistic statistic, final double tolerance) {
		return new SmoothGrad(inner, SAMPLES, NOISE, statistic, tolerance, 3);
	}

	/** The method's maps of the same copies, one by one. */
	private static List<float[]> maps(final Explainer inner, final Model model) {
		final Elements elements = Elements.of(List.of(CASE.input()));
		final NoisyCopies copies = new NoisyCopies(elements, NOISE, 3);
		final List<float[]> maps = new ArrayList<>();
		for (int i = 0; i < SAMPLES; i++) {
			final float[] noisy = new float[elements.length()];
			copies.write(i, noisy, 0);
			maps.add(inner.explain(model, elements.with(noisy), TARGET, Progress.NONE).map().floats());
		}
		return maps;
	}

	/** Sample standard deviation over the root of the number of samples, in two passes. */
	private static float[] standardError(final List<float[]> maps, final boolean squared) {
		final float[] error = new float[maps.get(0).length];
		for (int k = 0; k < error.length; k++) {
			double mean = 0;
			for (final float[] map : maps)
				mean += (squared ? (double) map[k] * map[k] : map[k]) / maps.size();
			double sum = 0;
			for (final float[] map : maps)
				sum += Math.pow((squared ? (double) map[k] * map[k] : map[k]) - mean, 2);
			error[k] = (float) Math.sqrt(sum / (maps.size() - 1) / maps.size());
		}
		return error;
	}

	private static double largest(final float[] values) {
		double largest = 0;
		for (final float v : values)
			largest = Math.max(largest, Math.abs(v));
		return largest;
	}

	@TestFactory
	Stream<DynamicTest> theStandardErrorIsThatOfWhatIsShown() {
		return METHODS.stream().map(inner -> DynamicTest.dynamicTest(inner.toString(), () -> {
			try (Model model = CASE.open("model.onnx")) {
				final List<float[]> maps = maps(inner, model);
				for (final boolean squared : new boolean[] { false, true }) {
					final Attribution a = smooth(inner, squared ? SmoothGrad.Statistic.SQUARED : SmoothGrad.Statistic.MEAN, 0).explain(model,
						List.of(CASE.input()), TARGET, Progress.NONE);
					final float[] expected = standardError(maps, squared);
					assertArrayEquals(expected, a.error().orElseThrow().floats(), (float) (1e-3 * largest(expected)));
				}
				final Attribution variance = smooth(inner, SmoothGrad.Statistic.VARIANCE, 0).explain(model, List.of(CASE.input()), TARGET,
					Progress.NONE);
				assertEquals(variance.map().floats()[99] * Math.sqrt(2.0 / (SAMPLES - 1)), variance.error().orElseThrow().floats()[99],
					1e-6 * largest(variance.map().floats()));
			}
		}));
	}

	@Test
	void ofOneSampleNoErrorIsKnown() {
		try (Model model = CASE.open("model.onnx")) {
			for (final Explainer inner : METHODS)
				assertTrue(new SmoothGrad(inner, 1, NOISE, SmoothGrad.Statistic.MEAN, 0, 0).explain(model, List.of(CASE.input()), TARGET,
					Progress.NONE).error().isEmpty());
		}
	}

	/** Stops at the first sample after which the error is below, neither before nor later. */
	@TestFactory
	Stream<DynamicTest> itStopsAsSoonAsTheErrorIsBelowTheTolerance() {
		return METHODS.stream().map(inner -> DynamicTest.dynamicTest(inner.toString(), () -> {
			try (Model model = CASE.open("model.onnx")) {
				final List<float[]> maps = maps(inner, model);
				final double[] errors = new double[SAMPLES + 1];
				for (int n = 8; n <= SAMPLES; n++)
					errors[n] = relativeError(maps.subList(0, n));
				final double tolerance = Math.min(errors[8], errors[9]) / 2 + Math.min(errors[10], errors[11]) / 2;
				final int first = IntStream.rangeClosed(8, SAMPLES).filter(n -> errors[n] < tolerance).findFirst().orElse(SAMPLES);
				final Attribution a = smooth(inner, SmoothGrad.Statistic.MEAN, tolerance).explain(model, List.of(CASE.input()), TARGET,
					Progress.NONE);
				assertEquals(first == SAMPLES ? "" + SAMPLES : first + " of at most " + SAMPLES + ", converged", a.facts().get(
					"SmoothGrad samples"), tolerance + " " + Arrays.toString(errors));
			}
		}));
	}

	private static double relativeError(final List<float[]> maps) {
		double size = 0;
		double error = 0;
		final float[] errors = standardError(maps, false);
		for (int k = 0; k < errors.length; k++) {
			double mean = 0;
			for (final float[] map : maps)
				mean += map[k] / maps.size();
			size += Math.abs(mean);
			error += errors[k];
		}
		return error / size;
	}

	/** Watches, and cancels after some samples if asked to. */
	private static final class Watcher implements Progress {

		private final int enough;
		private final List<Attribution> seen = new ArrayList<>();

		Watcher(final int enough) {
			this.enough = enough;
		}

		@Override
		public void update(final double fraction, final String status) {
			// only the map is watched
		}

		@Override
		public boolean isCancelled() {
			return seen.size() >= enough;
		}

		@Override
		public void partial(final Supplier<Attribution> soFar) {
			seen.add(soFar.get());
		}
	}

	@TestFactory
	Stream<DynamicTest> theMapIsSeenToGrowAndSaysOfHowManySamplesItIs() {
		return METHODS.stream().map(inner -> DynamicTest.dynamicTest(inner.toString(), () -> {
			try (Model model = CASE.open("model.onnx")) {
				final Watcher all = new Watcher(Integer.MAX_VALUE);
				final Attribution whole = smooth(inner, SmoothGrad.Statistic.MEAN, 0).explain(model, List.of(CASE.input()), TARGET, all);
				assertEquals(SAMPLES, all.seen.size());
				assertEquals("3 of 12", all.seen.get(2).facts().get("SmoothGrad samples"));
				assertEquals("12", whole.facts().get("SmoothGrad samples"));
				assertArrayEquals(whole.map().floats(), all.seen.get(SAMPLES - 1).map().floats());
				final List<float[]> maps = maps(inner, model);
				final float[] third = all.seen.get(2).map().floats();
				for (int k = 0; k < third.length; k++)
					assertEquals((maps.get(0)[k] + maps.get(1)[k] + maps.get(2)[k]) / 3, third[k], 1e-3 * largest(third));
				final Watcher some = new Watcher(8);
				assertThrows(CancellationException.class, () -> smooth(inner, SmoothGrad.Statistic.MEAN, 0).explain(model, List.of(CASE
					.input()), TARGET, some));
				assertEquals(8, some.seen.size());
			}
		}));
	}

	@Test
	void theInnerMethodsSettingsAreReached() {
		try (Context context = new Context(CommandService.class, GlassboxService.class)) {
			final Method method = Method.named(context, "smoothgrad");
			assertEquals(new SmoothGrad(new GradCam("relu2, relu3", false, false), 50, SmoothGrad.NOISE, SmoothGrad.Statistic.MEAN, 0, 0),
				method.explainer(Map.of("method", "grad-cam", "settings", "layer=relu2, relu3; relu=false")));
			assertTrue(assertThrows(GlassboxException.class, () -> method.explainer(Map.of("settings", "layer=relu2"))).getMessage()
				.contains("setting of gradient"));
			assertTrue(assertThrows(GlassboxException.class, () -> method.explainer(Map.of("settings", "absolute"))).getMessage()
				.contains("name=value"));
		}
	}

	/** A spread of 1 around a hundred million: the difference of mean square and squared mean would have no digit left. */
	@Test
	void theSpreadOfLargeValuesIsNotLost() {
		final RunningMap map = new RunningMap(1);
		for (final double v : new double[] { 1e8 - 1, 1e8, 1e8 + 1 })
			map.add(k -> v);
		assertEquals(2 / 3.0, map.variance()[0], 1e-6);
		assertEquals(Math.sqrt(1 / 3.0), map.standardError()[0], 1e-6);
		assertFalse(Float.isNaN(map.mean()[0]));
	}
}
