package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;

import ij.ImagePlus;
import ij.measure.Calibration;

/**
 * A stack with relevance over it, cut along three planes through the place of strongest relevance, or projected along z.
 * <p>
 * Voxels are drawn as long as they are: a slice that is three times as thick as its pixels are wide is three times as high in the
 * cuts. The image is drawn as it looks on the screen, see {@link Picture}; it is not touched. One time point is shown.
 * </p>
 */
public final class OrthogonalViews {

	/** Between the cuts. */
	private static final int GAP = 6;

	/** The shorter side of the slice has so many pixels at least, and the longer so many at most, as far as both can be. */
	private static final int LEGIBLE = 320;
	private static final int LARGEST = 1600;

	private static final Color CROSS = new Color(255, 255, 0, 110);

	private final ImagePlus image;
	private final RelevanceMap map;
	private final LayerStyle style;
	private final int[] planes;
	private final int[] palette;
	private final double most;

	/**
	 * @param frame the time point
	 * @throws GlassboxException if fewer than two slices of that time were explained
	 */
	public OrthogonalViews(final ImagePlus image, final RelevanceMap map, final int frame, final LayerStyle style) {
		this.image = image;
		this.map = map;
		this.style = style;
		planes = IntStream.range(0, map.size()).filter(i -> map.place(i).frame() == frame).toArray();
		if (planes.length < 2) throw ofSingleSlice(image);
		palette = LayerPainter.palette(map.signed(), style);
		most = map.strongest(style.clip());
	}

	/** Why there are no views of what was explained of an image. */
	public static GlassboxException ofSingleSlice(final ImagePlus image) {
		return new GlassboxException("Orthogonal views and projections are of several slices; of '" + image.getTitle() +
			"' one is explained. Give a stack, to a 2D network with slices=all, or leave out views.");
	}

	/** Where relevance is strongest: x, y, and the number of the slice among those explained. */
	private int[] peak() {
		final int[] peak = { map.width() / 2, map.height() / 2, planes.length / 2 };
		final float[] strongest = { 0 };
		for (int z = 0; z < planes.length; z++) {
			final int slice = z;
			map.forEachRow(planes[z], (y, row) -> {
				for (int x = 0; x < row.length; x++)
					if (Math.abs(row[x]) > strongest[0]) {
						strongest[0] = Math.abs(row[x]);
						peak[0] = x;
						peak[1] = y;
						peak[2] = slice;
					}
			});
		}
		return peak;
	}

	/** The slice, to its right the cut along y and z, below it the cut along x and z, all through the peak. */
	public BufferedImage cuts() {
		final int[] peak = peak();
		final int width = map.width();
		final int height = map.height();
		final int depth = planes.length;
		final BufferedImage xy = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		final BufferedImage xz = new BufferedImage(width, depth, BufferedImage.TYPE_INT_RGB);
		final BufferedImage yz = new BufferedImage(depth, height, BufferedImage.TYPE_INT_RGB);
		for (int z = 0; z < depth; z++) {
			final BufferedImage shown = Picture.of(image, map.place(planes[z]), map, style);
			xz.setRGB(0, z, width, 1, shown.getRGB(0, peak[1], width, 1, null, 0, width), 0, width);
			yz.setRGB(z, 0, 1, height, shown.getRGB(peak[0], 0, 1, height, null, 0, 1), 0, 1);
			if (z == peak[2]) xy.setRGB(0, 0, width, height, shown.getRGB(0, 0, width, height, null, 0, width), 0, width);
		}
		final double[] size = voxel();
		final int w = length(width, size[0]);
		final int h = length(height, size[1]);
		final int d = length(depth, size[2]);
		final BufferedImage all = new BufferedImage(w + GAP + d, h + GAP + d, BufferedImage.TYPE_INT_RGB);
		final Graphics2D g = all.createGraphics();
		g.setColor(Color.WHITE);
		g.fillRect(0, 0, all.getWidth(), all.getHeight());
		g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
		g.drawImage(xy, 0, 0, w, h, null);
		g.drawImage(yz, w + GAP, 0, d, h, null);
		g.drawImage(xz, 0, h + GAP, w, d, null);
		g.setColor(CROSS);
		final int x = (int) ((peak[0] + 0.5) * size[0]);
		final int y = (int) ((peak[1] + 0.5) * size[1]);
		final int z = (int) ((peak[2] + 0.5) * size[2]);
		for (final int[] line : List.of(new int[] { 0, y, w - 1, y }, new int[] { x, 0, x, h - 1 }, new int[] { w + GAP, y, w + GAP +
			d - 1, y }, new int[] { w + GAP + z, 0, w + GAP + z, h - 1 }, new int[] { 0, h + GAP + z, w - 1, h + GAP + z }, new int[] { x,
				h + GAP, x, h + GAP + d - 1 }))
			g.drawLine(line[0], line[1], line[2], line[3]);
		g.dispose();
		return all;
	}

