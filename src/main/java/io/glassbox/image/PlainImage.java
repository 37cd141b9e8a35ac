package io.glassbox.image;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.model.Preprocessing;
import io.glassbox.model.Step;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ImageProcessor;

/**
 * What a network gets of a colour of an image: an image like it, of this colour alone, goes the same way.
 * <p>
 * Values are those that ImageJ shows: calibrated ones, such as Hounsfield units, where the image is calibrated. A
 * preparation that looks at the image, by percentiles or its standard deviation, gives a colour no fixed place.
 * </p>
 */
public final class PlainImage {

	private PlainImage() {}

	/**
	 * @param image it is like
	 * @param values one for all channels, or one for each; red, green and blue of a colour image
	 * @return a value for each channel of the network's input
	 * @throws GlassboxException if there are not as many values as channels, or they have no fixed place in the network's input
	 */
	public static List<Double> inNetwork(final ImagePlus image, final List<Double> values, final Preprocessing how,
		final Preprocessor preprocessor)
	{
		final boolean looks = how.normalization().steps().stream().anyMatch(s -> s instanceof Step.ZScore || s instanceof Step.Percentiles);
		if (looks || how.values() == Preprocessing.Values.PERCENTILE) throw new GlassboxException("The colour " + text(values) +
			" has no fixed place in the network's input, which depends on the whole image (values " + how.values() + ", normalization " +
			how.normalization().name() + "). Give a value of the network's input, 'value 0.5', or another baseline.");
		final Tensor t = preprocessor.prepare(like(image, values)).tensor();
		final int places = t.length() / t.size(1);
		int middle = 0; // a letterbox's margin has not the colour
		for (int axis = 2; axis < t.rank(); axis++)
			middle = middle * t.size(axis) + t.size(axis) / 2;
		final List<Double> channels = new ArrayList<>();
		for (int c = 0; c < t.size(1); c++)
			channels.add((double) t.floats()[c * places + middle]);
		return channels;
	}

	/** Slices of a channel share their pixels. */
	private static ImagePlus like(final ImagePlus image, final List<Double> values) {
		final boolean rgb = image.getType() == ImagePlus.COLOR_RGB;
		final int channels = rgb ? 3 : image.getNChannels();
		if (values.size() != 1 && values.size() != channels) throw new GlassboxException("The colour " + text(values) + " has " + values
			.size() + " values, the image '" + image.getTitle() + "' has " + channels + (channels == 1 ? " channel." : " channels."));
		final ImageProcessor[] planes = new ImageProcessor[rgb ? 1 : channels];
		for (int c = 0; c < planes.length; c++) {
			planes[c] = image.getProcessor().createProcessor(image.getWidth(), image.getHeight());
			if (rgb) planes[c].setColor(eightBits(values, 0) << 16 | eightBits(values, 1) << 8 | eightBits(values, 2));
			else planes[c].setValue(stored(image, values.get(Math.min(c, values.size() - 1))));
			planes[c].fill();
		}
		final ImageStack stack = new ImageStack(image.getWidth(), image.getHeight());
		for (int z = 0; z < image.getNSlices(); z++)
			for (final ImageProcessor plane : planes)
				stack.addSlice("", plane);
		final ImagePlus plain = new ImagePlus("colour " + text(values), stack);
		plain.setDimensions(planes.length, image.getNSlices(), 1);
		plain.setCalibration(image.getCalibration());
		if (image.isComposite()) {
			final CompositeImage composite = new CompositeImage(plain, ((CompositeImage) image).getMode());
			composite.copyLuts(image);
			return composite;
		}
		if (!rgb) plain.getProcessor().setLut(image.getProcessor().getLut());
		plain.setDisplayRange(image.getDisplayRangeMin(), image.getDisplayRangeMax());
		return plain;
	}

	private static int eightBits(final List<Double> values, final int channel) {
		return (int) Math.max(0, Math.min(255, Math.round(values.get(Math.min(channel, values.size() - 1)))));
	}

	private static double stored(final ImagePlus image, final double value) {
		return image.getCalibration().calibrated() ? image.getCalibration().getRawValue(value) : value;
	}

	private static String text(final List<Double> values) {
		return values.stream().map(v -> v == Math.rint(v) ? "" + v.longValue() : "" + v).collect(Collectors.joining(" "));
	}
}
