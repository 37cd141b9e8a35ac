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
		assertTrue(Localisation.hit(MAP, dot(9, 5), 16, 0) || Localisation.hit(MAP, dot(10, 5), 16, 0));
		assertTrue(Localisation.hit(MAP, dot(9, 5), 16, 2));
	}

	@Test
	void dilationIsARadius() {
		assertTrue(Localisation.hit(MAP, dot(14, 5), 16, 5));
		assertFalse(Localisation.hit(MAP, dot(14, 10), 16, 5));
	}

	@Test
	void emptyMaskIsNeverHit() {
		assertFalse(Localisation.hit(MAP, new byte[256], 16, 40));
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
