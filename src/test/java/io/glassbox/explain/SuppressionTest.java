package io.glassbox.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.glassbox.graph.Tensor;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class SuppressionTest {

	private static final DetectionTarget.Grid GRID = new DetectionTarget.Grid(20, 20, Optional.of(false), Optional.of(false),
		false, c -> new double[] { 2 * c[0], 2 * c[1], 2 * c[2], 2 * c[3] });

	/** Of two boxes with overlap 8 / 10 the better stays; another class, a lesser overlap and a background do not suppress. */
	@Test
	void theBestOfEachHeapOfOneClassIsKept() {
		final Tensor output = Tensor.of(new float[] {
			0, 0, 9, 10, 0.1f, 0.6f, 0.2f,
			1, 0, 10, 10, 0.1f, 0.9f, 0.2f,
			0, 0, 9, 10, 0.1f, 0.2f, 0.7f,
			6, 0, 15, 10, 0.1f, 0.5f, 0.2f,
			1, 0, 10, 10, 0.95f, 0.1f, 0.2f }, 1, 5, 7);
		final List<Suppression.Kept> kept = Suppression.of(output, List.of("background", "cat", "dog"), GRID);
		assertEquals(List.of(1, 2, 3), kept.stream().map(k -> k.box().index()).toList());
		assertEquals(List.of(1, 2, 1), kept.stream().map(Suppression.Kept::classIndex).toList());
		assertEquals(20, kept.get(0).box().right());
	}
}
