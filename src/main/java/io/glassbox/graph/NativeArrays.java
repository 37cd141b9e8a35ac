package io.glassbox.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

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
		return Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
	}
}
