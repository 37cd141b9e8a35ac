package io.glassbox.graph.io;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

import io.glassbox.graph.Tensor;

/** Carries tensors to libtorch and back. */
final class TorchTensors {

	private TorchTensors() {}

	/** A native copy; its manager frees it. */
	static PtNDArray toNative(final NDManager manager, final Tensor t) {
		final Shape shape = new Shape(Arrays.stream(t.shape()).asLongStream().toArray());
		try (NDArray borrowed = t.isFloat() ? manager.create(FloatBuffer.wrap(t.floats()), shape, DataType.FLOAT32) : manager
			.create(LongBuffer.wrap(t.longs()), shape, DataType.INT64))
		{
			return JniUtils.clone((PtNDArray) borrowed); // the buffer of the other goes with the Java object
		}
	}

	static Tensor fromNative(final NDArray array) {
		final int[] shape = Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
		if (array.getDataType() == DataType.INT64) return Tensor.ofLongs(array.toLongArray(), shape);
		if (array.getDataType() == DataType.FLOAT32) return Tensor.of(array.toFloatArray(), shape);
		try (NDArray floats = array.toType(DataType.FLOAT32, true)) {
			return Tensor.of(floats.toFloatArray(), shape);
		}
	}
}
