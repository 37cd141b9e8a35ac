package io.glassbox.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ij.ImagePlus;
import ij.ImageStack;
import ij.VirtualStack;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.LUT;
import ij.process.ShortProcessor;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.type.numeric.ARGBType;
import net.imglib2.type.numeric.RealType;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageBridgeTest {

	private static ImageProcessor processor(final int depth) {
		return switch (depth) {
			case 8 -> new ByteProcessor(4, 3);
			case 16 -> new ShortProcessor(4, 3);
			case 32 -> new FloatProcessor(4, 3);
			default -> new ColorProcessor(4, 3);
		};
	}

	private static ImagePlus stack(final int depth, final int channels, final int slices, final int frames) {
		final ImageStack stack = new ImageStack(4, 3);
		for (int i = 0; i < channels * slices * frames; i++)
			stack.addSlice(processor(depth));
		final ImagePlus image = new ImagePlus("stack", stack);
		image.setDimensions(channels, slices, frames);
		return image;
	}

	@ParameterizedTest
	@ValueSource(ints = { 8, 16, 32 })
	void whatIsWrittenThroughOneSideShowsOnTheOther(final int depth) {
		final ImagePlus image = new ImagePlus("one", processor(depth));
		final NamedImage<?> wrapped = ImageBridge.wrap(image);
		((RealType<?>) wrapped.pixels().getAt(2, 1)).setReal(200);
		assertEquals(200, image.getProcessor().getf(2, 1));
		image.getProcessor().setf(3, 2, 100);
		assertEquals(100, ((RealType<?>) wrapped.pixels().getAt(3, 2)).getRealDouble());
	}

	@Test
	void sixteenBitIsUnsigned() {
		final ImagePlus image = new ImagePlus("one", new ShortProcessor(1, 1, new short[] { (short) 60000 }, null));
		assertEquals(60000, ((RealType<?>) ImageBridge.wrap(image).pixels().getAt(0, 0)).getRealDouble());
	}

	@Test
	void colourIsSharedAsArgb() {
		final ImagePlus image = new ImagePlus("rgb", processor(24));
		((ARGBType) ImageBridge.wrap(image).pixels().getAt(1, 1)).set(ARGBType.rgba(10, 20, 30, 255));
		assertArrayEquals(new int[] { 10, 20, 30 }, image.getProcessor().getPixel(1, 1, null));
	}

	@ParameterizedTest
	@ValueSource(ints = { 8, 16, 32 })
	void hyperstackPlanesAreSharedUnderTheirAxes(final int depth) {
		final ImagePlus image = stack(depth, 2, 3, 4);
		final NamedImage<?> wrapped = ImageBridge.wrap(image);
		assertEquals(List.of(Axis.values()), wrapped.axes());
		((RealType<?>) wrapped.plane(1, 2, 3).getAt(3, 1)).setReal(7);
		assertEquals(7, image.getStack().getProcessor(image.getStackIndex(2, 3, 4)).getf(3, 1));
	}

	@Test
	void axesOfExtentOneAreLeftOut() {
		assertEquals(List.of(Axis.X, Axis.Y), ImageBridge.wrap(stack(8, 1, 1, 1)).axes());
		assertEquals(List.of(Axis.X, Axis.Y, Axis.FRAME), ImageBridge.wrap(stack(8, 1, 1, 5)).axes());
		assertEquals(1, ImageBridge.wrap(stack(8, 1, 1, 5)).size(Axis.SLICE));
	}

	@Test
	void virtualPlanesAreReadOnlyWhenTouched() {
		final List<Integer> read = new ArrayList<>();
		final VirtualStack stack = new VirtualStack(4, 3, null, null) {

			@Override
			public ImageProcessor getProcessor(final int n) {
				read.add(n);
				final ByteProcessor ip = new ByteProcessor(4, 3);
				ip.set(n);
				return ip;
			}

			@Override
			public int getSize() {
				return 5;
			}

			@Override
			public int size() {
				return 5;
			}
		};
		final ImagePlus image = new ImagePlus("virtual", stack);
		read.clear();
		final NamedImage<?> wrapped = ImageBridge.wrap(image);
		assertTrue(read.isEmpty(), "planes " + read + " were read before they were needed");
		assertEquals(4, ((RealType<?>) wrapped.plane(0, 3, 0).getAt(2, 2)).getRealDouble());
		assertTrue(Set.of(1, 4).containsAll(read), "planes " + read + " were read, only 4 was asked for");
	}

	@Test
	void indexedColourIsLookedUpButFalseColourIsNot() {
		final byte[] r = new byte[256];
		final byte[] g = new byte[256];
		final byte[] b = new byte[256];
		for (int i = 0; i < 256; i++) {
			r[i] = (byte) (i * 91);
			g[i] = (byte) (i * 57);
			b[i] = (byte) (i * 133);
		}
		final ByteProcessor ip = new ByteProcessor(2, 1, new byte[] { 1, 2 }, new LUT(r, g, b));
		final ImagePlus gif = new ImagePlus("gif", ip);
		gif.setTypeToColor256(); // as ImageJ does when it opens one
		assertEquals(ARGBType.rgba(91, 57, 133, 255), ((ARGBType) ImageBridge.wrap(gif).pixels().getAt(0, 0)).get());

		final ByteProcessor fire = new ByteProcessor(2, 1, new byte[] { 1, 2 }, Luts.named("inferno"));
		assertTrue(ImageBridge.wrap(new ImagePlus("fire", fire)).pixels().getType() instanceof UnsignedByteType);
	}

	@Test
	void planarAndSinglePlaneImagesComeBackWithoutCopying() {
		final float[] pixels = new float[12];
		final ImagePlus one = PixelArrays.toImagePlus("map", new NamedImage<>(ArrayImgs.floats(pixels, 4, 3), List.of(
			Axis.X, Axis.Y)));
		assertSame(pixels, one.getProcessor().getPixels());
		assertEquals("map", one.getTitle());

		final PlanarImg<UnsignedByteType, ?> planar = PlanarImgs.unsignedBytes(4, 3, 2, 5);
		final ImagePlus many = PixelArrays.toImagePlus("stack", new NamedImage<>(planar, List.of(Axis.X, Axis.Y,
			Axis.CHANNEL, Axis.FRAME)));
		assertArrayEquals(new int[] { 4, 3, 2, 1, 5 }, many.getDimensions());
		planar.getAt(1, 2, 1, 4).set(9);
		assertEquals(9, many.getStack().getProcessor(many.getStackIndex(2, 1, 5)).get(1, 2));
	}

	@Test
	void otherAxisOrdersAreCopiedRightly() {
		final float[] pixels = { 1, 2, 3, 4, 5, 6 };
		final ImagePlus image = PixelArrays.toImagePlus("yx", new NamedImage<>(ArrayImgs.floats(pixels, 3, 2), List.of(
			Axis.Y, Axis.X)));
		assertNotSame(pixels, image.getProcessor().getPixels());
		assertArrayEquals(new float[] { 1, 4, 2, 5, 3, 6 }, (float[]) image.getProcessor().getPixels());
		assertEquals(4, new NamedImage<>(ArrayImgs.floats(pixels, 3, 2), List.of(Axis.Y, Axis.X)).plane(0, 0, 0).getAt(1,
			0).get());
	}

	@Test
	void otherNumbersComeBackAsFloats() {
		final ImagePlus image = PixelArrays.toImagePlus("d", new NamedImage<>(ArrayImgs.doubles(new double[] { 1.5, -2 },
			2, 1), List.of(Axis.X, Axis.Y)));
		assertEquals(32, image.getBitDepth());
		assertEquals(-2, image.getProcessor().getf(1, 0));
	}

	@Test
	void floatTypeStaysFloat() {
		assertTrue(ImageBridge.wrap(new ImagePlus("f", processor(32))).pixels().getType() instanceof FloatType);
	}
}
