package io.glassbox.image;

import io.glassbox.graph.GlassboxException;

import java.util.List;

import net.imglib2.Cursor;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.IntegerType;
import net.imglib2.type.numeric.RealType;

/** Refuses images with pixels that are not numbers: a network makes nonsense of the whole image from one. */
final class FinitePixels {

	private FinitePixels() {}

	/**
	 * @param planes for each channel its slices
	 * @param firstSlice the number, counted from 1, of the first of them
	 * @throws GlassboxException if a pixel is NaN or infinite
	 */
	static void check(final String title, final List<List<RandomAccessibleInterval<? extends RealType<?>>>> planes,
		final int firstSlice)
	{
		long count = 0;
		String first = "";
		for (int c = 0; c < planes.size(); c++)
			for (int z = 0; z < planes.get(c).size(); z++) {
				final RandomAccessibleInterval<? extends RealType<?>> plane = planes.get(c).get(z);
				if (plane.getType() instanceof IntegerType) continue;
				final Cursor<? extends RealType<?>> cursor = plane.cursor();
				while (cursor.hasNext()) {
					if (Float.isFinite(cursor.next().getRealFloat())) continue;
					if (count++ == 0) first = "x=" + cursor.getLongPosition(0) + ", y=" + cursor.getLongPosition(1) + (planes
						.get(c).size() > 1 || firstSlice > 1 ? ", slice " + (firstSlice + z) : "") + (planes.size() > 1
							? ", channel " + (c + 1) : "");
				}
			}
		if (count > 0) throw new GlassboxException("'" + title + "' holds " + count + (count == 1 ? " pixel that is" :
			" pixels that are") + " no finite number (NaN or infinity), the first at " + first +
			"; replace them, for instance with Process > Noise > Remove NaNs...");
	}
}
