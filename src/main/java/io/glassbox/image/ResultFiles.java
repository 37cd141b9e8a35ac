package io.glassbox.image;

import io.glassbox.graph.io.SafeFile;

import ij.ImagePlus;
import ij.VirtualStack;
import ij.gui.Roi;
import ij.io.FileInfo;
import ij.io.FileSaver;
import ij.io.RoiEncoder;
import ij.io.TiffEncoder;
import ij.measure.ResultsTable;

import java.awt.image.BufferedImage;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import javax.imageio.ImageIO;

/**
 * Writes results in the formats ImageJ reads. Each file appears whole or not at all, see {@link SafeFile}; each method
 * throws a {@link io.glassbox.graph.GlassboxException} if it cannot be written.
 */
public final class ResultFiles {

	private ResultFiles() {}

	public static void png(final Path file, final BufferedImage picture) {
		SafeFile.write(file, out -> ImageIO.write(picture, "png", out));
	}

	/** An ImageJ TIFF with calibration, info, slice labels and overlay. The image does not notice. */
	public static void tiff(final Path file, final ImagePlus image) {
		final FileInfo info = image.getFileInfo();
		final FileSaver saver = new FileSaver(image);
		info.info = image.getInfoProperty();
		info.description = saver.getDescriptionString();
		info.sliceLabels = image.getStack().getSliceLabels();
		if (image.getStack() instanceof VirtualStack stack && info.nImages > 1) info.virtualStack = stack;
		if (image.isComposite()) saver.saveDisplayRangesAndLuts(image, info);
		if (image.getOverlay() != null && image.getOverlay().size() > 0) info.overlay = Stream.of(image.getOverlay()
			.toArray()).map(RoiEncoder::saveAsByteArray).toArray(byte[][]::new);
		SafeFile.write(file, out -> new TiffEncoder(info).write(out));
	}

	/** A zip that ImageJ's ROI Manager opens; ROIs of the same name get numbers. */
	public static void rois(final Path file, final List<Roi> rois) {
		SafeFile.write(file, out -> {
			final ZipOutputStream zip = new ZipOutputStream(out);
			final Set<String> taken = new HashSet<>();
			for (final Roi roi : rois) {
				final String name = roi.getName() == null ? "ROI" : roi.getName().replaceAll("[/\\\\:]", "-");
				String free = name;
				for (int i = 2; !taken.add(free); i++)
					free = name + "-" + i;
				zip.putNextEntry(new ZipEntry(free + ".roi"));
				zip.write(RoiEncoder.saveAsByteArray(roi));
				zip.closeEntry();
			}
			zip.finish();
		});
	}

	/** Comma-separated values with a heading, UTF-8, numbers with a point and as many digits as they have. */
	public static void csv(final Path file, final ResultsTable table) {
		final String[] headings = table.getHeadings();
		SafeFile.write(file, out -> {
			final Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
			text.write(String.join(",", headings) + "\n");
			for (int row = 0; row < table.size(); row++)
				for (int i = 0; i < headings.length; i++)
					text.write(quoted(cell(table, headings[i], row)) + (i < headings.length - 1 ? "," : "\n"));
			text.flush();
		});
	}

	private static String cell(final ResultsTable table, final String heading, final int row) {
		if (heading.equals("Label")) return table.getLabel(row);
		final double value = table.getValue(heading, row);
		if (Double.isNaN(value)) return table.getStringValue(heading, row);
		return value == Math.rint(value) && Math.abs(value) < 1e9 ? "" + (long) value : "" + (float) value;
	}

	private static String quoted(final String cell) {
		return cell.matches("[^,\"\\r\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
	}
}
