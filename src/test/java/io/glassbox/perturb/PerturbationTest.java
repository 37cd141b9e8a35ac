package io.glassbox.perturb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.Element;
import io.glassbox.graph.FunctionModel;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

/** Copies stream through a network in order, two batches at a time. */
class PerturbationTest {

	private static final Tensor SAMPLE = Tensor.of(new float[] { 1, 2 }, 1, 2);
	private static final Target.Resolved FIRST = new Target.Resolved("first", 1, Tensor.of(new float[] { 1, 0 }, 1, 2));
	private static final Target.Resolved BOTH = new Target.Resolved("both", 3, Tensor.of(new float[] { 1, 1 }, 1, 2));

	private static Perturbation echo(final Target.Resolved... targets) {
		return perturbation(b -> b, targets);
	}

	private static Perturbation perturbation(final UnaryOperator<List<Tensor>> function, final Target.Resolved... targets) {
		return new Perturbation(new FunctionModel(List.of(new Port("x", new int[] { Port.ANY, 2 }, Element.FLOAT)), function), List
			.of(SAMPLE), List.of(targets));
	}

	/** Copy number i is [i, 10 i]. */
	private static List<Tensor> numbers(final int first, final int n) {
		final float[] all = new float[2 * n];
		for (int i = 0; i < n; i++) {
			all[2 * i] = first + i;
			all[2 * i + 1] = 10 * (first + i);
		}
		return List.of(Tensor.of(all, n, 2));
	}

	@Test
	void everyCopyIsScoredForEveryTargetInOrder() {
		final List<double[]> scores = new ArrayList<>();
		echo(FIRST, BOTH).run(37, PerturbationTest::numbers, Progress.NONE, "copy", (i, s) -> {
			assertEquals(scores.size(), i);
			return scores.add(s);
		});
		assertEquals(37, scores.size());
		for (int i = 0; i < 37; i++)
			assertArrayEquals(new double[] { i, 11 * i }, scores.get(i));
	}

	@Test
	void twoBatchesExistAtMost() {
		final AtomicInteger made = new AtomicInteger();
		final AtomicInteger scored = new AtomicInteger();
		final AtomicInteger most = new AtomicInteger();
		perturbation(b -> {
			scored.incrementAndGet();
			return b;
		}, FIRST).run(200, (first, n) -> {
			most.accumulateAndGet(made.incrementAndGet() - scored.get(), Math::max);
			return numbers(first, n);
		}, Progress.NONE, "copy", (i, s) -> true);
		assertTrue(made.get() > 5);
		assertTrue(most.get() <= 2, "batches made but not scored: " + most);
	}

	/** A network whose file has one sample baked in, which nothing told. */
	@Test
	void whatTakesOneSampleAtATimeGetsThemSo() {
		final AtomicInteger failures = new AtomicInteger();
		final List<double[]> scores = new ArrayList<>();
		perturbation(b -> {
			if (b.get(0).size(0) > 1 && failures.incrementAndGet() > 0) throw new GlassboxException("view(1, -1)");
			return b;
		}, FIRST, BOTH).run(37, PerturbationTest::numbers, Progress.NONE, "copy", (i, s) -> scores.add(s));
		assertEquals(1, failures.get(), "it is asked for several once");
		for (int i = 0; i < 37; i++)
			assertArrayEquals(new double[] { i, 11 * i }, scores.get(i));
		final String said = assertThrows(GlassboxException.class, () -> perturbation(b -> {
			throw new GlassboxException("broken for " + b.get(0).size(0));
		}, FIRST).run(37, PerturbationTest::numbers, Progress.NONE, "copy", (i, s) -> true)).getMessage();
		assertEquals("broken for 16", said);
	}

	@Test
	void theReceiverEndsTheWorkWhenItHasEnough() {
		final AtomicInteger seen = new AtomicInteger();
		echo(FIRST).run(1_000_000, PerturbationTest::numbers, Progress.NONE, "copy", (i, s) -> seen.incrementAndGet() < 20);
		assertEquals(20, seen.get());
	}

