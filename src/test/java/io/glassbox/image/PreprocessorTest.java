package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.CompositeImage;
import ij.IJ;
import ij.ImagePlus;
import ij.ImageStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ShortProcessor;
import io.glassbox.explain.Interpolation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.model.Preprocessing;
import io.glassbox.model.Preprocessing.Normalization;
import io.glassbox.model.Preprocessing.Resize;
import io.glassbox.model.Preprocessing.Values;

import java.util.List;
import java.util.Random;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;

class PreprocessorTest {

	private static final int ANY = Port.ANY;

	private static Preprocessing how(final Resize resize, final Values values, final Normalization normalization,
		final int... size)
	{
		return new Preprocessing(size, 0, resize, values, 0, 100, normalization);
	}

	private static final Preprocessing RAW = how(Resize.STRETCH, Values.RAW, Normalization.UNIT);

	private static Port port(final int... shape) {
		return new Port("x", shape);
	}

	private static Tensor tensor(final Preprocessing how, final Port port, final ImagePlus image) {
		return new Preprocessor(how, port).prepare(image).tensor();
	}

	private static FloatProcessor noise(final int width, final int height) {
		final Random random = new Random(7);
		final float[] pixels = new float[width * height];
		for (int i = 0; i < pixels.length; i++)
			pixels[i] = random.nextFloat() * 100;
		return new FloatProcessor(width, height, pixels);
	}

	private static String message(final Preprocessing how, final Port port, final ImagePlus image) {
		return assertThrows(GlassboxException.class, () -> tensor(how, port, image)).getMessage();
	}

	@Test
	void stretchIsLinearBetweenPixelCentres() {
		final FloatProcessor ip = noise(13, 9);
		final Tensor whole = Tensor.of(((float[]) ip.getPixels()).clone(), 9, 13);
		for (final int[] size : new int[][] { { 9, 13 }, { 5, 20 }, { 18, 26 }, { 4, 3 }, { 1, 1 } }) {
			final Tensor t = tensor(RAW, port(ANY, 1, size[0], size[1]), new ImagePlus("i", ip));
			// both interpolate in float, in another order
			assertArrayEquals(Interpolation.linear(whole, size).floats(), t.floats(), 2e-5f);
			assertArrayEquals(new int[] { 1, 1, size[0], size[1] }, t.shape());
		}
	}

	private static final Preprocessing ANTIALIASED = new Preprocessing(new int[0], 0, Resize.STRETCH, true, Values.RAW, 0,
		100, Normalization.UNIT);

	@Test
	void antialiasedShrinkingTakesTheMeanOfEachBlock() {
		final int k = 7;
		final ImagePlus image = new ImagePlus("i", noise(8 * k, 6 * k));
		final float[] small = tensor(ANTIALIASED, port(1, 1, 6, 8), image).floats();
		for (int y = 0; y < 6; y++)
			for (int x = 0; x < 8; x++) {
				double mean = 0;
				for (int i = 0; i < k * k; i++)
					mean += image.getProcessor().getf(x * k + i % k, y * k + i / k) / (k * k);
				// a block's outermost pixels share an eighth with the next block: 0.6 of noise from 0 to 100
				assertEquals(mean, small[y * 8 + x], 3, "block " + x + ", " + y);
			}
	}

	@Test
	void antialiasingIsExactOnARampAndChangesNothingWhereTheImageGrows() {
		final FloatProcessor ramp = new FloatProcessor(20, 20);
		for (int i = 0; i < 400; i++)
			ramp.setf(i % 20, i / 20, i % 20 + 100 * (i / 20));
		final float[] small = tensor(ANTIALIASED, port(1, 1, 5, 5), new ImagePlus("r", ramp)).floats();
		for (int y = 1; y < 4; y++)
			for (int x = 1; x < 4; x++)
				assertEquals(4 * x + 1.5f + 100 * (4 * y + 1.5f), small[5 * y + x], 1e-3f);
		final ImagePlus image = new ImagePlus("i", noise(13, 9));
		assertArrayEquals(tensor(RAW, port(1, 1, 20, 26), image).floats(), tensor(ANTIALIASED, port(1, 1, 20, 26), image)
			.floats());
	}

