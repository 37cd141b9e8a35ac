package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.image.Geometry;
import io.glassbox.image.Place;
import io.glassbox.image.Prepared;
import io.glassbox.image.SegmentOutlines;
import io.glassbox.perturb.Segmentation;
import io.glassbox.perturb.Segmentations;
import io.glassbox.perturb.Segments;

import java.awt.Point;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.Roi;
import ij.process.ImageProcessor;

/**
 * Segments that a person gives rather than a method: ROIs, or the labels of an image. They are laid onto the network's input for
 * each slice or volume that is explained.
 * <p>
 * Of ROIs that overlap the first has the pixels; what none holds is one segment more. A ROI that is tied to a slice counts there
 * alone. In a label image each number is a segment, 0 included.
 * </p>
 */
final class RegionSegments {

	/** The ROI Manager's ROIs, else the overlay's, else the selection. */
	static final String ROIS = "rois";

	/** More would be no labels but an image. */
	private static final int MOST = 5000;

	private static final int REST = -1;

	/** What is meant as a file by its look. */
	private static final Pattern FILE = Pattern.compile("(?i).*[/\\\\].*|.*\\.(png|tiff?|jpe?g|gif|bmp|zip|roi|npy)");

	/** The number of the segment at a pixel, slices counted from 0; any integers. */
	@FunctionalInterface
	private interface Labels {

		int at(int x, int y, int z);
	}

	private final ImagePlus image;
	private Prepared prepared;

	/** @param image that is explained */
	RegionSegments(final ImagePlus image) {
		this.image = image;
	}

	/**
	 * The segments of one image.
	 *
	 * @param prepared the image as the network gets it, which the segments are of
	 * @param text as people write it, see {@link #named}
	 */
	static Segments of(final ImagePlus image, final Prepared prepared, final String text) {
		final RegionSegments regions = new RegionSegments(image);
		regions.lieOn(prepared);
		return regions.named(text).of(prepared.tensor());
	}

	/** Draws them over the image; returns how many there are. */
	static int preview(final ImagePlus image, final Prepared prepared, final String text) {
		final Segments segments = of(image, prepared, text);
		SegmentOutlines.draw(image, segments.painted(IntStream.range(0, segments.count()).asDoubleStream().toArray()), prepared);
		return segments.count();
	}

	/** What is explained next: segments made from now on lie on it. */
	void lieOn(final Prepared next) {
		prepared = next;
	}

	/**
	 * A segmentation as people write it.
	 *
	 * @param text {@code rois}, a file of ROIs (.zip, .roi), the title or file of a label image, or what {@link Segmentations} reads
	 * @throws GlassboxException if it is none of these
	 */
	Segmentation named(final String text) {
		final String t = text.trim();
		if (t.equalsIgnoreCase(ROIS)) return input -> ofRois(SegmentRois.of(image), ROIS);
		if (t.toLowerCase(Locale.ROOT).matches(".*\\.(zip|roi)") && isFile(t)) {
			final List<Roi> rois = SegmentRois.read(Path.of(t));
			return input -> ofRois(rois, t);
		}
		if (WindowManager.getImage(t) != null || isFile(t) && !t.endsWith(".npy")) {
			final ImagePlus labels = Images.named("segments", t);
			return input -> ofLabels(labels);
		}
		if (FILE.matcher(t).matches() && !isFile(t)) throw new GlassboxException("The segments '" + t +
			"' are neither a file nor an image that is open.");
		return onTensor(t);
	}

	/**
	 * A segmentation where a tensor is explained, which has neither ROIs nor an image's pixels: a label tensor in a {@code .npy}
	 * file, or what {@link Segmentations} reads.
	 *
	 * @throws GlassboxException if it is none of these
	 */
	static Segmentation onTensor(final String text) {
		final String t = text.trim();
		if (t.equalsIgnoreCase(ROIS)) throw new GlassboxException("A tensor has no ROIs; give an image, or labels as .npy.");
		if (!t.endsWith(".npy")) return Segmentations.parse(text);
		final Tensor labels = Npy.read(Path.of(t));
		final int[] numbers = new int[labels.length()];
		for (int i = 0; i < numbers.length; i++)
			numbers[i] = labels.isFloat() ? whole(labels.floats()[i], t) : Math.toIntExact(labels.longs()[i]);
		return input -> checked(Segments.of(numbers, squeezed(labels.shape())), t);
	}

	private static int[] squeezed(final int[] shape) {
		final int spatial = Math.min(shape.length, Math.max(2, (int) Arrays.stream(shape).filter(n -> n > 1).count()));
		return Arrays.copyOfRange(shape, shape.length - spatial, shape.length);
	}

	private static int whole(final float value, final String where) {
		if (value != Math.rint(value)) throw new GlassboxException("Labels are whole numbers, '" + where + "' has " + value + ".");
		return (int) value;
	}

	private static boolean isFile(final String text) {
		try {
			return Files.isRegularFile(Path.of(text));
		}
		catch (final InvalidPathException e) {
			return false;
		}
	}

