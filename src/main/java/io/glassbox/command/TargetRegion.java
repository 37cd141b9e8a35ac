package io.glassbox.command;

import io.glassbox.explain.Area;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;
import io.glassbox.image.Geometry;
import io.glassbox.image.Prepared;

import java.awt.Point;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToIntFunction;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.Roi;

/**
 * The region of an image that a person names for a network which scores every place: {@code auto} (the pixels predicted as
 * the class), {@code all}, {@code roi} (the image's selection), a pixel {@code x,y} or {@code x,y,z}, counted from 0 as ImageJ
 * shows them, slices from 1, or a mask image of the same size, by its title or file, not 0 inside.
 */
final class TargetRegion {

	/** Leaves it to what the network predicts. */
	static final String AUTO = "auto";

	private static final String EXPECTED = "A region is auto, all, roi, a pixel as x,y or x,y,z, or the title or file of a mask " +
		"image.";

	/** Which pixels of the image, slices counted from 0, belong to the region. */
	@FunctionalInterface
	private interface Pixels {

		boolean contain(int x, int y, int z);
	}

	private final String text;

	TargetRegion(final String text) {
		this.text = text == null || text.isBlank() ? AUTO : text.trim();
	}

	/**
	 * The region on an image made ready for a network.
	 *
	 * @throws GlassboxException if there is no such region, or nothing of it lies where the network looks
	 */
	Area on(final ImagePlus image, final Prepared prepared) {
		final Area named = named();
		if (named != null) return named;
		final int shown = prepared.place().isVolume() ? image.getSlice() - 1 : prepared.place().slice() - 1;
		if (text.equalsIgnoreCase("roi")) {
			final Roi roi = image.getRoi();
			if (roi == null) throw new GlassboxException("'" + image.getTitle() +
				"' has no selection; draw one, or choose another region. " + EXPECTED);
			final int at = roi.getZPosition() > 0 ? roi.getZPosition() - 1 : shown;
			final boolean[] inside = inside(roi, image.getWidth(), image.getHeight());
			return marked(prepared, (x, y, z) -> z == at && inside[y * image.getWidth() + x], shown, "the selection");
		}
		final int[] pixel = pixel();
		if (pixel != null) return marked(prepared, (x, y, z) -> x == pixel[0] && y == pixel[1] && z == (pixel.length == 3
			? pixel[2] - 1 : shown), shown, "pixel " + text);
		final ImagePlus mask = mask();
		if (mask.getWidth() != image.getWidth() || mask.getHeight() != image.getHeight() || mask.getNSlices() != 1 && mask
			.getNSlices() != image.getNSlices()) throw new GlassboxException("The mask '" + mask.getTitle() + "' is " + size(mask) +
				", but the image is " + size(image) + "; a mask has the image's size.");
		return marked(prepared, (x, y, z) -> mask.getStack().getProcessor(mask.getNSlices() == 1 ? 1 : z + 1).getf(x, y) != 0,
			shown, "mask " + mask.getTitle());
	}

	/**
	 * The region on a tensor: a pixel counts along its last axes, a mask is a {@code .npy} file.
	 *
	 * @throws GlassboxException if there is no such region
	 */
	Area on(final Tensor input) {
		final Area named = named();
		if (named != null) return named;
		final int[] extents = Arrays.copyOfRange(input.shape(), Math.min(2, input.rank()), input.rank());
		final int[] pixel = pixel();
		if (pixel != null) {
			if (pixel.length != extents.length) throw new GlassboxException("The pixel " + text + " has " + pixel.length +
				" coordinates, the input " + extents.length + " axes in space.");
			final Tensor mask = Tensor.zeros(extents);
			int at = 0;
			for (int axis = 0; axis < extents.length; axis++) {
				final int i = pixel[extents.length - 1 - axis];
				if (i >= extents[axis]) throw new GlassboxException("There is no pixel " + text + ": the input has extents " + Arrays
					.toString(extents) + ", the last being x, counted from 0.");
				at = at * extents[axis] + i;
			}
			mask.floats()[at] = 1;
			return Area.marked(mask, "pixel " + text);
		}
		final Path file = file();
		if (file == null || !text.endsWith(".npy")) throw unknown();
		return Area.marked(floats(Npy.read(file)), "mask " + file.getFileName());
	}

	private static Tensor floats(final Tensor mask) {
		if (mask.isFloat()) return mask;
		final float[] values = new float[mask.length()];
		for (int i = 0; i < values.length; i++)
			values[i] = mask.longs()[i];
		return Tensor.of(values, mask.shape());
	}

