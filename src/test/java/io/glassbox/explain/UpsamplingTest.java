package io.glassbox.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against PyTorch's interpolation and a guided filter written window by window, see {@code cam_settings.py}. */
class UpsamplingTest {

	private static Tensor read(final String name) throws URISyntaxException {
		return Npy.read(Path.of(UpsamplingTest.class.getResource("/cam/" + name + ".npy").toURI()));
	}

	/** One extent grows, the other shrinks. */
	@ParameterizedTest
	@ValueSource(strings = { "8x11", "2x15" })
	void cubicAndNearestAreTorchs(final String extents) throws URISyntaxException {
		final String[] hw = extents.split("x");
		final Tensor picture = Tensor.zeros(1, 3, Integer.parseInt(hw[0]), Integer.parseInt(hw[1]));
		assertArrayEquals(read("bicubic_" + extents).floats(), Upsampling.CUBIC.of(read("coarse"), picture).floats(), 2e-6f);
		assertArrayEquals(read("nearest_" + extents).floats(), Upsampling.NEAREST.of(read("coarse"), picture).floats());
	}

	@ParameterizedTest
	@CsvSource({ "gray, '2 3'", "colour, '1 2'", "volume, '1 2 1'" })
	void theGuidedFilterIsItsEquations(final String name, final String radii) throws URISyntaxException {
		final int[] radius = Arrays.stream(radii.split(" ")).mapToInt(Integer::parseInt).toArray();
		final Tensor q = GuidedFilter.of(read("map_" + name), read("guide_" + name), radius, 1e-3);
		assertArrayEquals(read("guided_" + name).floats(), q.floats(), 1e-5f);
	}

	/** A bright half and a dark half: the map's step comes to lie where the image's is, not where the layer's places meet. */
	@Test
	void guidedMapsFollowTheImage() {
		final float[] image = new float[32 * 32];
		for (int i = 0; i < image.length; i++)
			image[i] = i % 32 < 19 ? 0 : 1;
		final Tensor coarse = Tensor.of(new float[] { 0, 0, 0.3f, 1, 0, 0, 0.3f, 1, 0, 0, 0.3f, 1, 0, 0, 0.3f, 1 }, 1, 1, 4, 4);
		final Tensor picture = Tensor.of(image, 1, 1, 32, 32);
		assertTrue(step(Upsampling.GUIDED.of(coarse, picture)) > 3 * step(Upsampling.LINEAR.of(coarse, picture)));
		assertTrue(Upsampling.GUIDED.caveat().orElseThrow().contains("not the network's"));
		assertTrue(Upsampling.CUBIC.caveat().isEmpty());
	}

	/** Across the image's edge, in the middle row. */
	private static float step(final Tensor map) {
		return map.floats()[16 * 32 + 19] - map.floats()[16 * 32 + 18];
	}

	@Test
	void aMapOfTheRightSizeStaysAsItIs() {
		final Tensor map = Tensor.of(new float[] { 1, -2, 3, 4 }, 1, 1, 2, 2);
		for (final Upsampling u : Upsampling.values())
			assertSame(map, u.of(map, Tensor.zeros(1, 3, 2, 2)));
	}

	@Test
	void namesAreThoseOfImagesAndOfVolumes() {
		assertEquals(Upsampling.LINEAR, Upsampling.parse(" Trilinear"));
		assertEquals(Upsampling.CUBIC, Upsampling.parse("bicubic"));
		assertEquals("guided", Upsampling.parse("guided").toString());
		assertTrue(assertThrows(GlassboxException.class, () -> Upsampling.parse("lanczos")).getMessage().contains(
			"nearest, bilinear, bicubic, guided"));
	}

	@Test
	void aGuideOfAnotherSizeIsRefused() {
		final GlassboxException e = assertThrows(GlassboxException.class, () -> GuidedFilter.of(Tensor.zeros(1, 1, 2, 3), Tensor
			.zeros(1, 1, 3, 3), new int[] { 1, 1 }, 1e-3));
		assertTrue(e.getMessage().contains("[1, 1, 2, 3]"), e.getMessage());
	}
}