	@Test
	void volumesAreInterpolatedAlongDepthToo() {
		final ImageStack stack = new ImageStack(6, 5);
		final float[] all = new float[4 * 30];
		final Random random = new Random(3);
		for (int z = 0; z < 4; z++) {
			final float[] plane = new float[30];
			for (int i = 0; i < 30; i++)
				plane[i] = all[z * 30 + i] = random.nextFloat();
			stack.addSlice(null, plane);
		}
		final ImagePlus image = new ImagePlus("v", stack);
		for (final int[] size : new int[][] { { 4, 5, 6 }, { 2, 5, 6 }, { 7, 3, 11 } }) {
			final Prepared p = new Preprocessor(RAW, port(1, 1, size[0], size[1], size[2])).prepare(image);
			assertArrayEquals(Interpolation.linear(Tensor.of(all.clone(), 4, 5, 6), size).floats(), p.tensor().floats(),
				1e-6f);
			assertTrue(p.place().isVolume());
		}
	}

	@Test
	void cropTakesTheCentre() {
		final FloatProcessor ip = new FloatProcessor(8, 4);
		for (int y = 0; y < 4; y++)
			for (int x = 0; x < 8; x++)
				ip.setf(x, y, 10 * y + x);
		final Prepared p = new Preprocessor(how(Resize.CROP, Values.RAW, Normalization.UNIT), port(1, 1, 4, 4)).prepare(
			new ImagePlus("i", ip));
		assertArrayEquals(new float[] { 2, 3, 4, 5 }, java.util.Arrays.copyOf(p.tensor().floats(), 4));
		assertEquals(2, p.geometry().width().toImage(0));
		assertEquals(2, p.geometry().width().firstSeen());
		assertEquals(6, p.geometry().width().endSeen());
		assertEquals(4, p.geometry().height().endSeen());
	}

	@Test
	void letterboxCentresTheImageInZeros() {
		final FloatProcessor ip = new FloatProcessor(8, 4);
		ip.set(5);
		final Prepared p = new Preprocessor(how(Resize.LETTERBOX, Values.RAW, Normalization.UNIT), port(1, 1, 8, 8))
			.prepare(new ImagePlus("i", ip));
		for (int y = 0; y < 8; y++)
			for (int x = 0; x < 8; x++)
				assertEquals(y >= 2 && y < 6 ? 5 : 0, p.tensor().floats()[8 * y + x]);
		assertEquals(-2, p.geometry().height().toImage(0));
		assertEquals(2, p.geometry().height().toNetwork(0));
	}

	@Test
	void letterboxMarginIsZeroBeforeNormalization() {
		final ByteProcessor ip = new ByteProcessor(8, 4);
		ip.set(255);
		final Tensor t = tensor(how(Resize.LETTERBOX, Values.TYPE, Normalization.SIGNED), port(1, 1, 8, 8), new ImagePlus(
			"i", ip));
		assertEquals(-1, t.floats()[0]);
		assertEquals(1, t.floats()[3 * 8]);
	}

	@Test
	void geometryLeadsThereAndBack() {
		for (final Resize resize : Resize.values()) {
			final Geometry g = Geometry.fit(resize, new int[] { 301, 477 }, new int[] { 224, 160 });
			for (final Geometry.Span span : g.spans())
				for (double u = 0; u < span.network(); u += 7.3)
					assertEquals(u, span.toNetwork(span.toImage(u)), 1e-9);
		}
	}

	@Test
	void grayIsRepeatedForThreeChannels() {
		final Tensor t = tensor(RAW, port(1, 3, 3, 4), new ImagePlus("g", noise(4, 3)));
		for (int i = 0; i < 12; i++) {
			assertEquals(t.floats()[i], t.floats()[i + 12]);
			assertEquals(t.floats()[i], t.floats()[i + 24]);
		}
	}

	@Test
	void colourKeepsItsChannelsInOrder() {
		final ColorProcessor ip = new ColorProcessor(1, 1, new int[] { 0x0a141e });
		assertArrayEquals(new float[] { 10, 20, 30 }, tensor(RAW, port(1, 3, 1, 1), new ImagePlus("c", ip)).floats());
	}

