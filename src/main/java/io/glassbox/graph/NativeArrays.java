package io.glassbox.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/** Copies between {@link Tensor}s on the Java heap and libtorch's arrays. */
final class NativeArrays {

	private NativeArrays() {}

	/** A copy in native memory that belongs to {@code manager}. */
	static PtNDArray array(final PtNDManager manager, final Tensor t) {
		final Shape shape = new Shape(Arrays.stream(t.shape()).asLongStream().toArray());
		return t.isFloat() ? manager.create(FloatBuffer.wrap(t.floats()), shape, DataType.FLOAT32) : manager.create(
			LongBuffer.wrap(t.longs()), shape, DataType.INT64);
	}

	/** A copy on the heap; conditions become integers, 0 and 1. */
	static Tensor tensor(final NDArray array) {
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
