package io.glassbox.image;

import ij.CompositeImage;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;

import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/**
 * An image as it looks on the screen, with relevance laid over it: for PNG files and reports.
 * <p>
 * Drawn without any window, so it works headless. The image itself is not touched.
 * </p>
 */
public final class Picture {

	private Picture() {}

	/** One slice in its lookup table and display range, channels merged as the image shows them. */
	public static BufferedImage of(final ImagePlus image, final Place place) {
		final BufferedImage picture = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
		final int[] rgb = (int[]) (image instanceof CompositeImage composite ? merged(composite, place) : colours(image,
			place)).getPixels();
		picture.setRGB(0, 0, image.getWidth(), image.getHeight(), rgb, 0, image.getWidth());
		return picture;
	}

	/**
	 * The same with a layer over it.
	 *
	 * @throws io.glassbox.graph.GlassboxException if the map has no relevance for this slice
	 */
	public static BufferedImage of(final ImagePlus image, final Place place, final RelevanceMap map,
		final LayerStyle style)
	{
		final BufferedImage picture = of(image, place);
		final Graphics2D g = picture.createGraphics();
		g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, (float) style.opacity()));
		for (int i = 0; i < map.size(); i++)
			if (map.place(i).equals(place)) g.drawImage(LayerPainter.paint(map, i, style), 0, 0, null);
		g.dispose();
		return picture;
	}

	/** Enlarges a small picture by a whole factor until its shorter side has at least so many pixels. */
	public static BufferedImage enlarged(final BufferedImage picture, final int atLeast) {
		final int shorter = Math.min(picture.getWidth(), picture.getHeight());
		final int factor = (atLeast + shorter - 1) / shorter;
		if (factor <= 1) return picture;
		final BufferedImage large = new BufferedImage(picture.getWidth() * factor, picture.getHeight() * factor,
			BufferedImage.TYPE_INT_RGB);
		final Graphics2D g = large.createGraphics();
		g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
		g.drawImage(picture, 0, 0, large.getWidth(), large.getHeight(), null);
		g.dispose();
		return large;
	}

	private static ImageProcessor colours(final ImagePlus image, final Place place) {
		final int index = image.getStackIndex(1, place.slice(), place.frame());
		final ImageProcessor plane = ImageBridge.processor(image, index);
		if (plane instanceof ColorProcessor) return plane;
		final ImageProcessor own = plane.duplicate();
		own.setColorModel(image.getProcessor().getColorModel());
		own.setMinAndMax(image.getDisplayRangeMin(), image.getDisplayRangeMax());
		return own.convertToRGB();
	}

	/** All channels of one slice, in an image of their own with the same colours and ranges. */
	private static ImageProcessor merged(final CompositeImage image, final Place place) {
		final int channels = image.getNChannels();
		final ImageStack stack = new ImageStack(image.getWidth(), image.getHeight());
		final LUT[] luts = new LUT[channels];
		for (int c = 1; c <= channels; c++) {
			stack.addSlice(ImageBridge.processor(image, image.getStackIndex(c, place.slice(), place.frame())).duplicate());
			luts[c - 1] = image.getChannelLut(c);
		}
		final ImagePlus plain = new ImagePlus("", stack);
		plain.setDimensions(channels, 1, 1);
		final CompositeImage one = new CompositeImage(plain, image.getMode());
		one.setLuts(luts);
		one.setC(image.getC());
		one.updateAllChannelsAndDraw();
		return new ColorProcessor(one.getImage());
	}
}