	@Test
	void colourBecomesLuminanceForOneChannel() {
		final ColorProcessor ip = new ColorProcessor(1, 1, new int[] { 0x0a141e });
		assertEquals(0.299f * 10 + 0.587f * 20 + 0.114f * 30, tensor(RAW, port(1, 1, 1, 1), new ImagePlus("c", ip))
			.floats()[0], 1e-5);
	}

	@Test
	void channelsGoIntoANetworkOfAsMany() {
		final ImagePlus image = IJ.createHyperStack("h", 2, 2, 4, 1, 1, 16);
		for (int c = 1; c <= 4; c++)
			image.getStack().getProcessor(c).set(c * 100);
		final float[] values = tensor(RAW, port(1, 4, 2, 2), image).floats();
		for (int c = 0; c < 4; c++)
			assertEquals((c + 1) * 100, values[c * 4]);
		assertTrue(message(RAW, port(1, 2, 2, 2), image).contains("takes 2 channels, 'h' has 4 channels"));
		assertTrue(message(RAW, port(1, 1, 2, 2), image).contains("takes 1 channel, 'h' has 4 channels"));
	}

	@Test
	void typeRangeBecomesUnitRange() {
		final Preprocessing type = how(Resize.STRETCH, Values.TYPE, Normalization.UNIT);
		assertEquals(0.2f, tensor(type, port(1, 1, 1, 1), new ImagePlus("b", new ByteProcessor(1, 1, new byte[] { 51 })))
			.floats()[0], 1e-6);
		assertEquals(0.6f, tensor(type, port(1, 1, 1, 1), new ImagePlus("s", new ShortProcessor(1, 1, new short[] {
			(short) 39321 }, null))).floats()[0], 1e-6);
		assertEquals(-3, tensor(type, port(1, 1, 1, 1), new ImagePlus("f", new FloatProcessor(1, 1, new float[] { -3 })))
			.floats()[0]);
		assertEquals(30 / 255f, tensor(type, port(1, 3, 1, 1), new ImagePlus("c", new ColorProcessor(1, 1, new int[] {
			0x0a141e }))).floats()[2], 1e-6);
	}

	@Test
	void networkSeesWhatThePersonSeesUnderAnInvertingLookupTable() {
		final ImagePlus bytes = new ImagePlus("b", new ByteProcessor(4, 1, new byte[] { 0, 51, 102, (byte) 255 }));
		final ImagePlus shorts = new ImagePlus("s", new ShortProcessor(4, 1, new short[] { 0, 13107, 26214, -1 }, null));
		for (final ImagePlus image : List.of(bytes, shorts)) {
			final double max = image.getBitDepth() == 8 ? 255 : 65535;
			image.getProcessor().invertLut();
			assertTrue(image.isInvertedLut());
			assertArrayEquals(new float[] { 1, 0.8f, 0.6f, 0 }, values(Values.TYPE, image), 1e-6f);
			image.setDisplayRange(max / 5, max * 2 / 5);
			assertArrayEquals(new float[] { 1, 1, 0, 0 }, values(Values.DISPLAY, image), 1e-6f);
			assertArrayEquals(new float[] { 1, 0.8f, 0.6f, 0 }, values(Values.PERCENTILE, image), 1e-6f);
			assertArrayEquals(new float[] { 0, (float) max / 5, (float) max * 2 / 5, (float) max }, values(Values.RAW,
				image), 1e-6f);
		}
	}

	@Test
	void percentilesCountFromWhatIsSeenDark() {
		final ImagePlus image = new ImagePlus("s", new ShortProcessor(5, 1, new short[] { 40, 30, 20, 10, 1 }, null));
		image.getProcessor().invertLut();
		final Preprocessing how = new Preprocessing(new int[0], 0, Resize.STRETCH, Values.PERCENTILE, 0, 75,
			Normalization.UNIT);
		assertArrayEquals(new float[] { 0, 1 / 3f, 2 / 3f, 1, 1 }, tensor(how, port(1, 1, 1, 5), image).floats(), 1e-6f);
	}

