package io.glassbox.image;

import ij.process.LUT;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferInt;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/** Turns relevance into colours, transparent where there is little. */
final class LayerPainter {

	private LayerPainter() {}

	/**
	 * One plane as an image of colours, each the more opaque the stronger it is; at most fully, the style's opacity
	 * comes on top.
	 */
	static BufferedImage paint(final RelevanceMap map, final int plane, final LayerStyle style) {
		final int width = map.width();
		final int[] argb = Memory.array(int[]::new, (long) width * map.height(), Integer.BYTES,
			"A layer of " + width + " x " + map.height() + " pixels");
		final int[] palette = palette(map.signed(), style);
		final double most = map.strongest(style.clip());
		if (most > 0) map.forEachRow(plane, (y, row) -> {
			for (int x = 0; x < width; x++)
				argb[y * width + x] = palette[entry(row[x] / most, map.signed(), palette.length)];
		});
		final ColorModel model = ColorModel.getRGBdefault();
		final WritableRaster raster = Raster.createWritableRaster(model.createCompatibleSampleModel(width, map.height()),
			new DataBufferInt(argb, argb.length), null);
		return new BufferedImage(model, raster, false, null);
	}

	/** Colours for equal steps of value, from 0 or, if signed, from -1, up to 1. */
	static int[] palette(final boolean signed, final LayerStyle style) {
		final LUT lut = Luts.named(style.lut());
		final int[] palette = new int[1021]; // odd, so that zero has an entry
		for (int i = 0; i < palette.length; i++) {
			final double position = i / (palette.length - 1.0);
			final double strength = signed ? Math.abs(2 * position - 1) : position;
			final int rgb = lut.getRGB((int) Math.round(255 * position)) & 0xffffff;
			palette[i] = alpha(strength, style.threshold()) << 24 | rgb;
		}
		return palette;
	}

	/** The palette's entry for a value as a fraction of the strongest. */
	static int entry(final double value, final boolean signed, final int length) {
		final double position = signed ? (value + 1) / 2 : value;
		return (int) Math.round(Math.max(0, Math.min(1, position)) * (length - 1));
	}

	/**
	 * From 0 at the threshold, so that no edge appears where the map has none, to full half way up, so that what matters
	 * is seen in its true colour.
	 */
	private static int alpha(final double strength, final double threshold) {
		if (strength == 1) return 255;
		if (strength <= threshold) return 0;
		return (int) Math.round(255 * Math.min(1, 2 * (strength - threshold) / (1 - threshold)));
	}
}
