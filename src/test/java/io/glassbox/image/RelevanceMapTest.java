package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;
import io.glassbox.graph.Port;
import io.glassbox.model.Preprocessing;
import io.glassbox.model.Preprocessing.Normalization;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;

import java.awt.Rectangle;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RelevanceMapTest {

	private static Preprocessor preprocessor(final Resize resize, final int... shape) {
		return new Preprocessor(new Preprocessing(new int[0], 0, resize, Values.RAW, 0, 100, Normalization.UNIT), new Port(
			"x", shape));
	}

	/** A plane 3 + x + 2 y, which linear interpolation gives back exactly, save at the border. */
	private static FloatProcessor ramp(final int width, final int height) {
		final FloatProcessor ip = new FloatProcessor(width, height);
		for (int y = 0; y < height; y++)
			for (int x = 0; x < width; x++)
				ip.setf(x, y, 3 + x + 2 * y);
		return ip;
	}

	private static RelevanceMap throughTheNetworksInput(final ImagePlus image, final Preprocessor p) {
		final Prepared prepared = p.prepare(image);
		return RelevanceMap.of(Maps.explained(true, prepared.tensor().floats(), prepared.geometry(), prepared.place()));
	}

	@ParameterizedTest
	@EnumSource(Resize.class)
	void networkInputTakenAsMapLiesExactlyOnTheImage(final Resize resize) {
		for (final int[] size : new int[][] { { 60, 33 }, { 33, 60 }, { 61, 61 }, { 17, 90 } })
			for (final int[] net : new int[][] { { 32, 32 }, { 64, 64 }, { 24, 48 }, { 100, 70 } }) {
				final ImagePlus image = new ImagePlus("ramp", ramp(size[0], size[1]));
				final Preprocessor p = preprocessor(resize, 1, 1, net[0], net[1]);
				final RelevanceMap map = throughTheNetworksInput(image, p);
				final float[] back = map.plane(0);
				final Rectangle seen = map.seen();
				// linear interpolation repeats the border: within one network pixel of it the ramp is flattened
				final Geometry g = p.prepare(image).geometry();
				final int border = 1 + (int) Math.ceil(Math.max(g.width().scale(), g.height().scale()));
				int compared = 0;
				for (int y = seen.y + border; y < seen.y + seen.height - border; y++)
					for (int x = seen.x + border; x < seen.x + seen.width - border; x++, compared++)
						assertEquals(3 + x + 2 * y, back[y * size[0] + x], 1e-3, "at " + x + "," + y + " of " + size[0] + "x" +
							size[1] + " through " + net[1] + "x" + net[0]);
				assertTrue(compared > 50);
			}
	}

	@Test
	void wholeFactorsAreExact() {
		final ImagePlus image = new ImagePlus("ramp", ramp(16, 8));
		final RelevanceMap map = throughTheNetworksInput(image, preprocessor(Resize.LETTERBOX, 1, 1, 16, 16));
		assertArrayEquals((float[]) image.getProcessor().getPixels(), map.plane(0));
	}

	@Test
	void letterboxMarginDoesNotBleedIntoTheImage() {
		final Geometry g = Geometry.fit(Resize.LETTERBOX, new int[] { 4, 8 }, new int[] { 8, 8 });
		final float[] values = new float[64];
		for (int i = 0; i < 64; i++)
			values[i] = i / 8 < 2 || i / 8 >= 6 ? 100 : 1;
		final RelevanceMap map = RelevanceMap.of(Maps.explained(false, values, g, Place.FIRST));
		for (final float v : map.plane(0))
			assertEquals(1, v);
		assertEquals(1, map.extreme());
	}

	@Test
	void outsideACropRelevanceIsZero() {
		final Geometry g = Geometry.fit(Resize.CROP, new int[] { 4, 12 }, new int[] { 2, 2 });
		final RelevanceMap map = RelevanceMap.of(Maps.explained(false, new float[] { 1, 1, 1, 1 }, g, Place.FIRST));
		assertEquals(new Rectangle(4, 0, 4, 4), map.seen());
		for (int i = 0; i < 48; i++)
			assertEquals(i % 12 >= 4 && i % 12 < 8 ? 1 : 0, map.plane(0)[i], 1e-6);
	}

	@Test
	void shrinkingAMapKeepsItsMean() {
		final float[] values = new float[64 * 64];
		values[64 * 31 + 17] = 4096; // one strong pixel which point sampling would miss
		final RelevanceMap map = RelevanceMap.of(Maps.explained(false, values, Geometry.fit(Resize.STRETCH, new int[] { 8,
			8 }, new int[] { 64, 64 }), Place.FIRST));
		double sum = 0;
		for (final float v : map.plane(0))
			sum += v;
		assertEquals(64, sum, 1e-3); // mean 1 over 64 pixels
	}

	@Test
	void volumeHasAPlaneForEachSlice() {
		final ImageStack stack = new ImageStack(12, 10);
		for (int z = 0; z < 6; z++) {
			final FloatProcessor ip = ramp(12, 10);
			ip.add(z * 5);
			stack.addSlice(ip);
		}
		final ImagePlus image = new ImagePlus("volume", stack);
		final RelevanceMap map = throughTheNetworksInput(image, preprocessor(Resize.STRETCH, 1, 1, 12, 20, 24));
		assertEquals(6, map.size());
		assertEquals(new Place(4, 1), map.place(3));
		assertEquals(3 + 5 + 2 * 4 + 15, map.plane(3)[4 * 12 + 5], 1e-4);
	}

	@Test
	void slicesAreSortedAndShareOneScale() {
		final Geometry g = Geometry.fit(Resize.STRETCH, new int[] { 1, 2 }, new int[] { 1, 2 });
		final RelevanceMap map = RelevanceMap.of(List.of(Maps.explained(true, new float[] { 0, -3 }, g, new Place(3, 1)),
			Maps.explained(true, new float[] { 2, 0 }, g, new Place(1, 1))));
		assertEquals(new Place(1, 1), map.place(0));
		assertEquals(2, map.plane(0)[0]);
		assertEquals(3, map.extreme());
	}
}
