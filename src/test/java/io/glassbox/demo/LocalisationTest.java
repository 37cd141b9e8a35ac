package io.glassbox.demo;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Tensor;

import org.junit.jupiter.api.Test;

class LocalisationTest {

	/** A map of 4 x 4 places over a picture of 16 x 16, its peak in the place of pixels 8..11 across and 4..7 down. */
	private static final Tensor MAP = Tensor.of(new float[] { 0, 0, 0, 0, 0, 0, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0 }, 4, 4);

	@Test
	void peakOnTheMaskIsAHit() {
		assertTrue(Localisation.hit(MAP, dot(10, 6), 16, 0));
		assertTrue(Localisation.hit(MAP, dot(9, 5), 16, 2));
	}

	@Test
	void dilationIsARadius() {
		assertTrue(Localisation.hit(MAP, dot(14, 6), 16, 5));
		assertFalse(Localisation.hit(MAP, dot(14, 11), 16, 5));
	}

	@Test
	void emptyMaskIsNeverHit() {
		assertFalse(Localisation.hit(MAP, new byte[256], 16, 40));
	}

	@Test
	void flatMapPointsNowhere() {
		assertFalse(Localisation.hit(Tensor.zeros(4, 4), dot(7, 7), 16, 40));
	}

	/** Interpolation repeats the border: the corner place has its maximum on pixels 0 and 1 each way. */
	@Test
	void middleOfEqualMaximaCounts() {
		final Tensor corner = Tensor.of(new float[] { 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 4, 4);
		assertTrue(Localisation.hit(corner, dot(1, 1), 16, 0));
		assertFalse(Localisation.hit(corner, dot(0, 0), 16, 1));
	}

	@Test
	void masksDoNotWrapAroundTheBorder() {
		final Tensor right = Tensor.of(new float[] { 0, 0, 0, 1 }, 1, 4);
		final byte[] mask = new byte[8];
		mask[4] = 1;
		assertFalse(Localisation.hit(right, mask, 4, 1));
	}

	private static byte[] dot(final int x, final int y) {
		final byte[] mask = new byte[256];
		mask[y * 16 + x] = 1;
		return mask;
	}
}
