package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What is known of a tensor's shape: nothing, or its number of axes and for each a Long or an {@link Extent}.
 * <p>
 * A network's input begins unknown; the first convolution tells its axes and channels. Values of one shape,
 * as before and after an activation, share one object, so that what is learnt of one is known of all.
 * </p>
 */
final class Extents {

	private List<Object> sizes;

	/** Where to pass on a number of axes that is learnt, with the axes to add; null if nowhere. */
	private IntConsumer source;

	static Extents unknown() {
		return new Extents();
	}

	/**
	 * Unknown, but once the number of axes is learnt, it tells that of another tensor.
	 *
	 * @param more how many axes the other has more
	 */
	static Extents derived(final SymbolicTensor other, final int more) {
		final Extents e = new Extents();
		e.source = rank -> other.extents().learnRank(other.value(), rank + more);
		return e;
	}

	/** @param sizes Longs and Extents */
	static Extents of(final List<?> sizes) {
		final Extents e = new Extents();
		e.sizes = new ArrayList<>(sizes);
		return e;
	}

	/** Of a fixed tensor. */
	static Extents of(final int[] shape) {
		final List<Object> sizes = new ArrayList<>();
		for (final int n : shape)
			sizes.add((long) n);
		return of(sizes);
	}

	boolean isKnown() {
		return sizes != null;
	}

	/** Number of axes, or -1 if unknown. */
	int rank() {
		return sizes == null ? -1 : sizes.size();
	}

	/** A Long or an Extent; negative axes count from the last. */
	Object get(final int axis) {
		return Extent.settled(sizes.get(axis < 0 ? axis + sizes.size() : axis));
	}

	/** Longs and Extents, a copy. */
	List<Object> list() {
		final List<Object> list = new ArrayList<>();
		sizes.forEach(s -> list.add(Extent.settled(s)));
		return list;
	}

	/** Learns the number of axes of a value of this shape, unless it is known already. */
	void learnRank(final String value, final int rank) {
		if (sizes != null) return;
		sizes = new ArrayList<>();
		for (int axis = 0; axis < rank; axis++)
			sizes.add(Extent.of(value, axis));
		if (source != null) source.accept(rank);
	}

	/** Learns one extent, unless it is known already or the axes are not. */
	void learn(final int axis, final long size) {
		if (sizes != null && axis < sizes.size() && get(axis) instanceof Extent extent) extent.settle(size);
	}

	/** The extents of a value computed elementwise from values of shapes {@code a} and {@code b}. */
	static Extents broadcast(final Extents a, final Extents b, final String value) {
		if (a == b) return a;
		if (a.rank() == 0) return b;
		if (b.rank() == 0) return a;
		if (!a.isKnown() || !b.isKnown()) return unknown();
		final int rank = Math.max(a.rank(), b.rank());
		final List<Object> sizes = new ArrayList<>();
		for (int axis = 0; axis < rank; axis++) {
			final Object x = axis < rank - a.rank() ? Long.valueOf(1) : a.get(axis - rank);
			final Object y = axis < rank - b.rank() ? Long.valueOf(1) : b.get(axis - rank);
			if (x instanceof Long && y instanceof Long && !one(x) && !one(y) && !x.equals(y)) throw new UnsupportedConstruct(
				"operands with " + x + " and " + y + " elements along one axis");
			sizes.add(one(x) ? y : one(y) || x.equals(y) || x instanceof Long ? x : y instanceof Long ? y : Extent.of(
				value, axis));
		}
		return of(sizes);
	}

	private static boolean one(final Object size) {
		return Long.valueOf(1).equals(size);
	}
}
