package io.glassbox.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Copies between {@link Tensor}s on the Java heap and libtorch's arrays.
 * <p>
 * Arrays made here lie in libtorch's memory, which goes as soon as they do; a buffer of Java's would stay until the next
 * garbage collection.
 * </p>
 */
public final class NativeArrays {

	private NativeArrays() {}

	/** A copy in native memory that belongs to {@code manager}. */
	public static PtNDArray array(final PtNDManager manager, final Tensor t) {
		final Shape shape = new Shape(Arrays.stream(t.shape()).asLongStream().toArray());
		return t.isFloat() ? array(manager, t.floats(), shape) : array(manager, t.longs(), shape);
	}

	static PtNDArray array(final PtNDManager manager, final float[] values, final Shape shape) {
		if (isCopied(manager, values.length)) return owned(manager.create(FloatBuffer.wrap(values), shape, DataType.FLOAT32));
		final PtNDArray array = empty(manager, shape, DataType.FLOAT32);
		memory(array).asFloatBuffer().put(values);
		return array;
	}

	static PtNDArray array(final PtNDManager manager, final long[] values, final Shape shape) {
		if (isCopied(manager, values.length)) return owned(manager.create(LongBuffer.wrap(values), shape, DataType.INT64));
		final PtNDArray array = empty(manager, shape, DataType.INT64);
		memory(array).asLongBuffer().put(values);
		return array;
	}

	/** Whether values go through a buffer of Java's; on the CPU they can be written straight into libtorch's own memory. */
	private static boolean isCopied(final PtNDManager manager, final int length) {
		return length == 0 || manager.getDevice().isGpu();
	}

	private static PtNDArray empty(final PtNDManager manager, final Shape shape, final DataType type) {
		return JniUtils.createEmptyNdArray(manager, shape, type, manager.getDevice(), SparseFormat.DENSE);
	}

	/** The array's own memory, to be used while the array lives. */
	private static ByteBuffer memory(final PtNDArray array) {
		return JniUtils.getByteBuffer(array, true).order(ByteOrder.nativeOrder());
	}

	/**
	 * DJL's arrays from buffers borrow the buffer's memory, which goes when the Java object does, whatever views libtorch
	 * still has on it; a clone is libtorch's own.
	 */
	private static PtNDArray owned(final PtNDArray borrowed) {
		try (borrowed) {
			return JniUtils.clone(borrowed);
		}
	}

	/** A copy in native memory, of the elements a port takes. */
	static PtNDArray array(final PtNDManager manager, final Tensor t, final Element element) {
		final PtNDArray array = array(manager, t);
		if (element != Element.BOOLEAN) return array;
		try (array) {
			final PtNDArray conditions = JniUtils.to(array, DataType.BOOLEAN, array.getDevice());
			conditions.attach(manager);
			return conditions;
		}
	}

	/** A copy on the heap; conditions become integers, 0 and 1. */
	public static Tensor tensor(final NDArray array) {
		final int[] shape = shape(array);
		return switch (array.getDataType()) {
			case FLOAT32 -> Tensor.of(array.toFloatArray(), shape);
			case INT64 -> Tensor.ofLongs(array.toLongArray(), shape);
			case BOOLEAN -> {
				try (NDArray longs = array.toType(DataType.INT64, true)) {
					yield Tensor.ofLongs(longs.toLongArray(), shape);
				}
			}
			default -> {
				try (NDArray floats = array.toType(DataType.FLOAT32, true)) {
					yield Tensor.of(floats.toFloatArray(), shape);
				}
			}
		};
	}

	static int[] shape(final NDArray array) {
		return extents(array.getShape().getShape());
	}

	/** @throws GlassboxException if an extent is more than a tensor can have */
	static int[] extents(final long[] shape) {
		for (final long n : shape)
			if (n > Integer.MAX_VALUE) throw new GlassboxException("A value of shape " + Arrays.toString(shape) +
				" is larger than Glassbox can hold.");
		return Arrays.stream(shape).mapToInt(n -> (int) n).toArray();
	}
}