	@Test
	void channelsOfACompositeAreInvertedByTheirOwnLookupTables() {
		final ImageStack stack = new ImageStack(1, 1);
		stack.addSlice(null, new byte[] { 51 });
		stack.addSlice(null, new byte[] { 51 });
		final ImagePlus plain = new ImagePlus("h", stack);
		plain.setDimensions(2, 1, 1);
		final CompositeImage image = new CompositeImage(plain, CompositeImage.GRAYSCALE);
		image.setChannelLut(image.getChannelLut(2).createInvertedLut(), 2);
		final Preprocessing type = how(Resize.STRETCH, Values.TYPE, Normalization.UNIT);
		assertArrayEquals(new float[] { 0.2f, 0.8f }, tensor(type, port(1, 2, 1, 1), image).floats(), 1e-6f);
	}

	private static float[] values(final Values values, final ImagePlus image) {
		return tensor(how(Resize.STRETCH, values, Normalization.UNIT), port(1, 1, 1, image.getWidth()), image).floats();
	}

	@Test
	void displayRangeIsMappedAndClipped() {
		final ImagePlus image = new ImagePlus("s", new ShortProcessor(4, 1, new short[] { 0, 1000, 1500, 3000 }, null));
		image.setDisplayRange(1000, 2000);
		assertArrayEquals(new float[] { 0, 0, 0.5f, 1 }, tensor(how(Resize.STRETCH, Values.DISPLAY, Normalization.UNIT),
			port(1, 1, 1, 4), image).floats(), 1e-6f);
	}

	@Test
	void channelsOfACompositeHaveTheirOwnDisplayRanges() {
		final ImageStack stack = new ImageStack(1, 1);
		stack.addSlice(null, new short[] { 50 });
		stack.addSlice(null, new short[] { 50 });
		final ImagePlus plain = new ImagePlus("h", stack);
		plain.setDimensions(2, 1, 1);
		final CompositeImage image = new CompositeImage(plain, CompositeImage.COMPOSITE);
		image.setC(1);
		image.setDisplayRange(0, 100);
		image.setC(2);
		image.setDisplayRange(0, 200);
		assertArrayEquals(new float[] { 0.5f, 0.25f }, tensor(how(Resize.STRETCH, Values.DISPLAY, Normalization.UNIT),
			port(1, 2, 1, 1), image).floats(), 1e-6f);
	}

	@Test
	void percentilesAreExact() {
		final float[] pixels = new float[1001];
		for (int i = 0; i < pixels.length; i++)
			pixels[i] = (i * 389 % 1001 - 500) * 0.5f; // every multiple of a half from -250 to 250, shuffled
		final double[] found = Percentiles.of(List.of(ArrayImgs.floats(pixels, 1001, 1)), 0, 10, 50, 99.95, 100);
		assertArrayEquals(new double[] { -250, -200, 0, 249.75, 250 }, found, 1e-4);
	}

	@Test
	void percentileRangeIsMappedAndClipped() {
		final ImagePlus image = new ImagePlus("f", new FloatProcessor(5, 1, new float[] { 10, 20, 30, 40, 1000 }));
		final Preprocessing how = new Preprocessing(new int[0], 0, Resize.STRETCH, Values.PERCENTILE, 0, 75,
			Normalization.UNIT);
		assertArrayEquals(new float[] { 0, 1 / 3f, 2 / 3f, 1, 1 }, tensor(how, port(1, 1, 1, 5), image).floats(), 1e-6f);
	}

	@Test
	void constantImageMapsToZero() {
		final ImagePlus image = new ImagePlus("f", new FloatProcessor(5, 1, new float[] { 3, 3, 3, 3, 3 }));
		for (final Preprocessing how : List.of(how(Resize.STRETCH, Values.PERCENTILE, Normalization.UNIT), how(
			Resize.STRETCH, Values.RAW, Normalization.ZSCORE)))
			assertArrayEquals(new float[5], tensor(how, port(1, 1, 1, 5), image).floats());
	}

	@Test
	void rawMeansCalibratedValues() {
		final ImagePlus image = new ImagePlus("ct", new ShortProcessor(2, 1, new short[] { 0, 1064 }, null));
		image.getCalibration().setFunction(ij.measure.Calibration.STRAIGHT_LINE, new double[] { -1024, 1 }, "HU");
		assertArrayEquals(new float[] { -1024, 40 }, tensor(RAW, port(1, 1, 1, 2), image).floats());
	}

