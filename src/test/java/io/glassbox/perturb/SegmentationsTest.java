package io.glassbox.perturb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments are scikit-image's, nearly, and written as people write them. */
class SegmentationsTest {

	private static Tensor read(final String name) {
		return Npy.read(Path.of("src/test/resources/segments", name + ".npy"));
	}

	/** Hubert and Arabie's: 1 for the same cuts, 0 for what chance gives. */
	private static double adjustedRandIndex(final int[] a, final long[] b) {
		final Map<Long, Long> both = new HashMap<>();
		final Map<Long, Long> as = new HashMap<>();
		final Map<Long, Long> bs = new HashMap<>();
		for (int i = 0; i < a.length; i++) {
			both.merge(a[i] * 1_000_000L + b[i], 1L, Long::sum);
			as.merge((long) a[i], 1L, Long::sum);
			bs.merge(b[i], 1L, Long::sum);
		}
		final double n = a.length * (a.length - 1.0) / 2;
		final double expected = pairs(as) * pairs(bs) / n;
		return (pairs(both) - expected) / ((pairs(as) + pairs(bs)) / 2 - expected);
	}

	private static double pairs(final Map<Long, Long> sizes) {
		return sizes.values().stream().mapToDouble(s -> s * (s - 1.0) / 2).sum();
	}

	@ParameterizedTest
	@CsvSource({ "phantom, slic, 50 sigma=1, 0.95", "colours, slic, 50 sigma=1, 0.95", "volume, slic, 50 sigma=1, 0.95",
		"phantom, felzenszwalb, min=20, 0.95", "colours, felzenszwalb, min=20, 0.95", "phantom, quickshift, '', 0.95",
		"colours, quickshift, '', 0.95", "phantom, watershed, 50, 0.95", "colours, watershed, 50, 0.95", "volume, watershed, 50, 0.95" })
	void segmentsAreThoseOfScikitImage(final String image, final String method, final String settings, final double least) {
		final Segments found = Segmentations.parse(method + " " + settings).of(read(image));
		final double index = adjustedRandIndex(found.labels(), read(image + "_" + method).longs());
		assertTrue(index >= least, image + " " + method + ": adjusted Rand index " + index);
	}

	/** Normalised as networks take them, images are cut like before. */
	@Test
	void theRangeOfValuesDoesNotMatter() {
		final Tensor image = read("colours");
		final float[] other = image.floats().clone();
		for (int i = 0; i < other.length; i++)
			other[i] = 4 * other[i] - 2;
		for (final String name : new String[] { "slic", "felzenszwalb", "watershed" })
			assertTrue(adjustedRandIndex(Segmentations.parse(name).of(image).labels(), Arrays.stream(Segmentations.parse(name).of(Tensor
				.of(other, image.shape())).labels()).asLongStream().toArray()) > 0.99, name);
	}

	@Test
	void anImageOfOneValueIsCutWithoutRandomness() {
		final Tensor flat = Tensor.zeros(1, 3, 30, 40);
		assertEquals(1, Segmentations.parse("felzenszwalb").of(flat).count());
		for (final String name : Segmentations.NAMES)
			assertArrayEquals(Segmentations.parse(name).of(flat).labels(), Segmentations.parse(name).of(flat).labels(), name);
		assertEquals(12, Segmentations.parse("slic 12").of(flat).count());
	}

	/** Four channels, of which one has an edge: no segment lies on both sides. */
	@Test
	void anyNumberOfChannelsIsLookedAt() {
		final Tensor image = Tensor.zeros(1, 4, 40, 40);
		for (int k = 0; k < 1600; k++)
			if (k % 40 + k / 40 > 37) image.floats()[1600 + k] = 1;
		for (final String name : new String[] { "slic 20", "felzenszwalb", "watershed 20", "quickshift" }) {
			final Segments s = Segmentations.parse(name).of(image);
			final double[][] sides = new double[s.count()][2];
			for (int k = 0; k < 1600; k++)
				sides[s.labels()[k]][(int) image.floats()[1600 + k]]++;
			final double wrong = Arrays.stream(sides).mapToDouble(side -> Math.min(side[0], side[1])).sum();
			assertTrue(wrong < 40, name + ": " + wrong + " pixels on the wrong side");
		}
	}

	/** Whoever cancels interrupts the thread that works. */
	@ParameterizedTest
	@ValueSource(strings = { "slic 20", "quickshift", "felzenszwalb", "watershed 20" })
	void cuttingEndsWhenItIsCancelled(final String name) {
		Thread.currentThread().interrupt();
		try {
			assertThrows(CancellationException.class, () -> Segmentations.parse(name).of(Tensor.zeros(1, 1, 50, 50)));
		}
		finally {
			assertTrue(Thread.interrupted());
		}
	}

	@Test
	void hexagonsAreAsManyAsWantedNearly() {
		final int count = Segmentations.parse("hexagons 200").of(Tensor.zeros(1, 1, 200, 300)).count();
		assertTrue(count > 190 && count < 250, "" + count);
	}

	@Test
	void volumesAreCutWhereTheMethodKnowsThem() {
		final Tensor volume = read("volume");
		for (final String name : new String[] { "slic 20", "watershed 20", "felzenszwalb", "grid 20" }) {
			final int count = Segmentations.parse(name).of(volume).count();
			assertTrue(count > 2 && count < 200, name + ": " + count);
		}
		for (final String name : new String[] { "quickshift", "hexagons" }) {
			final String message = assertThrows(GlassboxException.class, () -> Segmentations.parse(name).of(volume)).getMessage();
			assertTrue(message.contains("For volumes take slic"), message);
		}
	}

	@Test
	void settingsAreReadAsWritten() {
		assertEquals(new Slic(50, 10, 0), Segmentations.parse(Segmentations.DEFAULT));
		assertEquals(new Slic(80, 20, 1), Segmentations.parse(" SLIC 80 compactness=20 sigma=1"));
		assertEquals(new Felzenszwalb(200, 0.8, 20), Segmentations.parse("felzenszwalb scale=200 sigma=0.8 min=20"));
		assertEquals(new Quickshift(5, 10, 0.2), Segmentations.parse("quickshift kernel=5 distance=10"));
		assertEquals(new Watershed(60, 0.001), Segmentations.parse("watershed 60"));
		assertEquals(new Hexagons(50), Segmentations.parse("hexagons"));
		assertEquals(new Grid(7), Segmentations.parse("grid 7"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "slick 50|slic", "slic size=3|compactness", "quickshift 50|kernel", "slic 5.5|slic 50",
		"felzenszwalb scale=much|scale=100", "slic 0|1 segment", "slic compactness=0|above 0", "felzenszwalb min=0|1 pixel" })
	void whatCannotBeReadIsSaidWithWhatCan(final String text, final String told) {
		final String message = assertThrows(GlassboxException.class, () -> Segmentations.parse(text)).getMessage();
		assertTrue(message.contains(told), message);
	}
}
