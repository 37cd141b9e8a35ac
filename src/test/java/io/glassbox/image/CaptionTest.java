package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;

import org.junit.jupiter.api.Test;

class CaptionTest {

	@Test
	void thePictureStaysAndTheTextStandsBelow() {
		final BufferedImage picture = new BufferedImage(200, 50, BufferedImage.TYPE_INT_RGB);
		picture.setRGB(7, 9, 0x123456);
		final BufferedImage captioned = Caption.below(picture, List.of("Grad-CAM", "malignant"));
		assertEquals(200, captioned.getWidth());
		assertEquals(0x123456, captioned.getRGB(7, 9) & 0xffffff);
		assertTrue(dark(captioned, 50) > 20, "some ink");
	}

	@Test
	void aLongLineGetsASmallerFont() {
		final BufferedImage picture = new BufferedImage(200, 50, BufferedImage.TYPE_INT_RGB);
		assertTrue(Caption.below(picture, List.of("x".repeat(30))).getHeight() < Caption.below(picture, List.of("x"))
			.getHeight());
	}

	private static int dark(final BufferedImage image, final int fromRow) {
		int dark = 0;
		for (int y = fromRow; y < image.getHeight(); y++)
			for (int x = 0; x < image.getWidth(); x++)
				if ((image.getRGB(x, y) & 0xff) < 128) dark++;
		return dark;
	}
}
