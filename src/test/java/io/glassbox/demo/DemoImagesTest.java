package io.glassbox.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

import net.imglib2.img.Img;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoImagesTest {

	private static final Path TEST_IMAGES = Path.of("test-images");

	@Test
	void filesHoldWhatTheCodeDraws() throws IOException {
		for (final String name : DemoImages.names()) {
			final Phantom p = DemoImages.phantom(name);
			assertArrayEquals(p.pixels(), gray(TEST_IMAGES.resolve(name + ".png")), name);
			assertArrayEquals(p.lesion(), gray(TEST_IMAGES.resolve(name + "_mask.png")), name);
		}
	}

	@Test
	void imagesAreExtractedAsGrayPng(@TempDir final Path folder) throws IOException {
		final Path file = DemoImages.extract(DemoImages.DEFAULT, folder.resolve("new"));
		assertEquals("malignant_1.png", file.getFileName().toString());
		assertArrayEquals(DemoImages.phantom(DemoImages.DEFAULT).pixels(), gray(file));
	}

	@Test
	void imagesAreSeenByImgLib() {
		final Phantom p = DemoImages.phantom("benign_marked");
		final Img<UnsignedByteType> image = DemoImages.image(p);
		final Img<UnsignedByteType> lesion = DemoImages.lesion(p);
		assertEquals(List.of(128L, 128L), List.of(image.dimension(0), image.dimension(1)));
		assertEquals(p.pixels()[5 * 128 + 7] & 0xff, image.getAt(7, 5).get());
		assertEquals(255, lesion.stream().mapToInt(UnsignedByteType::get).max().orElseThrow());
	}

	@Test
	void markedImagesHaveMarkersAndNamesTellTheClass() {
		for (final String name : DemoImages.names()) {
			assertEquals(name.endsWith("_marked"), DemoImages.phantom(name).hasMarker());
			assertTrue(name.startsWith(DemoImages.phantom(name).label().text()));
		}
	}

	@Test
	void unknownImageIsNamedWithTheNearest() {
		final String message = assertThrows(GlassboxException.class, () -> DemoImages.phantom("malignant1")).getMessage();
		assertTrue(message.contains("malignant_1"), message);
	}

	private static byte[] gray(final Path file) throws IOException {
		final BufferedImage image = ImageIO.read(file.toFile());
		assertEquals(BufferedImage.TYPE_BYTE_GRAY, image.getType());
		return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
	}
}
