package io.glassbox.image;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.measure.Calibration;
import ij.process.LUT;
import io.glassbox.graph.GlassboxException;

import java.util.Optional;

/**
 * Pixels with what ImageJ knows about their values.
 *
 * @param title for messages
 * @param display lowest and highest displayed value for each channel, one entry if they share it; empty if the image
 *          was never displayed
 * @param calibrated what each integer value stands for (Hounsfield units, optical density); empty if itself
 */
record Source(String title, NamedImage<?> image, Optional<double[][]> display, Optional<float[]> calibrated) {

	private static final double[][] BYTES = { { 0, 255 } };

	static Source of(final ImagePlus image) {
		if (image == null || image.getWidth() == 0 || image.getHeight() == 0) throw new GlassboxException(
			"No image is open: open an image first, or name one that is open.");
		final NamedImage<?> pixels = ImageBridge.wrap(image);
		final boolean colour = image.getBitDepth() == 24 || ImageBridge.isIndexedColour(image);
		final Calibration calibration = image.getCalibration();
		final boolean calibrated = !colour && image.getBitDepth() <= 16 && calibration.calibrated();
		return new Source(image.getTitle(), pixels, Optional.of(colour ? BYTES : displayed(image)), calibrated ? Optional
			.ofNullable(calibration.getCTable()) : Optional.empty());
	}

	static Source of(final NamedImage<?> image) {
		return new Source("the image", image, Optional.empty(), Optional.empty());
	}

	private static double[][] displayed(final ImagePlus image) {
		if (!(image instanceof CompositeImage composite)) return new double[][] { { image.getDisplayRangeMin(), image
			.getDisplayRangeMax() } };
		final double[][] ranges = new double[image.getNChannels()][];
		for (int c = 0; c < ranges.length; c++) {
			final LUT lut = composite.getChannelLut(c + 1);
			ranges[c] = new double[] { lut.min, lut.max };
		}
		return ranges;
	}
}
