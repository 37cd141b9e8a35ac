package io.glassbox.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianBlurTest {

	private static Tensor random(final int... shape) {
		final SplittableRandom random = new SplittableRandom(7);
		final Tensor t = Tensor.zeros(shape);
		for (int i = 0; i < t.length(); i++)
			t.floats()[i] = (float) random.nextGaussian();
		return t;
	}

	/** The mirror image goes on for ever; the pixel at the border is there twice. */
	private static int reflected(final int at, final int n) {
		int i = at;
		while (i < 0 || i >= n)
			i = i < 0 ? -1 - i : 2 * n - 1 - i;
		return i;
	}

	/** Every pixel, every pixel around it, with the two-dimensional formula. */
	private static double slow(final Tensor t, final int channel, final int y, final int x, final double sigma) {
		final int reach = (int) Math.ceil(7 * sigma);
		double sum = 0;
		double weights = 0;
		for (int dy = -reach; dy <= reach; dy++)
			for (int dx = -reach; dx <= reach; dx++) {
				final double w = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
				weights += w;
				sum += w * t.floats()[(channel * t.size(2) + reflected(y + dy, t.size(2))) * t.size(3) + reflected(x + dx, t.size(
					3))];
			}
		return sum / weights;
	}

	/** Also far wider than the image, where the border is met again and again. */
	@ParameterizedTest
	@ValueSource(doubles = { 0.3, 1, 2.5, 20 })
	void itIsWhatTheFormulaSays(final double sigma) {
		final Tensor t = random(1, 2, 9, 13);
		final float[] blurred = GaussianBlur.of(t, sigma).floats();
		for (int c = 0; c < 2; c++)
			for (int y = 0; y < 9; y++)
				for (int x = 0; x < 13; x++)
					assertEquals(slow(t, c, y, x, sigma), blurred[(c * 9 + y) * 13 + x], 1e-6, c + " " + y + " " + x);
	}

	@Test
	void aFlatImageStaysWhatItIsAndMeansAreKept() {
		final Tensor flat = Tensor.zeros(1, 1, 6, 7, 8);
		Arrays.fill(flat.floats(), 3.5f);
		assertArrayEquals(flat.floats(), GaussianBlur.of(flat, 4).floats(), 1e-6f);
		final Tensor t = random(1, 1, 6, 7, 8);
		assertEquals(mean(t), mean(GaussianBlur.of(t, 1.7)), 1e-6);
		assertArrayEquals(t.floats(), GaussianBlur.of(t, 0).floats(), 0f);
	}

	private static double mean(final Tensor t) {
		double sum = 0;
		for (final float v : t.floats())
			sum += v;
		return sum / t.length();
	}

	/** Against central differences, whose error is of the order of the step squared. */
	@ParameterizedTest
	@ValueSource(doubles = { 0.1, 0.6, 3, 12 })
	void itsDerivativeIsThatOfTheBlurredImage(final double sigma) {
		final Tensor t = random(1, 2, 5, 6, 7);
		final GaussianBlur.Change change = GaussianBlur.change(t, sigma);
		final double step = 1e-4;
		final double[] more = GaussianBlur.change(t, sigma + step).blurred();
		final double[] less = GaussianBlur.change(t, sigma - step).blurred();
		final float[] blurred = GaussianBlur.of(t, sigma).floats();
		for (int i = 0; i < more.length; i++) {
			assertEquals(blurred[i], change.blurred()[i], 1e-6);
			assertEquals((more[i] - less[i]) / (2 * step), change.change()[i], 1e-5, "element " + i);
		}
	}

	@Test
	void whatHasNoSpaceIsRefused() {
		final String said = assertThrows(GlassboxException.class, () -> GaussianBlur.of(Tensor.zeros(1, 5), 1)).getMessage();
		assertTrue(said.contains("[1, 5]"), said);
	}
}
