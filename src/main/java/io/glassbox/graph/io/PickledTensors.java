package io.glassbox.graph.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.UnsupportedNetworkException;

/**
 * Makes tensors out of the raw storages beside a pickle: {@code data/0}, {@code data/1} …
 * <p>
 * Floating-point numbers of any width become 32-bit floats, whole numbers and truth values 64-bit
 * integers; a tensor laid out with strides is copied into C order. Tensors that are one view of one
 * storage are one object, so that a shared parameter stays shared. What a pickle claims is checked
 * against the bytes there are before any array is allocated.
 * </p>
 */
final class PickledTensors {

	/** Elements that tensors may have beyond those stored: views that overlap or repeat. */
	private static final long SPARE = 1L << 23;

	/** Bytes read at a time. */
	private static final int PORTION = 1 << 16;

	/** A run of numbers of one type, not yet read. */
	record Storage(String key, Type type, long length) {}

	/** Where the bytes of storages come from. */
	interface Source {

		/** Number of bytes of a storage. */
		long size(String key);

		/** The bytes from the first on; whoever opens the stream closes it. */
		InputStream open(String key) throws IOException;
	}

	private enum Type {
			FloatStorage(4), DoubleStorage(8), HalfStorage(2), BFloat16Storage(2), LongStorage(8), IntStorage(4),
			ShortStorage(2), CharStorage(1), ByteStorage(1), BoolStorage(1);

		private final int bytes;

		Type(final int bytes) {
			this.bytes = bytes;
		}

		/** As PyTorch calls the elements. */
		String elements() {
			return switch (this) {
				case DoubleStorage -> "float64";
				case HalfStorage -> "float16";
				case BFloat16Storage -> "bfloat16";
				default -> name();
			};
		}

		boolean isFloat() {
			return ordinal() <= BFloat16Storage.ordinal();
		}

		/** Decodes the first numbers of a buffer. */
		void read(final ByteBuffer from, final float[] into, final int at, final int count) {
			switch (this) {
				case FloatStorage -> from.asFloatBuffer().get(into, at, count);
				case DoubleStorage -> {
					for (int i = 0; i < count; i++)
						into[at + i] = (float) from.getDouble(8 * i);
				}
				case HalfStorage -> {
					for (int i = 0; i < count; i++)
						into[at + i] = half(from.getShort(2 * i));
				}
				default -> {
					for (int i = 0; i < count; i++)
						into[at + i] = Float.intBitsToFloat(from.getShort(2 * i) << 16);
				}
			}
		}

		void read(final ByteBuffer from, final long[] into, final int at, final int count) {
			for (int i = 0; i < count; i++)
				into[at + i] = switch (this) {
					case LongStorage -> from.getLong(8 * i);
					case IntStorage -> from.getInt(4 * i);
					case ShortStorage -> from.getShort(2 * i);
					case CharStorage -> from.get(i);
					default -> from.get(i) & 0xff;
				};
		}
	}

	/** What libtorch computes with, but no graph here does. */
	private static final Set<String> FOREIGN = Set.of("QInt8Storage", "QUInt8Storage", "QInt32Storage", "QUInt4x2Storage",
		"QUInt2x4Storage", "ComplexFloatStorage", "ComplexDoubleStorage", "ComplexHalfStorage");

	private final Source source;
	private final Set<String> widened = new TreeSet<>();
	private final Map<String, Storage> storages = new HashMap<>();
	private final Map<List<Object>, SymbolicTensor> tensors = new HashMap<>();
	private long built;
	private long stored;
	private long read;

	PickledTensors(final Source source) {
		this.source = source;
	}

	/**
	 * @param type {@code FloatStorage} and the like
	 * @param length number of elements the pickle claims
	 * @throws IllegalArgumentException if the type is unknown or the bytes are fewer than claimed
	 */
	Storage storage(final String type, final String key, final long length) {
		if (FOREIGN.contains(type)) throw new UnsupportedNetworkException(type.startsWith("Q") ? Quantised.because("torch." +
			type) : "The network is not readable as a graph: it holds tensors of type torch." + type + ".");
		final Storage storage = storages.computeIfAbsent(key, k -> {
			final Type known = Arrays.stream(Type.values()).filter(t -> t.name().equals(type)).findAny().orElseThrow(
				() -> new IllegalArgumentException("tensors of type torch." + type + " cannot be read"));
			final Storage found = new Storage(key, known, source.size(key) / known.bytes);
			stored += found.length;
			if (known.isFloat() && known != Type.FloatStorage) widened.add(known.elements());
			return found;
		});
		if (!storage.type.name().equals(type) || length < 0 || storage.length < length)
			throw new IllegalArgumentException("storage " + key + " should have " + length + " elements of torch." +
				type + ", but holds " + storage.length + " of torch." + storage.type);
		return storage;
	}

	/** The types of floats read so far that were made float32. */
	Set<String> widened() {
		return widened;
	}

	/** @throws IllegalArgumentException if shape and strides do not fit the storage */
	SymbolicTensor tensor(final Storage storage, final long offset, final long[] shape, final long[] strides) {
		if (shape.length != strides.length || shape.length > 16) throw new IllegalArgumentException("a tensor has " +
			shape.length + " extents but " + strides.length + " strides");
		final List<Object> key = List.of(storage.key, offset, Arrays.toString(shape), Arrays
			.toString(strides));
		final SymbolicTensor known = tensors.get(key);
		if (known != null) return known;
		final int count = checkedCount(storage, offset, shape, strides);
		final SymbolicTensor tensor = SymbolicTensor.stored(decode(storage, offset, shape, strides, count),
			storage.type == Type.BoolStorage);
		tensors.put(key, tensor);
		return tensor;
	}

