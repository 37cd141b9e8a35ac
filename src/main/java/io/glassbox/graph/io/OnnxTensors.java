package io.glassbox.graph.io;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the tensors of one ONNX file, those stored beside it included.
 * <p>
 * Every floating-point type becomes 32-bit floats, every integer type and booleans 64-bit integers.
 * The number of elements must be what the shape says.
 * </p>
 */
final class OnnxTensors {

	private static final int CHUNK = 1 << 20;

	private final Path file;

	/** @param file the ONNX file itself */
	OnnxTensors(final Path file) {
		this.file = file;
	}

	Tensor read(final TensorProto t) {
		final int[] shape = shape(t);
		final int n = count(t, shape);
		final DataType type = DataType.forNumber(t.getDataType());
		final boolean external = t.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
		if (external && type == DataType.FLOAT) return Tensor.of(externalFloats(t, n), shape);
		final ByteBuffer raw = external ? external(t) : t.hasRawData() ? t.getRawData().asReadOnlyByteBuffer() : null;
		if (raw != null) raw.order(ByteOrder.LITTLE_ENDIAN);
		final Elements e = raw == null ? typed(t, type) : raw(t, type, raw);
		if (e.count != n) throw broken(t, "has " + e.count + " elements where its shape needs " + n);
		return e.decode(n, shape);
	}

	private int[] shape(final TensorProto t) {
		final int[] shape = new int[t.getDimsCount()];
		for (int i = 0; i < shape.length; i++) {
			if (t.getDims(i) < 0 || t.getDims(i) > Integer.MAX_VALUE) throw broken(t, "has the extent " + t.getDims(i));
			shape[i] = (int) t.getDims(i);
		}
		return shape;
	}

	private int count(final TensorProto t, final int[] shape) {
		try {
			return Math.toIntExact(Tensor.count(shape));
		}
		catch (final ArithmeticException e) {
			throw broken(t, "has more elements than can be held");
		}
	}

	private GlassboxException broken(final TensorProto t, final String what) {
		return new GlassboxException("The tensor '" + t.getName() + "' in '" + file + "' " + what +
			"; the file is damaged, export or copy it again.");
	}

	/** Elements not yet decoded: exactly one of the two readers is set. */
	private record Elements(long count, Floats floats, Longs longs) {

		Tensor decode(final int n, final int[] shape) {
			if (floats != null) return Tensor.of(floats.all(n), shape);
			final long[] data = new long[n];
			for (int i = 0; i < n; i++)
				data[i] = longs.at(i);
			return Tensor.ofLongs(data, shape);
		}
	}

	private interface Floats {

		float at(int i);

		default float[] all(final int n) {
			final float[] data = new float[n];
			for (int i = 0; i < n; i++)
				data[i] = at(i);
			return data;
		}
	}

	/** Numbers stored as they are used, by far the most; copied in one piece. */
	private record PlainFloats(FloatBuffer buffer) implements Floats {

		@Override
		public float at(final int i) {
			return buffer.get(i);
		}

		@Override
		public float[] all(final int n) {
			final float[] data = new float[n];
			buffer.get(0, data);
			return data;
		}
	}

	private interface Longs {

		long at(int i);
	}

	private Elements raw(final TensorProto t, final DataType type, final ByteBuffer b) {
		final int bytes = switch (type == null ? DataType.UNDEFINED : type) {
			case BOOL, INT8, UINT8 -> 1;
			case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
			case FLOAT, INT32, UINT32 -> 4;
			case DOUBLE, INT64, UINT64 -> 8;
			default -> throw unsupported(t, type);
		};
		if (b.remaining() % bytes != 0) throw broken(t, "ends in the middle of an element");
		final long n = b.remaining() / bytes;
		return switch (type) {
			case FLOAT -> new Elements(n, new PlainFloats(b.asFloatBuffer()), null);
			case DOUBLE -> new Elements(n, i -> (float) b.getDouble(8 * i), null);
			case FLOAT16 -> new Elements(n, i -> half(b.getShort(2 * i)), null);
			case BFLOAT16 -> new Elements(n, i -> Float.intBitsToFloat(b.getShort(2 * i) << 16), null);
			case BOOL, INT8 -> new Elements(n, null, b::get);
			case UINT8 -> new Elements(n, null, i -> b.get(i) & 0xff);
			case INT16 -> new Elements(n, null, i -> b.getShort(2 * i));
			case UINT16 -> new Elements(n, null, i -> b.getShort(2 * i) & 0xffff);
			case INT32 -> new Elements(n, null, i -> b.getInt(4 * i));
			case UINT32 -> new Elements(n, null, i -> b.getInt(4 * i) & 0xffffffffL);
			default -> new Elements(n, null, i -> b.getLong(8 * i));
		};
	}