	private Segments ofRois(final List<Roi> rois, final String where) {
		final int width = image.getWidth();
		final int slices = prepared.place().isVolume() ? image.getNSlices() : 1;
		final int[][] labels = new int[slices][width * image.getHeight()];
		for (final int[] slice : labels)
			Arrays.fill(slice, REST);
		for (int r = rois.size() - 1; r >= 0; r--) {
			final Roi roi = rois.get(r);
			for (int s = 0; s < slices; s++) {
				if (!SegmentRois.isOn(roi, place(s), image)) continue;
				for (final Point p : roi.getContainedPoints())
					if (p.x >= 0 && p.y >= 0 && p.x < width && p.y < image.getHeight()) labels[s][p.y * width + p.x] = r;
			}
		}
		if (Arrays.stream(labels).flatMapToInt(Arrays::stream).allMatch(l -> l == REST)) throw new GlassboxException(
			"None of the " + rois.size() + " ROIs of '" + where + "' lies on what is explained of '" + image.getTitle() + "'.");
		return laid((x, y, z) -> labels[prepared.place().isVolume() ? z : 0][y * width + x], where);
	}

	private Place place(final int slice) {
		return prepared.place().isVolume() ? new Place(slice + 1, prepared.place().frame()) : prepared.place();
	}

	private Segments ofLabels(final ImagePlus labels) {
		if (labels.getWidth() != image.getWidth() || labels.getHeight() != image.getHeight() || labels.getNSlices() != 1 && labels
			.getNSlices() != image.getNSlices()) throw new GlassboxException("The label image '" + labels.getTitle() + "' is " + size(
				labels) + ", but the image is " + size(image) + "; a label image has the image's size.");
		final ImageProcessor[] planes = IntStream.rangeClosed(1, labels.getNSlices()).mapToObj(z -> labels.getStack().getProcessor(
			labels.getStackIndex(1, z, 1))).toArray(ImageProcessor[]::new);
		return laid((x, y, z) -> whole(planes[planes.length == 1 ? 0 : z].getf(x, y), labels.getTitle()), labels.getTitle());
	}

	private static String size(final ImagePlus image) {
		return image.getWidth() + " x " + image.getHeight() + (image.getNSlices() > 1 ? " x " + image.getNSlices() : "");
	}

	/** Each pixel of the network's input has the label of the image's pixel that is nearest; segments too small for that keep one. */
	private Segments laid(final Labels labels, final String where) {
		final Geometry g = prepared.geometry();
		final boolean volume = g.depth().isPresent();
		final int[] depth = volume ? toImage(g.depth().get()) : new int[] { prepared.place().slice() - 1 };
		final int[] rows = toImage(g.height());
		final int[] columns = toImage(g.width());
		final int[] laid = new int[depth.length * rows.length * columns.length];
		int at = 0;
		for (final int z : depth)
			for (final int y : rows)
				for (final int x : columns)
					laid[at++] = x < 0 || y < 0 || z < 0 ? REST : labels.at(x, y, z);
		final int[] extents = volume ? new int[] { depth.length, rows.length, columns.length } : new int[] { rows.length,
			columns.length };
		keepSmall(labels, laid, extents);
		final Tensor ordered = prepared.inNetworkOrder(Tensor.of(floats(laid), extents));
		final int[] numbers = new int[laid.length];
		for (int i = 0; i < numbers.length; i++)
			numbers[i] = (int) ordered.floats()[i];
		return checked(Segments.of(numbers, ordered.shape()), where);
	}

	private static float[] floats(final int[] labels) {
		final float[] floats = new float[labels.length];
		for (int i = 0; i < floats.length; i++)
			floats[i] = labels[i];
		return floats;
	}

	private void keepSmall(final Labels labels, final int[] laid, final int[] extents) {
		final Set<Integer> there = new HashSet<>();
		for (final int label : laid)
			there.add(label);
		final Geometry g = prepared.geometry();
		final int first = g.depth().isPresent() ? 0 : prepared.place().slice() - 1;
		final int slices = g.depth().map(Geometry.Span::image).orElse(1);
		final int height = extents[extents.length - 2];
		final int width = extents[extents.length - 1];
		for (int z = first; z < first + slices; z++)
			for (int y = 0; y < g.height().image(); y++)
				for (int x = 0; x < g.width().image(); x++) {
					final int label = labels.at(x, y, z);
					final int row = g.height().nearest(y);
					final int column = g.width().nearest(x);
					if (row < 0 || column < 0 || !there.add(label)) continue;
					final int plane = g.depth().isPresent() ? g.depth().get().nearest(z) : 0;
					laid[(plane * height + row) * width + column] = label;
				}
	}

	/** For each pixel of the network's input the image's that is nearest; -1 for margin. */
	private static int[] toImage(final Geometry.Span span) {
		return IntStream.range(0, span.network()).map(i -> {
			final long at = Math.round(span.toImage(i));
			return at < 0 || at >= span.image() ? -1 : (int) at;
		}).toArray();
	}

	private static Segments checked(final Segments segments, final String where) {
		if (segments.count() > MOST) throw new GlassboxException("'" + where + "' has " + segments.count() +
			" different labels, more than " + MOST + "; it seems to be no label image.");
		return segments;
	}
}