	private int checkedCount(final Storage storage, final long offset, final long[] shape, final long[] strides) {
		long count = 1;
		long last = offset;
		for (int axis = 0; axis < shape.length; axis++) {
			if (shape[axis] < 0 || shape[axis] > Integer.MAX_VALUE || strides[axis] < 0 ||
				strides[axis] > Integer.MAX_VALUE) throw new IllegalArgumentException("a tensor has shape " + Arrays
					.toString(shape) + " and strides " + Arrays.toString(strides));
			count = shape[axis] == 0 ? 0 : Math.multiplyExact(count, shape[axis]);
			last = Math.addExact(last, Math.max(0, shape[axis] - 1) * strides[axis]);
		}
		if (offset < 0 || count > 0 && (last < 0 || last >= storage.length)) throw new IllegalArgumentException(
			"a tensor of shape " + Arrays.toString(shape) + " reaches beyond the " + storage.length +
				" elements of storage " + storage.key);
		built += count;
		if (count > Integer.MAX_VALUE - 64 || built > 2 * stored + SPARE) throw new IllegalArgumentException(
			"the tensors claim " + built + " elements, the file stores " + stored);
		return (int) count;
	}

	private Tensor decode(final Storage storage, final long offset, final long[] shape, final long[] strides,
		final int count)
	{
		final int[] extents = Arrays.stream(shape).mapToInt(n -> (int) n).toArray();
		final boolean contiguous = isContiguous(shape, strides);
		final int length = contiguous ? count : Math.toIntExact(last(offset, shape, strides) - offset + 1);
		final long skipped = count > 0 ? offset : 0;
		read += length;
		if (read > 16 * stored + SPARE) throw new IllegalArgumentException("the tensors share storages in a way that takes " +
			read + " elements to read, the file stores " + stored);
		if (storage.type.isFloat()) {
			final float[] data = new float[length];
			read(storage, skipped, length, (buffer, at, n) -> storage.type.read(buffer, data, at, n));
			if (contiguous) return Tensor.of(data, extents);
			final float[] ordered = new float[count];
			for (int i = 0; i < count; i++)
				ordered[i] = data[position(i, shape, strides)];
			return Tensor.of(ordered, extents);
		}
		final long[] data = new long[length];
		read(storage, skipped, length, (buffer, at, n) -> storage.type.read(buffer, data, at, n));
		if (contiguous) return Tensor.ofLongs(data, extents);
		final long[] ordered = new long[count];
		for (int i = 0; i < count; i++)
			ordered[i] = data[position(i, shape, strides)];
		return Tensor.ofLongs(ordered, extents);
	}

	/** Where the last element lies in the storage; before the first if there is none. */
	private static long last(final long offset, final long[] shape, final long[] strides) {
		long last = offset;
		for (int axis = 0; axis < shape.length; axis++)
			if (shape[axis] == 0) return offset - 1;
			else last += (shape[axis] - 1) * strides[axis];
		return last;
	}

	/** Where the element at {@code index} in C order lies behind the first. */
	private static int position(final int index, final long[] shape, final long[] strides) {
		long at = 0;
		long rest = index;
		for (int axis = shape.length - 1; axis >= 0; axis--) {
			at += rest % shape[axis] * strides[axis];
			rest /= shape[axis];
		}
		return (int) at;
	}

	private interface Sink {

		void accept(ByteBuffer numbers, int at, int count);
	}

	/** Reads elements in portions, so that no more than the decoded numbers are ever held. */
	private void read(final Storage storage, final long skipped, final int count, final Sink sink) {
		final int width = storage.type.bytes;
		final byte[] portion = new byte[PORTION];
		try (InputStream in = source.open(storage.key)) {
			in.skipNBytes(skipped * width);
			for (int at = 0; at < count; at += PORTION / width) {
				final int n = Math.min(PORTION / width, count - at);
				if (in.readNBytes(portion, 0, n * width) < n * width) throw new EOFException("it is cut off");
				sink.accept(ByteBuffer.wrap(portion).order(ByteOrder.LITTLE_ENDIAN), at, n);
			}
		}
		catch (final IOException e) {
			throw new GlassboxException("Tensor storage " + storage.key + " cannot be read (" + e.getMessage() +
				"). Save or copy the file again.", e);
		}
	}

	private static boolean isContiguous(final long[] shape, final long[] strides) {
		long stride = 1;
		for (int axis = shape.length - 1; axis >= 0; axis--) {
			if (shape[axis] != 1 && strides[axis] != stride) return false;
			stride *= shape[axis];
		}
		return true;
	}

	/** IEEE 754 binary16. */
	private static float half(final short bits) {
		final int exponent = bits >> 10 & 0x1f;
		final int mantissa = bits & 0x3ff;
		final float magnitude = exponent == 0 ? Math.scalb((float) mantissa, -24) : exponent == 31 ? mantissa == 0
			? Float.POSITIVE_INFINITY : Float.NaN : Math.scalb(1024f + mantissa, exponent - 25);
		return bits < 0 ? -magnitude : magnitude;
	}
}
