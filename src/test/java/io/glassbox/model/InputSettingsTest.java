package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.model.Preprocessing.Normalization;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

/** What users say about preprocessing, in dialogs, macros and on the command line. */
class InputSettingsTest {

	private static final Preprocessing DESCRIBED = new Preprocessing(new int[] { 128, 96 }, 3, Resize.CROP,
		Values.DISPLAY, 1, 99, Normalization.SIGNED);

	@Test
	void autoKeepsTheDescription() {
		assertEquals(DESCRIBED, InputSettings.AUTO.applyTo(DESCRIBED));
		assertEquals(DESCRIBED, InputSettings.of(Map.of("resize", "", "values", "Auto")).applyTo(DESCRIBED));
	}

	@Test
	void replacesWhatIsSaid() {
		final Preprocessing p = InputSettings.of(Map.of("inputsize", "8 x 16x 32", "channels", "1", "resize",
			"Letterbox", "values", "percentile 2, 98.5", "normalization", "0.5 / 0.25")).applyTo(DESCRIBED);
		assertEquals(new Preprocessing(new int[] { 8, 16, 32 }, 1, Resize.LETTERBOX, Values.PERCENTILE, 2, 98.5,
			Normalization.of(new float[] { 0.5f }, new float[] { 0.25f })), p);
		assertSame(Normalization.IMAGENET, InputSettings.of(Map.of("normalization", "imagenet")).applyTo(DESCRIBED)
			.normalization());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
		inputsize     | 224          | 'inputsize' is '224', expected 2 whole numbers
		inputsize     | big          | 'inputsize' is 'big'
		channels      | RGB          | 'channels' is 'RGB', expected a whole number from 1.
		resize        | pad          | 'resize' is 'pad', expected one of stretch, crop, letterbox.
		values        | percentile 5 | 'values' is '5', expected 2 rising numbers
		normalization | 1,2 / 1,2,3  | found 2 and 3
		normalization | 0.5 / 0      | Standard deviations must be above 0
		normalization | 1,2 / 1,2    | is for 2 channels, but the input has 3
		size          | 3x3          | No input setting 'size'.
		""")
	void saysWhatCannotBeRead(final String key, final String text, final String message) {
		final GlassboxException e = assertThrows(GlassboxException.class, () -> InputSettings.of(Map.of(key, text))
			.applyTo(DESCRIBED));
		assertTrue(e.getMessage().contains(message), e.getMessage());
	}

	@Test
	void writesDownAnyPreprocessing() {
		final Preprocessing odd = new Preprocessing(new int[] { 8, 16, 32 }, 3, Resize.LETTERBOX, Values.PERCENTILE, 2,
			98.5, Normalization.of(new float[] { 0.5f, 0, 1 }, new float[] { 0.25f, 1e-3f, 2 }));
		assertEquals(odd, InputSettings.of(odd).applyTo(DESCRIBED));
		assertEquals(odd, InputSettings.of(InputSettings.of(odd).asMap()).applyTo(DESCRIBED));
		assertEquals(DESCRIBED, InputSettings.of(DESCRIBED).applyTo(Preprocessing.DEFAULT));
	}
}