	@Test
	void cancelIsAnsweredAfterOneBatchAndNoThreadStays() {
		final AtomicInteger seen = new AtomicInteger();
		final Progress progress = new Progress() {

			@Override
			public void update(final double fraction, final String status) {
				// nobody watches
			}

			@Override
			public boolean isCancelled() {
				return seen.get() > 0;
			}
		};
		assertThrows(CancellationException.class, () -> echo(FIRST).run(1_000_000, PerturbationTest::numbers, progress, "copy", (i,
			s) -> seen.incrementAndGet() > 0));
		assertTrue(seen.get() <= 16, "copies scored: " + seen);
	}

	@Test
	void whatFailsWhileCopiesAreMadeIsTold() {
		final IllegalStateException e = assertThrows(IllegalStateException.class, () -> echo(FIRST).run(40, (first, n) -> {
			if (first > 0) throw new IllegalStateException("broken copy");
			return numbers(first, n);
		}, Progress.NONE, "copy", (i, s) -> true));
		assertEquals("broken copy", e.getMessage());
	}

	@Test
	void aScoreThatIsNoNumberEndsTheWork() {
		final GlassboxException e = assertThrows(GlassboxException.class, () -> perturbation(b -> {
			final float[] nan = new float[b.get(0).length()];
			Arrays.fill(nan, Float.NaN);
			return List.of(Tensor.of(nan, b.get(0).shape()));
		}, FIRST).run(4, PerturbationTest::numbers, Progress.NONE, "copy", (i, s) -> true));
		assertTrue(e.getMessage().contains("NaN"), e.getMessage());
	}

	@Test
	void timeLeftIsToldInWordsOnceItIsWorthIt() {
		final TimeLeft left = new TimeLeft(100);
		assertEquals("", left.after(0));
		assertEquals("", left.after(50, 2));
		assertEquals(", 30 s left", left.after(25, 10));
		assertEquals(", 3 min left", left.after(25, 60));
	}

	@Test
	void aGridHasAboutAsManyCellsAsWantedAndCoversTheImage() {
		for (final int[] shape : new int[][] { { 1, 3, 64, 48 }, { 1, 1, 7, 5 }, { 1, 1, 16, 32, 32 }, { 1, 1, 2, 50, 60 }, { 1, 1, 3, 200 } }) {
			final Segments cells = new Grid(20).of(Tensor.zeros(shape));
			assertTrue(cells.count() >= 12 && cells.count() <= 30, Arrays.toString(shape) + ": " + cells.count());
			assertEquals(cells.labels().length, IntStream.of(cells.sizes()).sum());
		}
		assertEquals(1, new Grid(1).of(Tensor.zeros(1, 1, 8, 8)).count());
		assertEquals(64, new Grid(1000).of(Tensor.zeros(1, 1, 8, 8)).count());
	}

	@Test
	void labelsAreNumberedAnewAsTheyOccur() {
		final Segments s = Segments.of(new int[] { 7, 7, -3, 9, -3, 7 }, 2, 3);
		assertArrayEquals(new int[] { 0, 0, 1, 2, 1, 0 }, s.labels());
		assertArrayEquals(new float[] { 5, 5, 6, 7, 6, 5 }, s.painted(new double[] { 5, 6, 7 }).floats());
	}

	/** As captum: windows start every stride, and the last one is cut off at the border. */
	@Test
	void windowsCoverEveryPlace() {
		final Windows w = new Windows(new int[] { 5, 7 }, new int[] { 2, 4 }, new int[] { 2, 2 });
		final int[] covered = new int[35];
		for (int i = 0; i < w.count(); i++)
			w.forEachRow(i, (from, length) -> {
				for (int k = from; k < from + length; k++)
					covered[k]++;
			});
		assertEquals(3 * 3, w.count());
		assertArrayEquals(new int[] { 1, 1, 2, 2, 2, 2, 1 }, Arrays.copyOfRange(covered, 28, 35));
	}

	@Test
	void sizesOfWindowsAreReadAsPeopleWriteThem() {
		assertArrayEquals(new int[] { 16, 16 }, Windows.parse("16", 2));
		assertArrayEquals(new int[] { 4, 8, 16 }, Windows.parse(" 4x8 X 16", 3));
		assertThrows(GlassboxException.class, () -> Windows.parse("4x8", 3));
		assertThrows(GlassboxException.class, () -> Windows.parse("-2", 2));
	}
}
