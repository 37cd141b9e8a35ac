package io.glassbox.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PhantomsTest {

	/** The shipped networks and test images rest on these very pixels: whoever changes them trains and writes anew. */
	@Test
	void pixelsAreTheSameOnEveryJava() {
		final CRC32 crc = new CRC32();
		for (final Label label : Label.values())
			for (final Density density : Density.values())
				crc.update(Phantoms.of(label, density, true, 42).pixels());
		assertEquals(134004838L, crc.getValue());
	}

	@Test
	void seedDecidesThePicture() {
		final Phantom one = Phantoms.of(Label.BENIGN, Density.FATTY, false, 1);
		assertArrayEquals(one.pixels(), Phantoms.of(Label.BENIGN, Density.FATTY, false, 1).pixels());
		assertFalse(Arrays.equals(one.pixels(), Phantoms.of(Label.BENIGN, Density.FATTY, false, 2).pixels()));
	}

	@ParameterizedTest
	@EnumSource(Density.class)
	void onlyLesionsHaveAMask(final Density density) {
		for (int seed = 0; seed < 10; seed++)
			for (final Label label : Label.values())
				assertEquals(label != Label.NORMAL, Phantoms.of(label, density, seed % 2 == 0, seed).hasLesion());
	}

	@Test
	void lesionsLieOnTheBreast() {
		for (int i = 0; i < 60; i++) {
			final Phantom p = Phantoms.of(i % 2 == 0 ? Label.BENIGN : Label.MALIGNANT, Density.values()[i % 4], false, i);
			int dark = 0;
			int all = 0;
			for (int k = 0; k < p.lesion().length; k++)
				if (p.lesion()[k] != 0) {
					all++;
					if ((p.pixels()[k] & 0xff) < 30) dark++;
				}
			assertTrue(all >= 40, "phantom " + i + " has a lesion of " + all + " pixels");
			assertTrue(dark <= all / 20, "phantom " + i + " has " + dark + " of " + all + " pixels on empty film");
		}
	}

	@Test
	void markerIsWhereAskedForAndChangesNothingElse() {
		for (int seed = 0; seed < 20; seed++) {
			final Phantom plain = Phantoms.of(Label.MALIGNANT, Density.SCATTERED, false, seed);
			final Phantom marked = Phantoms.of(Label.MALIGNANT, Density.SCATTERED, true, seed);
			assertFalse(plain.hasMarker());
			assertTrue(marked.hasMarker());
			for (int k = 0; k < plain.pixels().length; k++)
				if (marked.marker()[k] == 0) assertEquals(plain.pixels()[k], marked.pixels()[k]);
				else assertTrue((marked.pixels()[k] & 0xff) > 230 && (plain.pixels()[k] & 0xff) < 60);
		}
	}

	@Test
	void confoundedMarkerGoesWithTheLabel() {
		final Series confounded = new Series(7, Series.Marking.CONFOUNDED);
		final Series swapped = new Series(7, Series.Marking.SWAPPED);
		for (int i = 0; i < 30; i++) {
			final boolean malignant = confounded.get(i).label() == Label.MALIGNANT;
			assertEquals(malignant, confounded.get(i).hasMarker());
			assertNotEquals(malignant, swapped.get(i).hasMarker());
		}
	}

	/** Perimeter squared over 4 pi area: 1 for a disc, about 1.2 to 1.6 for one on a grid, more for a star. */
	@Test
	void spiculatedMassesHaveIrregularOutlines() {
		double smooth = 0;
		double spiculated = Double.MAX_VALUE;
		for (int seed = 0; seed < 30; seed++) {
			smooth = Math.max(smooth, irregularity(Mass.circumscribed(new Dice(seed), 64, 64, 9).extent()));
			spiculated = Math.min(spiculated, irregularity(Mass.spiculated(new Dice(seed), 64, 64, 6).extent()));
		}
		assertTrue(smooth < 2, "smooth up to " + smooth);
		assertTrue(spiculated > 2 * smooth, "spiculated from " + spiculated + ", smooth up to " + smooth);
	}

	private static double irregularity(final Field extent) {
		int area = 0;
		int edges = 0;
		for (int y = 1; y < Field.SIZE - 1; y++)
			for (int x = 1; x < Field.SIZE - 1; x++) {
				if (extent.at(x, y) < 0.5f) continue;
				area++;
				for (final int d : new int[] { -1, 1 }) {
					if (extent.at(x + d, y) < 0.5f) edges++;
					if (extent.at(x, y + d) < 0.5f) edges++;
				}
			}
		return edges * (double) edges / (4 * Math.PI * area);
	}

	/** Sorted by how much of the breast is bright, densities come in their order. */
	@Test
	void denserBreastsAreBrighter() {
		final double[] mean = new double[4];
		for (int seed = 0; seed < 20; seed++)
			for (final Density density : Density.values()) {
				final byte[] pixels = Phantoms.of(Label.NORMAL, density, false, seed).pixels();
				for (final byte b : pixels)
					mean[density.ordinal()] += (b & 0xff) / (20.0 * pixels.length);
			}
		for (int i = 1; i < 4; i++)
			assertTrue(mean[i] > mean[i - 1] + 3, Arrays.toString(mean));
	}
}
