package io.glassbox.image;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.measure.Calibration;
import ij.process.ByteProcessor;
import ij.process.LUT;
import io.glassbox.graph.GlassboxException;

import java.util.Optional;

/**
 * Pixels with what ImageJ knows about their values.
 *
 * @param title for messages
 * @param display lowest and highest displayed value for each channel, one entry if they share it; empty if the image
 *          was never displayed
 * @param inverted whether high values of a channel are shown dark, by an inverting lookup table (a DICOM image of
 *          photometric interpretation MONOCHROME1, a TIFF where white is zero); one entry if channels share it
 * @param calibrated what each integer value stands for (Hounsfield units, optical density); empty if itself
 */
record Source(String title, NamedImage<?> image, Optional<double[][]> display, boolean[] inverted,
	Optional<float[]> calibrated)
{

	private static final double[][] BYTES = { { 0, 255 } };

	static Source of(final ImagePlus image) {
		if (image == null || image.getWidth() == 0 || image.getHeight() == 0) throw new GlassboxException(
			"No image is open: open an image first, or name one that is open.");
		final NamedImage<?> pixels = ImageBridge.wrap(image);
		final boolean colour = image.getBitDepth() == 24 || ImageBridge.isIndexedColour(image);
		final Calibration calibration = image.getCalibration();
		final boolean calibrated = !colour && image.getBitDepth() <= 16 && calibration.calibrated();
		return new Source(image.getTitle(), pixels, Optional.of(colour ? BYTES : displayed(image)), colour
			? new boolean[1] : inverted(image), calibrated ? Optional.ofNullable(calibration.getCTable()) : Optional.empty());
	}

	static Source of(final NamedImage<?> image) {
		return new Source("the image", image, Optional.empty(), new boolean[1], Optional.empty());
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

	private static boolean[] inverted(final ImagePlus image) {
		if (!(image instanceof CompositeImage composite)) return new boolean[] { image.isInvertedLut() };
		final boolean[] inverted = new boolean[image.getNChannels()];
		for (int c = 0; c < inverted.length; c++) // each has a lookup table of its own
			inverted[c] = new ByteProcessor(1, 1, new byte[1], composite.getChannelLut(c + 1)).isInvertedLut();
		return inverted;
	}

	boolean isInverted(final int channel) {
		return inverted[Math.min(channel, inverted.length - 1)];
	}
}
