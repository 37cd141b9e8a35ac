package io.glassbox.image;

import ij.ImagePlus;

import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import io.glassbox.graph.Tensor;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

/**
 * Relevance for each pixel of the user's image: attributions led back through the resize that made the network's
 * input.
 * <p>
 * One plane for each slice explained; an explained volume has a plane for each slice of the image. Between the
 * network's pixels relevance is interpolated linearly. Where the network did not look, outside a centre crop, it is
 * 0. Planes are computed when asked for and not kept, so a map is small, and nobody who draws into a heatmap can
 * change it.
 * </p>
 */
public final class RelevanceMap {

	/** Sees a plane row by row. */
	@FunctionalInterface
	interface Rows {

		/** @param row values along x; the array is used again for the next row */
		void row(int y, float[] row);
	}

	private record Strength(double percent, double value) {}

	private record Plane(Explained part, Place place, int slice) {}

	private final List<Plane> planes;
	private final int width;
	private final int height;
	private final boolean signed;
	private volatile double extreme = Double.NaN;
	private volatile Strength strength = new Strength(DisplayRange.ALL, Double.NaN);

	private RelevanceMap(final List<Plane> planes, final int width, final int height, final boolean signed) {
		this.planes = planes;
		this.width = width;
		this.height = height;
		this.signed = signed;
	}

	/** The map of one explained slice or volume. */
	public static RelevanceMap of(final Explained part) {
		return of(List.of(part));
	}

	/** The map of several slices, or of volumes at several times, of one image. */
	public static RelevanceMap of(final List<Explained> parts) {
		if (parts.isEmpty()) throw new IllegalArgumentException("Nothing was explained");
		final List<Plane> planes = new ArrayList<>();
		for (final Explained part : parts) {
			final Place place = part.place();
			if (part.geometry().spans().size() != part.attribution().map().rank()) throw new IllegalArgumentException(
				"A map " + part.attribution().map() + " does not lie on " + part.geometry());
			for (int z = 0; z < part.geometry().depth().map(Geometry.Span::image).orElse(1); z++)
				planes.add(new Plane(part, place.isVolume() ? new Place(z + 1, place.frame()) : place, z));
		}
		planes.sort(Comparator.comparingInt((Plane p) -> p.place().frame()).thenComparingInt(p -> p.place().slice()));
		final Geometry first = parts.get(0).geometry();
		for (final Explained part : parts)
			if (part.geometry().width().image() != first.width().image() || part.geometry().height().image() != first
				.height().image()) throw new IllegalArgumentException("Maps of images of different size");
		return new RelevanceMap(planes, first.width().image(), first.height().image(), parts.stream().anyMatch(p -> p
			.attribution().signed()));
	}

	public int width() {
		return width;
	}

	public int height() {
		return height;
	}

	/** Whether values below 0 mean evidence against the target. */
	public boolean signed() {
		return signed;
	}

	/** Number of planes. */
	public int size() {
		return planes.size();
	}

	/** Where a plane belongs in the image. */
	public Place place(final int plane) {
		return planes.get(plane).place();
	}

	/** The pixels the network saw: all, unless it was given the centre only. */
	public Rectangle seen() {
		final Geometry g = planes.get(0).part().geometry();
		final int x = g.width().firstSeen();
		final int y = g.height().firstSeen();
		return new Rectangle(x, y, g.width().endSeen() - x, g.height().endSeen() - y);
	}

	/** The largest absolute value in all planes; 0 for a map without relevance. Takes one pass, once. */
	public double extreme() {
		if (Double.isNaN(extreme)) {
			final float[] most = { 0 };
			for (int i = 0; i < planes.size(); i++)
				forEachRow(i, (y, row) -> {
					for (final float v : row)
						most[0] = Math.max(most[0], Math.abs(v));
				});
			extreme = most[0];
		}
		return extreme;
	}

	/**
	 * The absolute value that so many percent of the pixels the network saw do not exceed; the largest if that is 0, as where
	 * few pixels have any relevance. Takes two passes over a copy of the values, once for each percentage.
	 *
	 * @throws io.glassbox.graph.GlassboxException if the percentage is not between 0 and 100
	 */
	double strongest(final double percent) {
		if (percent == DisplayRange.ALL) return extreme();
		Strength known = strength;
		if (known.percent() != percent) {
			final double value = percentile(percent);
			known = new Strength(percent, value > 0 ? value : extreme());
			strength = known;
		}
		return known.value();
	}

	private double percentile(final double percent) {
		final Rectangle seen = seen();
		final List<Img<FloatType>> magnitudes = new ArrayList<>();
		for (int i = 0; i < planes.size(); i++) {
			final float[] values = Memory.array(float[]::new, (long) seen.width * seen.height, Float.BYTES,
				"A map of " + seen.width + " x " + seen.height + " pixels");
			forEachRow(i, (y, row) -> {
				for (int x = 0; x < seen.width && y >= seen.y && y < seen.y + seen.height; x++)
					values[(y - seen.y) * seen.width + x] = Math.abs(row[seen.x + x]);
			});
			magnitudes.add(ArrayImgs.floats(values, seen.width, seen.height));
		}
		return Percentiles.of(magnitudes, percent)[0];
	}

	/** The values of one plane, row after row: a new array. */
	public float[] plane(final int plane) {
		final float[] values = Memory.array(float[]::new, (long) width * height, Float.BYTES,
			"A map of " + width + " x " + height + " pixels");
		forEachRow(plane, (y, row) -> System.arraycopy(row, 0, values, y * width, width));
		return values;
	}

	void forEachRow(final int plane, final Rows rows) {
		final Plane p = planes.get(plane);
		final Geometry g = p.part().geometry();
		final Tensor map = p.part().attribution().map();
		final Taps xs = Taps.toImage(g.width());
		final Taps ys = Taps.toImage(g.height());
		final Taps zs = g.depth().map(Taps::toImage).orElse(Taps.identity(1));
		final float[] weights = zs.weights()[p.slice()];
		final var volume = ArrayImgs.floats(map.floats(), map.size(-1), map.size(-2), map.rank() == 3 ? map.size(0) : 1);
		final List<PlaneResampler> slices = new ArrayList<>();
		for (int i = 0; i < weights.length; i++)
			slices.add(new PlaneResampler(Views.hyperSlice(volume, 2, zs.first()[p.slice()] + i), ys, xs));
		final float[] row = new float[width];
		for (int y = 0; y < height; y++) {
			Arrays.fill(row, 0);
			for (int i = 0; i < weights.length; i++)
				slices.get(i).addRow(y, row, 0, weights[i]);
			rows.row(y, row);
		}
	}

	/** Whether the map fits this image, pixel for pixel. */
	boolean fits(final ImagePlus image) {
		return image.getWidth() == width && image.getHeight() == height && planes.stream().allMatch(p -> p.place()
			.slice() <= image.getNSlices() && p.place().frame() <= image.getNFrames());
	}
}