	@Test
	void channelsAreNormalizedByTheirOwnConstants() {
		final ColorProcessor ip = new ColorProcessor(1, 1, new int[] { 0xffffff });
		final float[] t = tensor(how(Resize.STRETCH, Values.TYPE, Normalization.IMAGENET), port(1, 3, 1, 1), new ImagePlus(
			"c", ip)).floats();
		assertArrayEquals(new float[] { (1 - 0.485f) / 0.229f, (1 - 0.456f) / 0.224f, (1 - 0.406f) / 0.225f }, t, 1e-6f);
		final ImagePlus gray = new ImagePlus("g", new ByteProcessor(1, 1));
		assertTrue(message(how(Resize.STRETCH, Values.TYPE, Normalization.IMAGENET), port(1, 1, 1, 1), gray).contains(
			"'imagenet' has 3 means, but the network takes 1 channel"));
	}

	@Test
	void zscoreIsOverAllChannels() {
		final ColorProcessor ip = new ColorProcessor(2, 1, new int[] { 0x000000, 0x0000ff });
		final float[] t = tensor(how(Resize.STRETCH, Values.TYPE, Normalization.ZSCORE), port(1, 3, 1, 2), new ImagePlus(
			"c", ip)).floats();
		double mean = 0;
		double squares = 0;
		for (final float v : t) {
			mean += v / t.length;
			squares += v * v / t.length;
		}
		assertEquals(0, mean, 1e-6);
		assertEquals(1, squares, 1e-6);
		assertEquals(t[0], t[2]);
	}

	@Test
	void openNetworkTakesTheImagesOwnSize() {
		assertArrayEquals(new int[] { 1, 1, 9, 13 }, tensor(RAW, port(ANY, ANY, ANY, ANY), new ImagePlus("i", noise(13,
			9))).shape());
		assertArrayEquals(new int[] { 1, 1, 9, 13 }, tensor(RAW, new Port("x", null), new ImagePlus("i", noise(13, 9)))
			.shape());
		assertArrayEquals(new int[] { 1, 3, 16, 12 }, tensor(how(Resize.STRETCH, Values.RAW, Normalization.UNIT, 16, 12),
			port(ANY, 3, ANY, ANY), new ImagePlus("i", noise(13, 9))).shape());
	}

	@Test
	void descriptionAndNetworkMustAgree() {
		final ImagePlus image = new ImagePlus("i", noise(13, 9));
		assertTrue(message(how(Resize.STRETCH, Values.RAW, Normalization.UNIT, 64, 64), port(1, 1, 32, 32), image)
			.contains("size 64 x 64, but the network's input 'x' takes 1 x 1 x 32 x 32"));
		assertTrue(message(how(Resize.STRETCH, Values.RAW, Normalization.UNIT, 64), port(1, 1, 32, 32), image).contains(
			"give height and width"));
		assertTrue(message(RAW, port(1, 224, 224, 3), image).contains("channels last"));
		assertTrue(message(RAW, port(1, 10), image).contains("images go into inputs of 4 axes"));
		assertTrue(message(how(Resize.STRETCH, Values.RAW, Normalization.UNIT, 0, 5), port(1, 1, ANY, ANY), image)
			.contains("impossible"));
	}

	@Test
	void channelsLastIsRefusedWhereSizesAreOpenToo() {
		final ImagePlus image = new ImagePlus("i", noise(13, 9));
		for (final Port port : List.of(port(ANY, ANY, ANY, 3), port(ANY, ANY, ANY, 1), port(1, 480, 640, 4), port(ANY, ANY,
			ANY, ANY, 1)))
			assertTrue(message(RAW, port, image).contains("channels last. If so, say it in the description"), port.toString());
		assertTrue(message(how(Resize.STRETCH, Values.RAW, Normalization.UNIT, 32, 32), port(ANY, ANY, ANY, 3), image)
			.contains("channels last"));
		assertArrayEquals(new int[] { 1, 1, 16, 3 }, tensor(how(Resize.STRETCH, Values.RAW, Normalization.UNIT, 16, 3),
			port(ANY, ANY, ANY, 3), image).shape(), "a width of 3 that the description confirms");
		assertArrayEquals(new int[] { 1, 3, 9, 4 }, tensor(RAW, port(ANY, 3, ANY, 4), image).shape());
	}

