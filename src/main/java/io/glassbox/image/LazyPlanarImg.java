package io.glassbox.image;

import java.lang.ref.SoftReference;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

import net.imglib2.img.basictypeaccess.array.ArrayDataAccess;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.type.NativeType;
import net.imglib2.util.Fraction;

/**
 * A planar image whose planes are fetched when first touched, and dropped again when memory is short.
 * <p>
 * For reading only: a plane that was written to may be dropped like any other.
 * </p>
 */
final class LazyPlanarImg<T extends NativeType<T>, A extends ArrayDataAccess<A>> extends PlanarImg<T, A> {

	private final IntFunction<A> loader;
	private final AtomicReferenceArray<SoftReference<A>> planes;

	LazyPlanarImg(final IntFunction<A> loader, final int count, final long[] extents) {
		super(Collections.nCopies(count, null), extents, new Fraction());
		this.loader = loader;
		planes = new AtomicReferenceArray<>(count);
	}

	@Override
	public A update(final Object sampler) {
		final int i = ((PlanarContainerSampler) sampler).getCurrentSliceIndex();
		return getPlane(Math.max(0, Math.min(i, numSlices - 1)));
	}

	@Override
	public A getPlane(final int i) {
		final SoftReference<A> held = planes.get(i);
		A plane = held == null ? null : held.get();
		if (plane == null) {
			plane = loader.apply(i);
			planes.set(i, new SoftReference<>(plane));
		}
		return plane;
	}
}
