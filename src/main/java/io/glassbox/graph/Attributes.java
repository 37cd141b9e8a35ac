package io.glassbox.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The constants an operator is configured with, by their ONNX names: {@code kernel_shape},
 * {@code strides}, {@code epsilon} …
 * <p>
 * Values are {@code Long}, {@code Float}, {@code String}, {@code long[]}, {@code float[]} or
 * {@link Tensor}. Immutable.
 * </p>
 */
public final class Attributes {

	public static final Attributes NONE = new Attributes(Map.of());

	private final Map<String, Object> values;

	private Attributes(final Map<String, Object> values) {
		this.values = Collections.unmodifiableMap(new TreeMap<>(values));
	}

	/** Attributes from alternating names and values; ints and doubles are widened or narrowed to ONNX's types. */
	public static Attributes of(final Object... namesAndValues) {
		final Map<String, Object> map = new TreeMap<>();
		for (int i = 0; i < namesAndValues.length; i += 2)
			map.put((String) namesAndValues[i], normalised(namesAndValues[i + 1]));
		return new Attributes(map);
	}

	private static Object normalised(final Object value) {
		if (value instanceof Integer i) return i.longValue();
		if (value instanceof Double d) return d.floatValue();
		if (value instanceof Boolean b) return b ? 1L : 0L;
		if (value instanceof int[] ints) return Arrays.stream(ints).asLongStream().toArray();
		if (value instanceof long[] longs) return longs.clone();
		if (value instanceof float[] floats) return floats.clone();
		if (value instanceof Long || value instanceof Float || value instanceof String || value instanceof Tensor)
			return value;
		throw new IllegalArgumentException("No operator attribute can hold " + value);
	}

	/** These attributes and one more, or one replaced. */
	public Attributes with(final String name, final Object value) {
		final Map<String, Object> map = new TreeMap<>(values);
		map.put(name, normalised(value));
		return new Attributes(map);
	}

	public boolean has(final String name) {
		return values.containsKey(name);
	}

	public long integer(final String name, final long absent) {
		return values.get(name) instanceof Long v ? v : absent;
	}

	public float number(final String name, final float absent) {
		return values.get(name) instanceof Float v ? v : absent;
	}

	public String string(final String name, final String absent) {
		return values.get(name) instanceof String v ? v : absent;
	}

	/** A list of integers, or {@code absent} (which may be null) if there is none of that name. */
	public long[] integers(final String name, final long[] absent) {
		return values.get(name) instanceof long[] v ? v.clone() : absent;
	}

	/** A list of integers, or {@code count} times the same value if there is none of that name. */
	public long[] integers(final String name, final int count, final long absent) {
		final long[] same = new long[count];
		Arrays.fill(same, absent);
		return integers(name, same);
	}

	public float[] numbers(final String name, final float[] absent) {
		return values.get(name) instanceof float[] v ? v.clone() : absent;
	}

	/** A tensor, or null if there is none of that name. */
	public Tensor tensor(final String name) {
		return values.get(name) instanceof Tensor v ? v : null;
	}

	/** All values by name, in alphabetical order. */
	public Map<String, Object> asMap() {
		return values;
	}

	@Override
	public boolean equals(final Object other) {
		if (!(other instanceof Attributes a) || !values.keySet().equals(a.values.keySet())) return false;
		return values.entrySet().stream().allMatch(e -> same(e.getValue(), a.values.get(e.getKey())));
	}

	private static boolean same(final Object a, final Object b) {
		return Arrays.deepEquals(new Object[] { a }, new Object[] { b });
	}

	@Override
	public int hashCode() {
		return values.entrySet().stream().mapToInt(e -> e.getKey().hashCode() ^ Arrays.deepHashCode(new Object[] { e
			.getValue() })).sum();
	}

	@Override
	public String toString() {
		final StringBuilder s = new StringBuilder();
		values.forEach((k, v) -> s.append(s.isEmpty() ? "" : ", ").append(k).append('=').append(text(v)));
		return s.toString();
	}

	private static String text(final Object v) {
		final String s = Arrays.deepToString(new Object[] { v });
		return s.substring(1, s.length() - 1);
	}
}