	/** Where the cuts lie, in words. */
	public String place() {
		final int[] peak = peak();
		return "through the strongest relevance: x " + peak[0] + ", y " + peak[1] + ", slice " + map.place(planes[peak[2]])
			.slice();
	}

	/** Along z, at each pixel the brightest of the image and the relevance of the largest magnitude, with its sign. */
	public BufferedImage projection() {
		final int width = map.width();
		final int height = map.height();
		final int[] brightest = new int[width * height];
		final float[] strongest = new float[width * height];
		for (final int plane : planes) {
			final int[] shown = Picture.of(image, map.place(plane)).getRGB(0, 0, width, height, null, 0, width);
			for (int i = 0; i < shown.length; i++)
				if (light(shown[i]) > light(brightest[i])) brightest[i] = shown[i];
			map.forEachRow(plane, (y, row) -> {
				for (int x = 0; x < width; x++)
					if (Math.abs(row[x]) > Math.abs(strongest[y * width + x])) strongest[y * width + x] = row[x];
			});
		}
		final BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
		for (int i = 0; i < brightest.length; i++)
			picture.setRGB(i % width, i / width, most > 0 ? over(brightest[i], palette[LayerPainter.entry(strongest[i] / most, map
				.signed(), palette.length)]) : brightest[i]);
		final double[] size = voxel();
		final BufferedImage drawn = new BufferedImage(length(width, size[0]), length(height, size[1]),
			BufferedImage.TYPE_INT_RGB);
		final Graphics2D g = drawn.createGraphics();
		g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
		g.drawImage(picture, 0, 0, drawn.getWidth(), drawn.getHeight(), null);
		g.dispose();
		return drawn;
	}

	private static int light(final int rgb) {
		return (rgb >> 16 & 255) * 299 + (rgb >> 8 & 255) * 587 + (rgb & 255) * 114;
	}

	private int over(final int below, final int argb) {
		final double alpha = style.opacity() * (argb >>> 24) / 255;
		int rgb = 0;
		for (int shift = 16; shift >= 0; shift -= 8)
			rgb |= (int) Math.round((below >> shift & 255) + alpha * ((argb >> shift & 255) - (below >> shift & 255))) << shift;
		return rgb;
	}

	private static int length(final int pixels, final double size) {
		return Math.max(1, (int) Math.round(pixels * size));
	}

	/** Pixels of the picture to a voxel along x, y and z. */
	private double[] voxel() {
		final Calibration c = image.getCalibration();
		final double[] size = { positive(c.pixelWidth), positive(c.pixelHeight), positive(c.pixelDepth) };
		final double shorter = Math.min(map.width() * size[0], map.height() * size[1]);
		final double longest = Math.max(Math.max(map.width() * size[0], map.height() * size[1]), planes.length * size[2]);
		final double factor = Math.min(Math.max(LEGIBLE / shorter, 1 / Math.min(size[0], size[1])), LARGEST / longest);
		return new double[] { size[0] * factor, size[1] * factor, size[2] * factor };
	}

	/** An image without calibration has none along an axis, or 0. */
	private static double positive(final double size) {
		return size > 0 && Double.isFinite(size) ? size : 1;
	}
}