	@Test
	void currentSliceIsTakenUnlessAPlaceIsGiven() {
		final ImagePlus image = IJ.createHyperStack("h", 8, 8, 1, 3, 2, 8);
		for (int i = 1; i <= 6; i++)
			image.getStack().getProcessor(i).set(i);
		image.setPosition(1, 2, 2);
		final Preprocessor p = new Preprocessor(RAW, port(1, 1, 8, 8));
		assertEquals(new Place(2, 2), p.prepare(image).place());
		assertEquals(5, p.prepare(image).tensor().floats()[0]);
		assertEquals(3, p.prepare(image, new Place(3, 1)).tensor().floats()[0]);
		assertEquals(6, Place.every(image).size());
		assertTrue(assertThrows(GlassboxException.class, () -> p.prepare(image, new Place(4, 1))).getMessage().contains(
			"has 3 slices and 2 frames"));
	}

	@Test
	void noImageIsSaidSo() {
		assertTrue(message(RAW, port(1, 1, 8, 8), null).contains("No image is open"));
		assertTrue(message(RAW, port(1, 1, 8, 8), new ImagePlus()).contains("No image is open"));
	}

	@Test
	void pixelsThatAreNoNumbersAreCountedAndPlaced() {
		final FloatProcessor ip = noise(10, 10);
		ip.setf(4, 6, Float.NaN);
		ip.setf(5, 7, Float.NEGATIVE_INFINITY);
		assertTrue(message(RAW, port(1, 1, 8, 8), new ImagePlus("n", ip)).startsWith(
			"'n' holds 2 pixels that are no finite number (NaN or infinity), the first at x=4, y=6;"));
		final ImageStack stack = new ImageStack(10, 10);
		stack.addSlice(noise(10, 10));
		stack.addSlice(ip);
		final ImagePlus image = new ImagePlus("n", stack);
		assertEquals(1, new Preprocessor(RAW, port(1, 1, 8, 8)).prepare(image, Place.FIRST).tensor().size(0));
		assertTrue(message(RAW, port(1, 1, 2, 8, 8), image).contains("x=4, y=6, slice 2"));
	}

	@Test
	void volumeNetworkNeedsAStack() {
		assertTrue(message(RAW, port(1, 1, 8, 8, 8), new ImagePlus("i", noise(9, 9))).contains("'i' has a single slice"));
		assertTrue(message(RAW, port(1, 1, 8, 8, 8), IJ.createHyperStack("t", 9, 9, 1, 1, 7, 8)).contains(
			"Image > Properties"));
	}

	@Test
	void onePixelIsStretchedToAFixedSizeButRefusedByAnOpenOne() {
		final ImagePlus image = new ImagePlus("i", new FloatProcessor(1, 1, new float[] { 4 }));
		for (final float v : tensor(RAW, port(1, 1, 8, 8), image).floats())
			assertEquals(4, v);
		assertTrue(message(RAW, port(1, 1, ANY, ANY), image).contains("only 1 x 1 pixels"));
	}

	@Test
	void imageStaysAsItWas() {
		final FloatProcessor ip = noise(30, 20);
		final float[] before = ((float[]) ip.getPixels()).clone();
		tensor(how(Resize.CROP, Values.PERCENTILE, Normalization.ZSCORE), port(1, 3, 16, 16), new ImagePlus("i", ip));
		assertArrayEquals(before, (float[]) ip.getPixels());
	}

	@Test
	void imgLibImagesOfAnyTypeArePrepared() {
		final NamedImage<?> image = new NamedImage<>(ArrayImgs.shorts(new short[] { -32768, 32767 }, 2, 1), List.of(Axis.X,
			Axis.Y));
		final Tensor t = new Preprocessor(how(Resize.STRETCH, Values.TYPE, Normalization.UNIT), port(1, 1, 1, 2)).prepare(
			image, Place.FIRST).tensor();
		assertArrayEquals(new float[] { 0, 1 }, t.floats(), 1e-6f);
		assertTrue(assertThrows(GlassboxException.class, () -> new Preprocessor(how(Resize.STRETCH, Values.DISPLAY,
			Normalization.UNIT), port(1, 1, 1, 2)).prepare(image, Place.FIRST)).getMessage().contains("display range"));
	}
}