	private Elements typed(final TensorProto t, final DataType type) {
		return switch (type == null ? DataType.UNDEFINED : type) {
			case FLOAT -> new Elements(t.getFloatDataCount(), t::getFloatData, null);
			case DOUBLE -> new Elements(t.getDoubleDataCount(), i -> (float) t.getDoubleData(i), null);
			case FLOAT16 -> new Elements(t.getInt32DataCount(), i -> half((short) t.getInt32Data(i)), null);
			case BFLOAT16 -> new Elements(t.getInt32DataCount(), i -> Float.intBitsToFloat(t.getInt32Data(i) << 16), null);
			case BOOL, INT8, UINT8, INT16, UINT16, INT32 -> new Elements(t.getInt32DataCount(), null, t::getInt32Data);
			case INT64 -> new Elements(t.getInt64DataCount(), null, t::getInt64Data);
			case UINT32, UINT64 -> new Elements(t.getUint64DataCount(), null, t::getUint64Data);
			default -> throw unsupported(t, type);
		};
	}

	private static UnsupportedNetworkException unsupported(final TensorProto t, final DataType type) {
		return new UnsupportedNetworkException("The tensor '" + t.getName() + "' has elements of type " + (type == null
			? t.getDataType() : type) + ", which Glassbox cannot read.");
	}

	/** The value of an IEEE 754 half-precision number. */
	static float half(final short bits) {
		final int sign = bits < 0 ? -1 : 1;
		final int exponent = bits >> 10 & 0x1f;
		final int fraction = bits & 0x3ff;
		if (exponent == 0x1f) return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
		if (exponent == 0) return sign * Math.scalb((float) fraction, -24);
		return sign * Math.scalb((float) (fraction | 0x400), exponent - 25);
	}

	/** Bytes from the model's own file, or one beside it, which may not lie outside the model's folder. */
	private ByteBuffer external(final TensorProto t) {
		return external(t, (channel, offset, length) -> {
			final ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length));
			fill(bytes, channel, offset);
			return bytes;
		});
	}

	/** Piece by piece, so that the parameters of a large network are on the heap once. */
	private float[] externalFloats(final TensorProto t, final int n) {
		return external(t, (channel, offset, length) -> {
			if (length != 4L * n) throw broken(t, "has " + length + " bytes where its shape needs " + 4L * n);
			final float[] all = new float[n];
			final ByteBuffer piece = ByteBuffer.allocate((int) Math.min(CHUNK, length)).order(ByteOrder.LITTLE_ENDIAN);
			for (long at = 0; at < length; at += piece.limit()) {
				piece.clear().limit((int) Math.min(piece.capacity(), length - at));
				fill(piece, channel, offset + at);
				piece.asFloatBuffer().get(all, (int) (at / Float.BYTES), piece.limit() / Float.BYTES);
			}
			return all;
		});
	}

	private static void fill(final ByteBuffer bytes, final FileChannel channel, final long offset) throws IOException {
		while (bytes.hasRemaining())
			if (channel.read(bytes, offset + bytes.position()) < 0) throw new EOFException("it ends too early");
		bytes.flip();
	}

	private interface Stretch<T> {

		T read(FileChannel channel, long offset, long length) throws IOException;
	}

	private <T> T external(final TensorProto t, final Stretch<T> stretch) {
		final Map<String, String> where = new HashMap<>();
		for (final StringStringEntryProto e : t.getExternalDataList())
			where.put(e.getKey(), e.getValue());
		final Path path = inside(t, where.getOrDefault("location", ""));
		try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
			final long offset = Long.parseLong(where.getOrDefault("offset", "0"));
			final long length = where.containsKey("length") ? Long.parseLong(where.get("length")) : channel.size() - offset;
			if (offset < 0 || length < 0 || length > channel.size() - offset) throw broken(t, "reaches beyond the end of '" +
				path.getFileName() + "'");
			return stretch.read(channel, offset, length);
		}
		catch (final NumberFormatException | ArithmeticException e) {
			throw broken(t, "has a place in '" + path.getFileName() + "' that makes no sense");
		}
		catch (final IOException e) {
			throw new GlassboxException("The file '" + path + "', where '" + file.getFileName() +
				"' keeps its parameters, cannot be read (" + e.getMessage() + ").", e);
		}
	}

	private Path inside(final TensorProto t, final String location) {
		if (location.equals(file.getFileName().toString())) return file;
		try {
			final Path folder = file.toAbsolutePath().normalize().getParent();
			final Path path = folder.resolve(location).normalize();
			if (location.isBlank() || !path.startsWith(folder)) throw broken(t, "is kept at '" + location +
				"', outside the model's folder");
			if (!Files.isRegularFile(path)) throw new GlassboxException("The file '" + path + "', where '" + file
				.getFileName() + "' keeps its parameters, is missing; put it beside the model.");
			if (!path.toRealPath().startsWith(folder.toRealPath())) throw broken(t, "is kept at '" + location +
				"', outside the model's folder");
			return path;
		}
		catch (final InvalidPathException | IOException e) {
			throw broken(t, "is kept at '" + location + "', which is no usable path");
		}
	}
}
