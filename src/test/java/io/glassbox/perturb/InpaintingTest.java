package io.glassbox.perturb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Tensor;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

/** Filling what is gone from around it, against the harmonic function found by very many sweeps. */
class InpaintingTest {

	private static final int SIDE = 40;

	private static Tensor image(final int... shape) {
		final float[] values = new float[(int) Tensor.count(shape)];
		final Random random = new Random(1);
		for (int k = 0; k < values.length; k++)
			values[k] = (float) Math.sin(k % SIDE / 9.0) + (float) (k / SIDE % SIDE) / SIDE + random.nextFloat() / 20;
		return Tensor.of(values, shape);
	}

	private static float[] filled(final Tensor image, final boolean[] gone) {
		final float[] copy = image.floats().clone();
		for (int k = 0; k < copy.length; k++)
			if (gone[k % gone.length]) copy[k] = Float.NaN; // must not be looked at
		new Inpainting(image, 0).fill(copy, 0, gone);
		return copy;
	}

	/** A block of a fifth of the side, and half of all blocks at random. */
	private static boolean[] holes(final boolean many) {
		final boolean[] gone = new boolean[SIDE * SIDE];
		final Random random = new Random(2);
		final boolean[] block = new boolean[25];
		for (int b = 0; b < 25; b++)
			block[b] = many ? random.nextBoolean() : b == 12;
		for (int k = 0; k < gone.length; k++)
			gone[k] = block[k / SIDE / 8 * 5 + k % SIDE / 8];
		return gone;
	}

	private static double[] harmonic(final float[] image, final boolean[] gone) {
		final double[] v = IntStream.range(0, image.length).mapToDouble(k -> gone[k] ? 0 : image[k]).toArray();
		for (int s = 0; s < 5000; s++)
			for (int k = 0; k < v.length; k++) {
				if (!gone[k]) continue;
				final int x = k % SIDE;
				final int y = k / SIDE;
				double sum = 0;
				int n = 0;
				for (final int[] d : new int[][] { { -1, 0 }, { 1, 0 }, { 0, -1 }, { 0, 1 } }) {
					if (x + d[0] < 0 || x + d[0] >= SIDE || y + d[1] < 0 || y + d[1] >= SIDE) continue;
					sum += v[k + d[0] + SIDE * d[1]];
					n++;
				}
				v[k] = sum / n;
			}
		return v;
	}

	/** The image has a range of about 2.5, and half of it is gone in the second case. */
	@Test
	void whatIsFilledInIsNearlyHarmonic() {
		final Tensor image = image(1, 1, SIDE, SIDE);
		for (final boolean many : new boolean[] { false, true }) {
			final boolean[] gone = holes(many);
			final float[] found = filled(image, gone);
			final double[] wanted = harmonic(image.floats(), gone);
			double worst = 0;
			double mean = 0;
			for (int k = 0; k < found.length; k++) {
				if (!gone[k]) assertEquals(image.floats()[k], found[k], 0f);
				worst = Math.max(worst, Math.abs(found[k] - wanted[k]));
				mean += Math.abs(found[k] - wanted[k]) / found.length;
			}
			assertTrue(worst < 0.12 && mean < 0.02, "worst " + worst + ", mean " + mean);
		}
	}

	/** Each channel for itself, and along depth, too: a ramp through the depth goes on through the hole. */
	@Test
	void channelsAndVolumesAreFilled() {
		final int[] shape = { 1, 2, 8, 6, 6 };
		final float[] values = new float[2 * 8 * 36];
		for (int k = 0; k < values.length; k++)
			values[k] = k / 36 % 8 + (k / 288) * 100;
		final boolean[] gone = new boolean[8 * 36];
		Arrays.fill(gone, 3 * 36, 5 * 36, true);
		final float[] found = filled(Tensor.of(values, shape), gone);
		for (int k = 0; k < values.length; k++)
			assertEquals(values[k], found[k], 0.05f, "element " + k);
	}

	@Test
	void nothingLeftGivesMeansAndNothingGoneTheImage() {
		final Tensor image = Tensor.of(new float[] { 1, 2, 3, 6, 0, 0, 0, 8 }, 1, 2, 2, 2);
		final boolean[] gone = new boolean[4];
		assertArrayEquals(image.floats(), filled(image, gone), 0f);
		Arrays.fill(gone, true);
		assertArrayEquals(new float[] { 3, 3, 3, 3, 2, 2, 2, 2 }, filled(image, gone), 0f);
	}

	@Test
	void onlyTheImageOfACopyIsTouched() {
		final Tensor image = Tensor.of(new float[] { 1, 5, 1, 1 }, 1, 1, 2, 2);
		final float[] copies = { 7, 7, 7, 1, Float.NaN, 1, 1, 7 };
		new Inpainting(image, 1).fill(copies, 2, new boolean[] { false, true, false, false });
		assertArrayEquals(new float[] { 7, 7, 7, 1, 1, 1, 1, 7 }, copies, 0f);
	}
}