	private Area named() {
		if (text.equalsIgnoreCase(AUTO) || text.equalsIgnoreCase("predicted")) return Area.PREDICTED;
		return text.equalsIgnoreCase("all") ? Area.EVERYWHERE : null;
	}

	/** The pixels of an image that a selection holds, row by row: of a line or of points those they lie on. */
	private static boolean[] inside(final Roi roi, final int width, final int height) {
		final boolean[] inside = new boolean[width * height];
		for (final Point p : roi.getContainedPoints())
			if (p.x >= 0 && p.x < width && p.y >= 0 && p.y < height) inside[p.y * width + p.x] = true;
		return inside;
	}

	/** Null if the text is no pixel. */
	private int[] pixel() {
		if (!text.matches("\\d{1,9}\\s*,\\s*\\d{1,9}(\\s*,\\s*\\d{1,9})?")) return null;
		return Arrays.stream(text.split(",")).map(String::trim).mapToInt(Integer::parseInt).toArray();
	}

	private ImagePlus mask() {
		final ImagePlus open = WindowManager.getImage(text);
		if (open != null) return open;
		final Path file = file();
		final ImagePlus read = file == null ? null : IJ.openImage(file.toString());
		if (read == null) throw unknown();
		return read;
	}

	private Path file() {
		try {
			return Files.isRegularFile(Path.of(text)) ? Path.of(text) : null;
		}
		catch (final InvalidPathException e) {
			return null;
		}
	}

	private GlassboxException unknown() {
		return new GlassboxException("No region '" + text + "': no image of this title is open, and there is no such file. " +
			EXPECTED);
	}

	private static String size(final ImagePlus image) {
		return image.getWidth() + " x " + image.getHeight() + (image.getNSlices() > 1 ? " x " + image.getNSlices() : "");
	}

	/**
	 * Marks the pixels of the network's input whose centre lies in the region, and those in which a pixel of the region lies,
	 * so that nothing gets lost where the image is shrunk.
	 */
	private Area marked(final Prepared prepared, final Pixels region, final int slice, final String name) {
		final Geometry g = prepared.geometry();
		final boolean volume = g.depth().isPresent();
		final Geometry.Span flat = new Geometry.Span(1, 1, 1, 0);
		final Geometry.Span[] spans = { g.depth().orElse(flat), g.height(), g.width() };
		final Pixels inside = (x, y, z) -> region.contain(x, y, volume ? z : slice);
		final int[] extents = Arrays.stream(spans).mapToInt(Geometry.Span::network).toArray();
		final float[] mask = new float[Math.toIntExact(Tensor.count(extents))];
		forEach(Arrays.stream(spans).mapToInt(Geometry.Span::image).toArray(), (x, y, z) -> {
			final int[] at = nearest(spans, new int[] { z, y, x }, Geometry.Span::toNetwork, Geometry.Span::network);
			if (at != null && inside.contain(x, y, z)) mask[(at[0] * extents[1] + at[1]) * extents[2] + at[2]] = 1;
		});
		forEach(extents, (x, y, z) -> {
			final int[] at = nearest(spans, new int[] { z, y, x }, Geometry.Span::toImage, Geometry.Span::image);
			if (at != null && inside.contain(at[2], at[1], at[0])) mask[(z * extents[1] + y) * extents[2] + x] = 1;
		});
		boolean any = false;
		for (final float m : mask)
			any |= m != 0;
		if (!any) throw new GlassboxException("Nothing of the region '" + text +
			"' lies in the part of the image that the network sees; choose another region, or another way to resize.");
		final Tensor marked = Tensor.of(mask, extents);
		return Area.marked(prepared.inNetworkOrder(volume ? marked : marked.reshape(extents[1], extents[2])), name);
	}

	private interface Visit {

		void at(int x, int y, int z);
	}

	private static void forEach(final int[] extents, final Visit visit) {
		for (int z = 0; z < extents[0]; z++)
			for (int y = 0; y < extents[1]; y++)
				for (int x = 0; x < extents[2]; x++)
					visit.at(x, y, z);
	}

	/** The pixel on the other grid; null if it has none there. */
	private static int[] nearest(final Geometry.Span[] spans, final int[] pixel,
		final ToDoubleBiFunction<Geometry.Span, Double> across, final ToIntFunction<Geometry.Span> extent)
	{
		final int[] at = new int[pixel.length];
		for (int axis = 0; axis < at.length; axis++) {
			final long i = Math.round(across.applyAsDouble(spans[axis], (double) pixel[axis]));
			if (i < 0 || i >= extent.applyAsInt(spans[axis])) return null;
			at[axis] = (int) i;
		}
		return at;
	}
}
