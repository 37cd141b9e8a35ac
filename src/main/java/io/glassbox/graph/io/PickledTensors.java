package io.glassbox.graph.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

import io.glassbox.graph.Tensor;

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
	private static final long SPARE = 1L << 26;

	/** A run of numbers of one type, not yet decoded. */
	record Storage(String key, Type type, ByteBuffer bytes) {

		long length() {
			return bytes.capacity() / type.bytes;
		}
	}

	/** Where the bytes of a storage come from. */
	interface Source {

		byte[] bytes(String key);
	}

	private enum Type {
			FloatStorage(4), DoubleStorage(8), HalfStorage(2), BFloat16Storage(2), LongStorage(8), IntStorage(4),
			ShortStorage(2), CharStorage(1), ByteStorage(1), BoolStorage(1);

		private final int bytes;

		Type(final int bytes) {
			this.bytes = bytes;
		}

		boolean isFloat() {
			return ordinal() <= BFloat16Storage.ordinal();
		}

		float number(final ByteBuffer b, final int i) {
			return switch (this) {
				case FloatStorage -> b.getFloat(4 * i);
				case DoubleStorage -> (float) b.getDouble(8 * i);
				case HalfStorage -> half(b.getShort(2 * i));
				default -> Float.intBitsToFloat(b.getShort(2 * i) << 16);
			};
		}

		long integer(final ByteBuffer b, final int i) {
			return switch (this) {
				case LongStorage -> b.getLong(8 * i);
				case IntStorage -> b.getInt(4 * i);
				case ShortStorage -> b.getShort(2 * i);
				case CharStorage -> b.get(i);
				default -> b.get(i) & 0xff;
			};
		}
	}

	private final Source source;
	private final Map<String, Storage> storages = new HashMap<>();
	private final Map<List<Object>, SymbolicTensor> tensors = new HashMap<>();
	private long built;

	PickledTensors(final Source source) {
		this.source = source;
	}

	/**
	 * @param type {@code FloatStorage} and the like
	 * @param length number of elements the pickle claims
	 * @throws IllegalArgumentException if the type is unknown or the bytes are fewer than claimed
	 */
	Storage storage(final String type, final String key, final long length) {
		final Storage storage = storages.computeIfAbsent(key, k -> {
			final Type known = Arrays.stream(Type.values()).filter(t -> t.name().equals(type)).findAny().orElseThrow(
				() -> new IllegalArgumentException("tensors of type torch." + type + " cannot be read"));
			return new Storage(key, known, ByteBuffer.wrap(source.bytes(key)).order(ByteOrder.LITTLE_ENDIAN));
		});
		if (!storage.type.name().equals(type) || length < 0 || storage.length() < length)
			throw new IllegalArgumentException("storage " + key + " should have " + length + " elements of torch." +
				type + ", but holds " + storage.bytes.capacity() + " bytes as torch." + storage.type);
		return storage;
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
		final SymbolicTensor tensor = SymbolicTensor.constant(decode(storage, offset, shape, strides, count),
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
			last += Math.max(0, shape[axis] - 1) * strides[axis];
		}
		if (offset < 0 || count > 0 && (last < 0 || last >= storage.length())) throw new IllegalArgumentException(
			"a tensor of shape " + Arrays.toString(shape) + " reaches beyond the " + storage.length() +
				" elements of storage " + storage.key);
		built += count;
		final long all = storages.values().stream().mapToLong(Storage::length).sum();
		if (count > Integer.MAX_VALUE - 64 || built > 2 * all + SPARE) throw new IllegalArgumentException(
			"the tensors claim " + built + " elements, the file stores " + all);
		return (int) count;
	}

	private static Tensor decode(final Storage storage, final long offset, final long[] shape, final long[] strides,
		final int count)
	{
		final int[] extents = Arrays.stream(shape).mapToInt(n -> (int) n).toArray();
		final IntToLongFunction position = i -> {
			long at = offset;
			long rest = i;
			for (int axis = shape.length - 1; axis >= 0; axis--) {
				at += rest % shape[axis] * strides[axis];
				rest /= shape[axis];
			}
			return at;
		};
		final IntToLongFunction at = isContiguous(shape, strides) ? i -> offset + i : position;
		if (storage.type.isFloat()) {
			final float[] data = new float[count];
			for (int i = 0; i < count; i++)
				data[i] = storage.type.number(storage.bytes, (int) at.applyAsLong(i));
			return Tensor.of(data, extents);
		}
		final long[] data = new long[count];
		for (int i = 0; i < count; i++)
			data[i] = storage.type.integer(storage.bytes, (int) at.applyAsLong(i));
		return Tensor.ofLongs(data, extents);
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
