package io.glassbox.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import ij.IJ;
import ij.ImagePlus;
import ij.process.ImageProcessor;

/**
 * One ultrasound image with what is known of it.
 *
 * @param truth its class, which its file's name begins with
 * @param lesion the expert's outline on the network's grid of {@link #SIDE} x {@link #SIDE}, row by row; empty of true
 *          for a normal image
 */
record Scan(ImagePlus image, String truth, boolean[] lesion) {

	/** Extent of the network's input. */
	static final int SIDE = 128;

	static List<Scan> all(final Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			return files.filter(f -> f.toString().endsWith(".png") && !f.toString().endsWith("_mask.png")).sorted().map(
				Scan::of).toList();
		}
	}

	private static Scan of(final Path file) {
		final String name = file.getFileName().toString();
		final ImagePlus mask = IJ.openImage(file.toString().replace(".png", "_mask.png"));
		return new Scan(IJ.openImage(file.toString()), name.substring(0, name.indexOf('_')), lesion(mask.getProcessor()));
	}

	/** What the mask says at the centre of each of the network's pixels. */
	private static boolean[] lesion(final ImageProcessor mask) {
		final boolean[] lesion = new boolean[SIDE * SIDE];
		for (int i = 0; i < lesion.length; i++)
			lesion[i] = mask.get((int) ((i % SIDE + 0.5) * mask.getWidth() / SIDE), (int) ((i / SIDE + 0.5) * mask
				.getHeight() / SIDE)) > 127;
		return lesion;
	}

	boolean hasLesion() {
		return !truth.equals("normal");
	}
}
