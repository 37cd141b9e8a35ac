package io.glassbox.graph.io;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Carries tensors to ONNX Runtime and back with one copy each way.
 * <p>
 * Native buffers for inputs are used again by later calls: the Java runtime frees such memory only
 * when it happens to collect garbage.
 * </p>
 */
final class OrtTensors {

	private final Map<String, OnnxJavaType> types = new HashMap<>();
	private final Queue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

	/** @throws GlassboxException if the network takes another type than 32-bit floats and 64-bit integers */
	OrtTensors(final OrtSession session) throws OrtException {
		for (final var e : session.getInputInfo().entrySet()) {
			final OnnxJavaType type = ((TensorInfo) e.getValue().getInfo()).type;
			if (type != OnnxJavaType.FLOAT && type != OnnxJavaType.INT64 && type != OnnxJavaType.BOOL) throw new GlassboxException("The input '" + e
				.getKey() + "' of the network takes elements of type " + type +
				"; export it with float32 or int64 inputs.");
			types.put(e.getKey(), type);
		}
	}

	Lease lease() {
		return new Lease();
	}

	/** The native memory of one call. */
	final class Lease implements AutoCloseable {

		private final List<ByteBuffer> buffers = new ArrayList<>();
		private final List<OnnxTensor> tensors = new ArrayList<>();

		OnnxTensor tensor(final OrtEnvironment environment, final Port port, final Tensor t) throws OrtException {
			final long[] shape = Arrays.stream(t.shape()).asLongStream().toArray();
			final OnnxJavaType expected = types.get(port.name());
			if (t.isFloat() != (expected == OnnxJavaType.FLOAT)) throw new GlassboxException("Input '" + port.name() +
				"' of the network takes elements of type " + expected + ", but was given " + t + ".");
			final ByteBuffer raw = buffer(t.bytes());
			final OnnxTensor tensor;
			if (t.isFloat()) {
				final FloatBuffer floats = raw.asFloatBuffer().put(t.floats()).flip();
				tensor = OnnxTensor.createTensor(environment, floats, shape);
			}
			else if (expected == OnnxJavaType.BOOL) {
				for (final long condition : t.longs())
					raw.put((byte) (condition == 0 ? 0 : 1));
				tensor = OnnxTensor.createTensor(environment, raw.flip(), shape, OnnxJavaType.BOOL);
			}
			else {
				final LongBuffer longs = raw.asLongBuffer().put(t.longs()).flip();
				tensor = OnnxTensor.createTensor(environment, longs, shape);
			}
			tensors.add(tensor);
			return tensor;
		}

		private ByteBuffer buffer(final long bytes) {
			ByteBuffer buffer = idle.poll();
			if (buffer == null || buffer.capacity() < bytes) buffer = ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(
				ByteOrder.nativeOrder());
			buffers.add(buffer.clear());
			return buffer;
		}

		@Override
		public void close() {
			tensors.forEach(OnnxTensor::close);
			idle.addAll(buffers);
		}
	}

	static Tensor read(final String name, final OnnxValue value) throws OrtException {
		if (!(value instanceof OnnxTensor t)) throw new GlassboxException("The output '" + name +
			"' of the network is no tensor.");
		final int[] shape = Arrays.stream(t.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
		final FloatBuffer floats = t.getFloatBuffer();
		if (floats != null) return Tensor.of(floats.array(), shape);
		final LongBuffer longs = t.getLongBuffer();
		if (longs != null) return Tensor.ofLongs(longs.array(), shape);
		if (t.getInfo().type == OnnxJavaType.BOOL) return conditions(t.getByteBuffer(), shape);
		throw new GlassboxException("The output '" + name + "' of the network has elements of type " + t.getInfo().type +
			"; export it with float32 or int64 outputs.");
	}

	private static Tensor conditions(final ByteBuffer bytes, final int[] shape) {
		final long[] values = new long[bytes.remaining()];
		for (int i = 0; i < values.length; i++)
			values[i] = bytes.get(i) == 0 ? 0 : 1;
		return Tensor.ofLongs(values, shape);
	}
}
