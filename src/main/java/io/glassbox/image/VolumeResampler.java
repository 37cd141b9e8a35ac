package io.glassbox.image;

import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.RealType;

/** Resizes a plane or a stack of planes to a network's input: bilinear, or trilinear with depth. */
final class VolumeResampler {

	/** What becomes of each value once it is resized. */
	@FunctionalInterface
	interface Value {

		float map(float value);
	}

	private VolumeResampler() {}

	/**
	 * @param planes slices of one channel; one if the geometry has no depth
	 * @param antialias see {@link Taps#toNetwork}
	 * @param out written from {@code offset} on; must be 0 there
	 */
	static void toNetwork(final List<RandomAccessibleInterval<? extends RealType<?>>> planes, final Geometry geometry,
		final boolean antialias, final Value value, final float[] out, final int offset)
	{
		final Taps xs = Taps.toNetwork(geometry.width(), antialias);
		final Taps ys = Taps.toNetwork(geometry.height(), antialias);
		final Taps zs = geometry.depth().map(span -> Taps.toNetwork(span, antialias)).orElse(Taps.identity(1));
		final int size = ys.size() * xs.size();
		for (int z = 0; z < zs.size(); z++) {
			final int start = offset + z * size;
			for (int i = 0; i < zs.weights()[z].length; i++)
				new PlaneResampler(planes.get(zs.first()[z] + i), ys, xs).addTo(out, start, zs.weights()[z][i]);
			for (int y = 0; y < ys.size(); y++)
				for (int x = 0; x < xs.size(); x++)
					if (!ys.isOutside(y) && !xs.isOutside(x)) out[start + y * xs.size() + x] = value.map(out[start + y * xs
						.size() + x]);
		}
	}
}
