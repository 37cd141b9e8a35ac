package io.glassbox.image;

import ij.ImagePlus;
import ij.ImageStack;
import ij.measure.Calibration;

import java.awt.Rectangle;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * A relevance map as an ImageJ image of its own: 32 bit, the size and calibration of the image explained.
 * <p>
 * Its display range begins at 0, or is symmetric about 0 for signed maps, and is the same in all slices. Its
 * {@code Info} (Image &gt; Show Info...) tells how it came about, one {@code key: value} a line.
 * </p>
 */
public final class Heatmap {

	private Heatmap() {}

	/** What a heatmap of this image is called. */
	public static String title(final String method, final ImagePlus source) {
		return method + " of " + source.getTitle();
	}

	/**
	 * A new image, not shown.
	 *
	 * @param method for people: Grad-CAM
	 * @param source the image explained
	 * @param provenance what is needed to make the map again
	 */
	public static ImagePlus of(final String method, final RelevanceMap map, final ImagePlus source,
		final Map<String, String> provenance)
	{
		return of(method, map, source, provenance, DisplayRange.ALL);
	}

	/** @param clip percentage of the pixels whose relevance the display range holds, 100 for all; values stay as they are */
	public static ImagePlus of(final String method, final RelevanceMap map, final ImagePlus source,
		final Map<String, String> provenance, final double clip)
	{
		DisplayRange.require(clip);
		final ImageStack stack = new ImageStack(map.width(), map.height());
		for (int i = 0; i < map.size(); i++)
			stack.addSlice(label(map.place(i), source), map.plane(i));
		final ImagePlus heatmap = new ImagePlus(title(method, source), stack);
		final int slices = distinct(map, Place::slice);
		final int frames = distinct(map, Place::frame);
		if (slices * frames == map.size()) heatmap.setDimensions(1, slices, frames);
		heatmap.setOpenAsHyperStack(slices > 1 && frames > 1);
		heatmap.setCalibration(calibration(source));
		heatmap.setProperty("Info", info(map, provenance) + DisplayRange.told(clip).map(t -> "Display: " + t + "\n").orElse(""));
		final double strongest = map.strongest(clip);
		final double most = strongest > 0 ? strongest : 1;
		heatmap.setLut(Luts.named(map.signed() ? Luts.DIVERGING : Luts.SEQUENTIAL));
		heatmap.setDisplayRange(map.signed() ? -most : 0, most);
		return heatmap;
	}

	private static String label(final Place place, final ImagePlus source) {
		if (source.getStackSize() == 1) return null;
		return source.getStack().getShortSliceLabel(source.getStackIndex(1, place.slice(), place.frame()));
	}

	private static int distinct(final RelevanceMap map, final ToIntFunction<Place> position) {
		return (int) IntStream.range(0, map.size()).map(i -> position.applyAsInt(map.place(i))).distinct().count();
	}

	/** Pixel sizes and origin, without what the source's values stand for. */
	private static Calibration calibration(final ImagePlus source) {
		final Calibration calibration = source.getCalibration().copy();
		calibration.disableDensityCalibration();
		return calibration;
	}

	private static String info(final RelevanceMap map, final Map<String, String> provenance) {
		final StringBuilder info = new StringBuilder();
		provenance.forEach((key, value) -> info.append(key).append(": ").append(value.replaceAll("\\s*\\R\\s*", " "))
			.append('\n'));
		final Rectangle seen = map.seen();
		if (seen.width < map.width() || seen.height < map.height()) info.append(String.format(
			"Seen by the network: x=%d y=%d width=%d height=%d; relevance is 0 outside\n", seen.x, seen.y, seen.width,
			seen.height));
		return info.toString();
	}
}
