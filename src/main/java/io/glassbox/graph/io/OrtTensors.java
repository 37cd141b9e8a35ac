package io.glassbox.graph.io;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.platform.Fp16Conversions;

import io.glassbox.graph.Element;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;

/**
 * Carries tensors to ONNX Runtime and back with one copy each way.
 * <p>
 * Native buffers for inputs are used again by later calls. Elements wider or narrower than a tensor's are converted.
 * </p>
 */
final class OrtTensors {

	private static final Set<OnnxJavaType> FLOATS = EnumSet.of(OnnxJavaType.FLOAT, OnnxJavaType.DOUBLE,
		OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);
	private static final Set<OnnxJavaType> INTEGERS = EnumSet.of(OnnxJavaType.INT64, OnnxJavaType.INT32,
		OnnxJavaType.INT16, OnnxJavaType.INT8, OnnxJavaType.UINT8, OnnxJavaType.BOOL);

	private final Map<String, OnnxJavaType> types = new HashMap<>();
	private final NativeBuffers idle;

	/**
	 * @param buffers for inputs
	 * @throws GlassboxException if the network takes anything but numbers and conditions, words for instance
	 */
	OrtTensors(final OrtSession session, final NativeBuffers buffers) throws OrtException {
		idle = buffers;
		for (final var e : session.getInputInfo().entrySet()) {
			final OnnxJavaType type = ((TensorInfo) e.getValue().getInfo()).type;
			if (!isFloat(type) && !INTEGERS.contains(type)) throw new GlassboxException("The input '" + e.getKey() +
				"' of the network takes elements of type " + type + "; export it with float32 or int64 inputs.");
			types.put(e.getKey(), type);
		}
	}

	/** What elements of a type are in a tensor of Glassbox; ONNX Runtime numbers its types otherwise than ONNX does. */
	static Element element(final OnnxJavaType type) {
		return isFloat(type) ? Element.FLOAT : type == OnnxJavaType.BOOL ? Element.BOOLEAN : Element.INTEGER;
	}

	private static boolean isFloat(final OnnxJavaType type) {
		return FLOATS.contains(type);
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
			if (t.isFloat() != isFloat(expected)) throw new GlassboxException("Input '" + port.name() +
				"' of the network takes elements of type " + expected + ", but was given " + t + ".");
			final ByteBuffer raw = buffer((long) expected.size * t.length());
			final OnnxTensor tensor = switch (expected) {
				case FLOAT -> OnnxTensor.createTensor(environment, raw.asFloatBuffer().put(t.floats()).flip(), shape);
				case DOUBLE -> OnnxTensor.createTensor(environment, doubles(t.floats(), raw.asDoubleBuffer()), shape);
				case FLOAT16 -> OnnxTensor.createTensor(environment, Fp16Conversions.convertFloatBufferToFp16Buffer(FloatBuffer.wrap(t
					.floats())), shape, expected);
				case BFLOAT16 -> OnnxTensor.createTensor(environment, Fp16Conversions.convertFloatBufferToBf16Buffer(FloatBuffer
					.wrap(t.floats())), shape, expected);
				case INT64 -> OnnxTensor.createTensor(environment, raw.asLongBuffer().put(t.longs()).flip(), shape);
				case INT32 -> OnnxTensor.createTensor(environment, ints(checked(t, port, -1L << 31, 32), raw.asIntBuffer()), shape);
				case INT16 -> OnnxTensor.createTensor(environment, shorts(checked(t, port, -1L << 15, 16), raw.asShortBuffer()),
					shape);
				case INT8 -> OnnxTensor.createTensor(environment, bytes(checked(t, port, -1L << 7, 8), raw), shape, expected);
				case UINT8 -> OnnxTensor.createTensor(environment, bytes(checked(t, port, 0, 8), raw), shape, expected);
				default -> OnnxTensor.createTensor(environment, conditions(t.longs(), raw), shape, expected);
			};
			tensors.add(tensor);
			return tensor;
		}

		private ByteBuffer buffer(final long bytes) {
			final ByteBuffer buffer = idle.take(bytes);
			buffers.add(buffer);
			return buffer;
		}

		@Override
		public void close() {
			tensors.forEach(OnnxTensor::close);
			idle.give(buffers);
		}
	}

	private static DoubleBuffer doubles(final float[] values, final DoubleBuffer to) {
		for (final float v : values)
			to.put(v);
		return to.flip();
	}

	/** @throws GlassboxException if there are integers that do not fit into so many bits */
	private static long[] checked(final Tensor t, final Port port, final long least, final int bits) {
		final long most = least + (1L << bits) - 1;
		for (final long v : t.longs())
			if (v < least || v > most) throw new GlassboxException("Input '" + port.name() + "' of the network takes integers from " +
				least + " to " + most + ", but was given " + v + ".");
		return t.longs();
	}

	private static IntBuffer ints(final long[] values, final IntBuffer to) {
		for (final long v : values)
			to.put((int) v);
		return to.flip();
	}

	private static ShortBuffer shorts(final long[] values, final ShortBuffer to) {
		for (final long v : values)
			to.put((short) v);
		return to.flip();
	}

	private static ByteBuffer bytes(final long[] values, final ByteBuffer to) {
		for (final long v : values)
			to.put((byte) v);
		return to.flip();
	}

	private static ByteBuffer conditions(final long[] values, final ByteBuffer to) {
		for (final long v : values)
			to.put((byte) (v == 0 ? 0 : 1));
		return to.flip();
	}

	// -- back --

	static Tensor read(final String name, final OnnxValue value) throws OrtException {
		if (!(value instanceof OnnxTensor t)) throw new GlassboxException("The output '" + name +
			"' of the network is no tensor.");
		final int[] shape = Arrays.stream(t.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
		final FloatBuffer floats = t.getFloatBuffer();
		if (floats != null) return Tensor.of(array(floats), shape);
		return switch (t.getInfo().type) {
			case DOUBLE -> Tensor.of(floats(t.getDoubleBuffer()), shape);
			case INT64 -> Tensor.ofLongs(t.getLongBuffer().array(), shape);
			case INT32 -> Tensor.ofLongs(longs(t.getIntBuffer()::get, shape), shape);
			case INT16 -> Tensor.ofLongs(longs(t.getShortBuffer()::get, shape), shape);
			case INT8 -> Tensor.ofLongs(longs(t.getByteBuffer()::get, shape), shape);
			case UINT8, BOOL -> {
				final ByteBuffer bytes = t.getByteBuffer();
				yield Tensor.ofLongs(longs(i -> bytes.get(i) & 0xff, shape), shape);
			}
			default -> throw new GlassboxException("The output '" + name + "' of the network has elements of type " + t.getInfo()
				.type + "; export it with float32 or int64 outputs.");
		};
	}

	/** That of 16-bit floats is a native one. */
	private static float[] array(final FloatBuffer floats) {
		if (floats.hasArray()) return floats.array();
		final float[] values = new float[floats.remaining()];
		floats.get(values);
		return values;
	}

	private static float[] floats(final DoubleBuffer from) {
		final float[] values = new float[from.remaining()];
		for (int i = 0; i < values.length; i++)
			values[i] = (float) from.get(i);
		return values;
	}

	private static long[] longs(final IntToLongFunction element, final int[] shape) {
		final long[] values = new long[Math.toIntExact(Tensor.count(shape))];
		Arrays.setAll(values, element);
		return values;
	}
}
