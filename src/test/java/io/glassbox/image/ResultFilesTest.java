package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.IJ;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.io.RoiDecoder;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.io.SafeFile;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import javax.imageio.ImageIO;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFilesTest {

	@TempDir
	Path folder;

	private final ImagePlus image = IJ.createImage("scan, left", "8-bit ramp", 20, 10, 1);

	private List<String> files() throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.map(p -> p.getFileName().toString()).sorted().toList();
		}
	}

	@Test
	void heatmapComesBackFromTiffWithAllItSays() throws IOException {
		image.getCalibration().pixelWidth = 0.3;
		image.getCalibration().setUnit("mm");
		final ImagePlus heatmap = Heatmap.of("Grad-CAM", Maps.disc(image, 8, 5, 3, -2.5f), image, Map.of("Method",
			"Grad-CAM"));
		ResultFiles.tiff(folder.resolve("sub/h.tif"), heatmap);
		assertEquals("Grad-CAM of scan, left", heatmap.getTitle());
		final ImagePlus back = IJ.openImage(folder.resolve("sub/h.tif").toString());
		assertArrayEquals((float[]) heatmap.getProcessor().getPixels(), (float[]) back.getProcessor().getPixels());
		assertEquals(0.3, back.getCalibration().pixelWidth, 1e-6); // TIFF keeps the inverse as a fraction
		assertTrue(back.getInfoProperty().contains("Method: Grad-CAM"));
		assertEquals(-2.5, back.getDisplayRangeMin());
		assertEquals(2.5, back.getDisplayRangeMax());
	}

	@Test
	void stacksComeBackFromTiff() {
		final ImagePlus stack = IJ.createHyperStack("h", 5, 4, 2, 3, 2, 16);
		stack.getStack().getProcessor(7).set(2, 2, 1234);
		ResultFiles.tiff(folder.resolve("s.tif"), stack);
		final ImagePlus back = IJ.openImage(folder.resolve("s.tif").toString());
		assertArrayEquals(stack.getDimensions(), back.getDimensions());
		assertEquals(1234, back.getStack().getProcessor(7).get(2, 2));
	}

	@Test
	void roisAreReadByImageJ() throws IOException {
		final Roi a = new Roi(1, 2, 3, 4);
		a.setName("Grad-CAM 1");
		final Roi b = new Roi(5, 5, 2, 2);
		b.setName("Grad-CAM 1");
		ResultFiles.rois(folder.resolve("r.zip"), List.of(a, b, new Roi(0, 0, 1, 1)));
		try (ZipFile zip = new ZipFile(folder.resolve("r.zip").toFile())) {
			assertEquals(List.of("Grad-CAM 1.roi", "Grad-CAM 1-2.roi", "ROI.roi"), zip.stream().map(ZipEntry::getName)
				.toList());
			final byte[] bytes = zip.getInputStream(zip.getEntry("Grad-CAM 1.roi")).readAllBytes();
			assertEquals(a.getBounds(), RoiDecoder.openFromByteArray(bytes).getBounds());
		}
	}

	@Test
	void tableIsPlainCsv() throws IOException {
		ResultFiles.csv(folder.resolve("t.csv"), RegionTable.of(RelevanceRois.of(Maps.disc(image, 8, 5, 2, 0.000125f),
			RegionRule.DEFAULT, "CAM", image), image));
		assertEquals("Label,Region,Slice,Frame,Area,Unit,Share,Mean,Peak,X,Y\n" +
			"\"scan, left\",CAM 1,1,1,12,pixels,1,1.25E-4,1.25E-4,8,5\n", Files.readString(folder.resolve("t.csv")));
	}

	@Test
	void lookupTablesAreExportedForImageJ() throws IOException {
		Luts.export(folder);
		assertEquals(List.of("Glassbox_Diverging.lut", "inferno.lut", "magma.lut", "turbo.lut", "viridis.lut"), files());
		for (final String f : files())
			assertEquals(768, Files.size(folder.resolve(f)));
	}

	@Test
	void pngIsWrittenWithoutAWindow() throws IOException {
		final RelevanceMap map = Maps.disc(image, 8, 5, 3, 1);
		final LayerStyle style = LayerStyle.of(map);
		ResultFiles.png(folder.resolve("p.png"), ColourBar.beside(Picture.enlarged(Picture.of(image, Place.FIRST, map,
			style), 300), map, style));
		assertEquals(300, ImageIO.read(folder.resolve("p.png").toFile()).getHeight());
	}

	@Test
	void scaleShowsColoursAsTheyLookOverBlackAndOverWhite() {
		final BufferedImage picture = new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB);
		final BufferedImage scale = ColourBar.beside(picture, Maps.disc(image, 8, 5, 3, 1), new LayerStyle("viridis", 0.5,
			0.15));
		final int left = 300 + 12 + 1;
		final int right = 300 + 12 + 24 - 2;
		assertTrue(Math.abs((scale.getRGB(left, 13) >> 16 & 255) - 253 / 2) < 10, "yellow over black");
		assertTrue(Math.abs((scale.getRGB(right, 13) >> 16 & 255) - (253 + 255) / 2) < 10, "yellow over white");
		final int bare = scale.getRGB(right, 280);
		assertEquals(bare & 255, bare >> 16 & 255, "below the threshold the gray of the image");
	}

	@Test
	void failureLeavesTheOldFileAndNoLitter() throws IOException {
		Files.writeString(folder.resolve("x.txt"), "old");
		final GlassboxException e = assertThrows(GlassboxException.class, () -> SafeFile.write(folder.resolve("x.txt"),
			out -> {
				out.write(1);
				throw new IOException("disk full");
			}));
		assertTrue(e.getMessage().contains("disk full"));
		assertEquals(List.of("x.txt"), files());
		assertEquals("old", Files.readString(folder.resolve("x.txt")));
	}

	@Test
	void folderThatCannotBeWrittenIsNamed() throws IOException {
		Files.writeString(folder.resolve("file"), "");
		assertTrue(assertThrows(GlassboxException.class, () -> SafeFile.write(folder.resolve("file/x.png"), out -> out
			.write(1))).getMessage().startsWith("Cannot write " + folder.resolve("file/x.png")));
		final Path locked = Files.createDirectory(folder.resolve("locked"));
		Assumptions.assumeTrue(locked.toFile().setWritable(false) && !Files.isWritable(locked), "root writes anywhere");
		assertTrue(assertThrows(GlassboxException.class, () -> SafeFile.write(locked.resolve("x.png"), out -> out.write(
			1))).getMessage().contains("no permission"));
	}

	@Test
	void numbersHaveThreeDigits() {
		assertEquals(List.of("0", "0.123", "12.3", "123", "-1.00", "1.23e-05", "12345"), Stream.of(0.0, 0.1234, 12.34,
			123.4, -1.0, 0.00001234, 12345.0).map(ColourBar::number).toList());
	}
}
