package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import ij.ImagePlus;
import ij.process.ByteProcessor;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Port;
import io.glassbox.model.Preprocessing;
import io.glassbox.model.Preprocessing.Normalization;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;

import java.lang.management.ManagementFactory;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A whole-slide sized image goes through without being copied. */
class HugeImageTest {

	private static final int SIDE = 20000;

	private static ImagePlus image() {
		try {
			return new ImagePlus("slide", new ByteProcessor(SIDE, SIDE));
		}
		catch (final OutOfMemoryError e) {
			return Assumptions.abort("no 400 MB for the image");
		}
	}

	private static long allocated() {
		return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

	@Test
	void isResampledStraightFromItsPixels() {
		final ImagePlus image = image();
		image.getProcessor().set(SIDE - 1, SIDE - 1, 255);
		for (final Values values : new Values[] { Values.TYPE, Values.PERCENTILE }) {
			final Preprocessor p = new Preprocessor(new Preprocessing(new int[0], 0, Resize.LETTERBOX, values, 0.5, 99.5,
				Normalization.IMAGENET), new Port("x", new int[] { 1, 3, 224, 224 }));
			final long before = allocated();
			final Prepared prepared = p.prepare(image);
			final long used = allocated() - before;
			assertEquals(224, prepared.tensor().size(-1));
			assertTrue(used < 50_000_000, "took " + used + " bytes beside the image");
		}
	}

	@Test
	void isRefusedByANetworkThatWouldTakeItWhole() {
		final ImagePlus image = image();
		Assumptions.assumeTrue(Runtime.getRuntime().maxMemory() < 4L * 3 * 4 * SIDE * SIDE, "there is memory for that");
		final Preprocessor p = new Preprocessor(Preprocessing.DEFAULT, new Port("x", new int[] { 1, 3, -1, -1 }));
		assertTrue(assertThrows(GlassboxException.class, () -> p.prepare(image)).getMessage().contains(
			"20000 x 20000 pixels would take 4.8 GB"));
	}
}
