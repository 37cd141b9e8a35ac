package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.process.LUT;
import io.glassbox.graph.GlassboxException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LutsTest {

	private static double luminance(final LUT lut, final int i) {
		return 0.2126 * linear(lut.getRed(i)) + 0.7152 * linear(lut.getGreen(i)) + 0.0722 * linear(lut.getBlue(i));
	}

	private static double linear(final int level) {
		final double c = level / 255.0;
		return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
	}

	@ParameterizedTest
	@CsvSource({ "viridis,440154,fde725", "magma,000004,fcfdbf", "inferno,000004,fcffa4", "turbo,30123b,7a0403",
		"Glassbox Diverging,3b4cc0,b40426" })
	void endsAreThePublishedColours(final String name, final String low, final String high) {
		final LUT lut = Luts.named(name);
		assertEquals(low, String.format("%06x", lut.getRGB(0) & 0xffffff));
		assertEquals(high, String.format("%06x", lut.getRGB(255) & 0xffffff));
	}

	@ParameterizedTest
	@ValueSource(strings = { "viridis", "magma", "inferno" })
	void sequentialTablesGetBrighterAllTheWay(final String name) {
		final LUT lut = Luts.named(name);
		for (int i = 8; i < 256; i++)
			assertTrue(luminance(lut, i) > luminance(lut, i - 8));
	}

	@Test
	void divergingTableIsBrightestInTheMiddleAndEqualAtBothSides() {
		final LUT lut = Luts.named(Luts.DIVERGING);
		for (int i = 0; i < 120; i += 8)
			assertTrue(luminance(lut, i) < luminance(lut, i + 8) && luminance(lut, 255 - i) < luminance(lut, 247 - i));
		assertEquals(luminance(lut, 64), luminance(lut, 191), 0.06);
	}

	@Test
	void namesAreFoundInAnyCaseAndUnknownOnesExplained() {
		assertEquals(Luts.named("VIRIDIS").getRGB(7), Luts.named("viridis").getRGB(7));
		assertTrue(assertThrows(GlassboxException.class, () -> Luts.named("jet")).getMessage().contains("turbo"));
	}
}
