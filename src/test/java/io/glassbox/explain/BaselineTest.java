package io.glassbox.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {

	/** Two channels: one from 0 to 3, one from 10 to 40. */
	private static final Tensor X = Tensor.of(new float[] { 0, 1, 2, 3, 10, 20, 30, 40 }, 1, 2, 2, 2);

	@ParameterizedTest
	@CsvSource({ "zero, 0, 0", "mean, 1.5, 25", "min, 0, 10", " MAX , 3, 40" })
	void constantsAreEachChannelsOwn(final String name, final float first, final float second) {
		assertArrayEquals(new float[] { first, first, first, first, second, second, second, second }, Baseline.parse(name).of(X)
			.floats(), 1e-6f);
		assertEquals(40, X.floats()[7], "the input is as it was");
	}

	@Test
	void aBlurTakesPixelsOrAPartOfTheLongestSide() {
		final Tensor x = Tensor.zeros(1, 1, 10, 40);
		x.floats()[205] = 1;
		assertArrayEquals(GaussianBlur.of(x, 4).floats(), Baseline.parse("blur").of(x).floats(), 0f);
		assertArrayEquals(GaussianBlur.of(x, 2).floats(), Baseline.parse("blur 5%").of(x).floats(), 0f);
		assertArrayEquals(GaussianBlur.of(x, 2.5).floats(), Baseline.parse("Blur 2.5").of(x).floats(), 0f);
	}

	@Test
	void noiseHasTheRangeOfEachChannelAndComesAgainFromItsSeed() {
		final Tensor x = Tensor.zeros(1, 2, 100, 100);
		for (int i = 0; i < x.length(); i++)
			x.floats()[i] = i < 10_000 ? i % 2 : 5 + i % 3;
		final float[] noise = Baseline.parse("noise 4").of(x).floats();
		double sum = 0;
		for (int i = 0; i < 10_000; i++) {
			assertTrue(noise[i] >= 0 && noise[i] <= 1 && noise[10_000 + i] >= 5 && noise[10_000 + i] <= 7);
			sum += noise[i];
		}
		assertEquals(0.5, sum / 10_000, 5 * Math.sqrt(1 / 12.0 / 10_000), "five standard errors");
		assertArrayEquals(noise, Baseline.parse("noise 4").of(x).floats(), 0f);
		assertFalse(Arrays.equals(noise, Baseline.parse("noise 5").of(x).floats()));
	}

	@Test
	void gaussianNoiseHasTheMeanAndSpreadOfEachChannel() {
		final Tensor x = Tensor.zeros(1, 1, 100, 100);
		for (int i = 0; i < x.length(); i++)
			x.floats()[i] = 4 + 2 * (i % 2);
		final float[] noise = Baseline.parse("noise gaussian 3").of(x).floats();
		double sum = 0;
		double squares = 0;
		for (final float v : noise) {
			sum += v;
			squares += (v - 5.0) * (v - 5.0);
		}
		assertEquals(5, sum / noise.length, 0.05, "five standard errors");
		assertEquals(1, squares / noise.length, 0.07, "five standard errors");
	}

	@Test
	void aGivenTensorMustFit() {
		final Tensor t = Tensor.of(new float[8], 2, 2, 2);
		assertArrayEquals(X.shape(), Baseline.given("a.npy", () -> t).of(X).shape());
		final String said = assertThrows(GlassboxException.class, () -> Baseline.given("a.npy", () -> Tensor.zeros(1, 2, 3, 3))
			.of(X)).getMessage();
		assertTrue(said.contains("a.npy") && said.contains("[1, 2, 3, 3]") && said.contains("[1, 2, 2, 2]"), said);
		final Tensor nan = Tensor.of(new float[] { 0, 0, 0, Float.NaN, 0, 0, 0, 0 }, 1, 2, 2, 2);
		assertThrows(GlassboxException.class, () -> Baseline.given("a.npy", () -> nan).of(X));
	}

	@Test
	void anUnknownBaselineIsToldWhichThereAre() {
		final String said = assertThrows(GlassboxException.class, () -> Baseline.parse("blurr")).getMessage();
		assertEquals("No baseline 'blurr'. There are: zero, mean, min, max, blur, noise, value; nearest: blur.", said);
	}

	@ParameterizedTest
	@ValueSource(strings = { "blur x", "blur -1", "blur 0%", "blur NaN", "noise pink", "zero 4", "noise gaussian x" })
	void whatFollowsTheNameMustMakeSense(final String text) {
		assertThrows(GlassboxException.class, () -> Baseline.parse(text));
	}
}
