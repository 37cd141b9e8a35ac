package io.glassbox.graph;

import java.util.Arrays;

/**
 * An n-dimensional array on the Java heap: what goes into a network, what comes out, and what its
 * parameters are.
 * <p>
 * Elements are 32-bit floats, or 64-bit integers for shapes and indices, in C order (last axis
 * fastest). A tensor is a value: nobody writes into its array once it is built, and whoever builds
 * one from an array gives that array away. A scalar has no axes and one element.
 * </p>
 */
public final class Tensor {

	private final int[] shape;
	private final float[] floats;
	private final long[] longs;

	private Tensor(final int[] shape, final float[] floats, final long[] longs) {
		this.shape = shape;
		this.floats = floats;
		this.longs = longs;
	}

	/**
	 * A float tensor over {@code data}, which is not copied.
	 *
	 * @throws IllegalArgumentException if the shape has another number of elements than the data
	 */
	public static Tensor of(final float[] data, final int... shape) {
		check(data.length, shape);
		return new Tensor(shape.clone(), data, null);
	}

	/**
	 * An integer tensor over {@code data}, which is not copied.
	 *
	 * @throws IllegalArgumentException if the shape has another number of elements than the data
	 */
	public static Tensor ofLongs(final long[] data, final int... shape) {
		check(data.length, shape);
		return new Tensor(shape.clone(), null, data);
	}

	public static Tensor scalar(final float value) {
		return of(new float[] { value });
	}

	public static Tensor zeros(final int... shape) {
		return of(new float[Math.toIntExact(count(shape))], shape);
	}

	/** Number of elements of a shape; 1 for a scalar. */
	public static long count(final int... shape) {
		long n = 1;
		for (final int extent : shape)
			n = Math.multiplyExact(n, extent);
		return n;
	}

	private static void check(final int length, final int[] shape) {
		for (final int extent : shape)
			if (extent < 0)
				throw new IllegalArgumentException("Negative extent in shape " + Arrays.toString(shape));
		if (count(shape) != length)
			throw new IllegalArgumentException("Shape " + Arrays.toString(shape) + " needs " + count(shape) +
				" elements, found " + length);
	}

	public boolean isFloat() {
		return floats != null;
	}

	public int rank() {
		return shape.length;
	}

	/** Extent of one axis; negative axes count from the last. */
	public int size(final int axis) {
		return shape[axis < 0 ? axis + shape.length : axis];
	}

	public int[] shape() {
		return shape.clone();
	}

	/** Number of elements. */
	public int length() {
		return isFloat() ? floats.length : longs.length;
	}

	/** Bytes of the element data. */
	public long bytes() {
		return isFloat() ? 4L * floats.length : 8L * longs.length;
	}

	/**
	 * The elements, not a copy: read only.
	 *
	 * @throws IllegalStateException if this is an integer tensor
	 */
	public float[] floats() {
		if (floats == null) throw new IllegalStateException("Integer tensor " + this + " has no floats");
		return floats;
	}

	/**
	 * The elements, not a copy: read only.
	 *
	 * @throws IllegalStateException if this is a float tensor
	 */
	public long[] longs() {
		if (longs == null) throw new IllegalStateException("Float tensor " + this + " has no integers");
		return longs;
	}

	/** The same elements under another shape of the same length. */
	public Tensor reshape(final int... newShape) {
		check(length(), newShape);
		return new Tensor(newShape.clone(), floats, longs);
	}

	/** The sample at {@code index} of the first axis, which is kept with extent 1. Copies. */
	public Tensor sample(final int index) {
		final int[] one = shape.clone();
		one[0] = 1;
		final int n = Math.toIntExact(count(one));
		return isFloat() ? of(Arrays.copyOfRange(floats, index * n, (index + 1) * n), one) : ofLongs(
			Arrays.copyOfRange(longs, index * n, (index + 1) * n), one);
	}

	/** One sample as a batch of {@code n} that are alike. Copies. */
	public Tensor repeated(final int n) {
		if (rank() == 0 || shape[0] != 1) throw new IllegalArgumentException("One sample was expected, found " + this);
		final int[] batch = shape.clone();
		batch[0] = n;
		final Object all = isFloat() ? new float[Math.multiplyExact(n, length())] : new long[Math.multiplyExact(n, length())];
		for (int i = 0; i < n; i++)
			System.arraycopy(isFloat() ? floats : longs, 0, all, i * length(), length());
		return isFloat() ? of((float[]) all, batch) : ofLongs((long[]) all, batch);
	}

	@Override
	public boolean equals(final Object other) {
		return other instanceof Tensor t && Arrays.equals(shape, t.shape) && Arrays.equals(floats, t.floats) &&
			Arrays.equals(longs, t.longs);
	}

	@Override
	public int hashCode() {
		return 31 * Arrays.hashCode(shape) + (isFloat() ? Arrays.hashCode(floats) : Arrays.hashCode(longs));
	}

	/** Type and shape, as {@code float[1, 3, 64, 64]}. */
	@Override
	public String toString() {
		return (isFloat() ? "float" : "int") + Arrays.toString(shape);
	}
}
