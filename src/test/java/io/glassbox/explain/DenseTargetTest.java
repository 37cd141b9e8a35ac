package io.glassbox.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.List;

import org.junit.jupiter.api.Test;

/** Three classes at two by three places; the network predicts 0 1 1 / 0 2 0. */
class DenseTargetTest {

	private static final List<String> NAMES = List.of("background", "cell", "debris");
	private static final Tensor OUTPUT = Tensor.of(new float[] { 9, 0, 0, 9, 0, 9, 1, 4, 5, 1, 1, 1, 0, 0, 0, 0, 7, 0 }, 1, 3,
		2, 3);

	private static Target.Resolved resolve(final String text, final Area area, final boolean mean) {
		return DenseTarget.of(text, NAMES, area, mean).resolve(OUTPUT);
	}

	private static Area marked(final float... mask) {
		return Area.marked(Tensor.of(mask, 2, 3), "the selection");
	}

	@Test
	void aClassIsAddedUpWhereItIsPredicted() {
		final Target.Resolved r = resolve("cell", Area.PREDICTED, false);
		assertEquals(9, r.score());
		assertEquals("cell (class 1) over 2 predicted pixels", r.description());
		assertArrayEquals(new float[] { 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, r.seed().floats());
	}

	/** Most places are background, which nobody asks about while there is something else. */
	@Test
	void theTopClassIsTheLargestThatIsNotBackground() {
		assertTrue(resolve("top", Area.PREDICTED, false).description().startsWith("cell"));
		final Tensor empty = Tensor.of(new float[] { 3, 3, 3, 3, 0, 0, 0, 0 }, 1, 2, 2, 2);
		assertEquals("class 0 over 4 predicted pixels", DenseTarget.of("top", List.of(), Area.PREDICTED, false).resolve(empty)
			.description());
	}

	@Test
	void aMeanIsTheSumOverTheNumberOfPlaces() {
		assertEquals(4.5, resolve("cell", Area.PREDICTED, true).score());
		assertEquals(13 / 6., resolve("cell", Area.EVERYWHERE, true).score(), 1e-6);
	}

	@Test
	void aDifferenceIsTakenOverTheAreaOfTheFirst() {
		final Target.Resolved r = resolve("cell - background", Area.PREDICTED, false);
		assertEquals(9, r.score());
		assertEquals("cell (class 1) minus background (class 0) over 2 predicted pixels", r.description());
		assertEquals(-1, r.seed().floats()[1]);
		assertThrows(GlassboxException.class, () -> resolve("cell - cell", Area.PREDICTED, false));
	}

	@Test
	void aMaskMarksPlacesOfAFinerGridToo() {
		assertEquals(1 + 1, resolve("cell", marked(1, 0, 0, 1, 0, 0), false).score());
		final Tensor fine = Tensor.zeros(4, 6);
		fine.floats()[3 * 6 + 5] = 1;
		assertEquals(1, resolve("cell", Area.marked(fine, "m"), false).score());
		assertArrayEquals(new boolean[] { true, true, false, false }, Overlap.of(Tensor.of(new float[] { 1, 0 }, 2), new int[] {
			4 }));
	}

	@Test
	void whatIsPredictedNowhereCannotBeExplained() {
		final Tensor without = Tensor.of(new float[] { 3, 3, 5, 0, 0, 0 }, 1, 3, 1, 2);
		final String message = assertThrows(GlassboxException.class, () -> DenseTarget.of("debris", NAMES, Area.PREDICTED, false)
			.resolve(without)).getMessage();
		assertTrue(message.contains("debris (class 2)") && message.contains("cell (class 1) at 1"), message);
		assertThrows(GlassboxException.class, () -> resolve("cell", marked(0, 0, 0, 0, 0, 0), false));
		assertThrows(GlassboxException.class, () -> resolve("cell", Area.marked(Tensor.zeros(2, 3, 1), "m"), false));
	}

	/** One channel stands for a class and its absence. */
	@Test
	void aSingleClassIsPredictedAboveZero() {
		final Tensor output = Tensor.of(new float[] { -1, 2, 3, -4 }, 1, 1, 2, 2);
		assertEquals(5, DenseTarget.of("top", List.of("lesion"), Area.PREDICTED, false).resolve(output).score());
		assertArrayEquals(new int[] { 2 }, DenseScores.counts(output));
	}

	@Test
	void aListOfScoresHasNoRegion() {
		final Tensor scores = Tensor.of(new float[] { 1, 2, 0 }, 1, 3);
		assertEquals("cell (class 1)", DenseTarget.of("top", NAMES, Area.PREDICTED, false).resolve(scores).description());
		assertThrows(GlassboxException.class, () -> DenseTarget.of("top", NAMES, Area.EVERYWHERE, false).resolve(scores));
	}
}
