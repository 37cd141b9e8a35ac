package io.glassbox.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.glassbox.graph.Tensor;

import org.junit.jupiter.api.Test;

class InterpolationTest {

	@Test
	void pixelCentresLieAtHalfIntegersAndTheBorderIsRepeated() {
		final Tensor up = Interpolation.linear(Tensor.of(new float[] { 0, 4 }, 2), 4);
		assertArrayEquals(new float[] { 0, 1, 3, 4 }, up.floats());
	}

	@Test
	void fromCornerToCornerTheEndsStay() {
		final Tensor t = Tensor.of(new float[] { 0, 4, 1 }, 1, 3);
		assertArrayEquals(new float[] { 0, 2, 4, 2.5f, 1 }, Interpolation.linearFromCornerToCorner(t, 1, 5).floats());
		assertArrayEquals(new float[] { 0, 1 }, Interpolation.linearFromCornerToCorner(t, 1, 2).floats());
		assertArrayEquals(new float[] { 0 }, Interpolation.linearFromCornerToCorner(t, 1, 1).floats());
	}

	@Test
	void volumesAreInterpolatedAlongEachAxis() {
		final Tensor t = Interpolation.linear(Tensor.of(new float[] { 1, 1, 1, 1, 1, 1, 1, 1 }, 2, 2, 2), 3, 5, 4);
		assertEquals("float[3, 5, 4]", t.toString());
		for (final float v : t.floats())
			assertEquals(1, v);
	}
}
