package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes sure that unpickled data can be walked through: it ends, is not nested too deep, and does not grow without bound
 * because its parts contain one another many times.
 */
final class PlainData {

	private static final int DEEPEST = 200;
	private static final long LARGEST = 1 << 22;
	private static final Long OPEN = -1L;

	/** Values in each container, those that occur several times counted as often; {@link #OPEN} while it is being counted. */
	private final IdentityHashMap<Object, Long> counted = new IdentityHashMap<>();

	private PlainData() {}

	/**
	 * The data itself.
	 *
	 * @throws IllegalArgumentException if it contains itself, or is too deep or too large
	 */
	static Object checked(final Object data) {
		new PlainData().count(data, 0);
		return data;
	}

	private long count(final Object value, final int depth) {
		final List<Collection<?>> parts = parts(value);
		if (parts.isEmpty()) return 1;
		if (depth > DEEPEST) throw new IllegalArgumentException("found values more than " + DEEPEST + " deep in one another");
		final Long known = counted.put(value, OPEN);
		if (OPEN.equals(known)) throw new IllegalArgumentException("found a value that contains itself");
		long count = known == null ? 1 : known;
		if (known == null) for (final Collection<?> part : parts)
			for (final Object inner : part)
				count += count(inner, depth + 1);
		if (count > LARGEST) throw new IllegalArgumentException("found more than " + LARGEST + " values");
		counted.put(value, count);
		return count;
	}

	private static List<Collection<?>> parts(final Object value) {
		final List<Collection<?>> parts = new ArrayList<>();
		if (value instanceof ScriptObject o) parts.add(o.attributes().values());
		if (value instanceof ScriptTuple t) parts.add(t.values());
		if (value instanceof List<?> list) parts.add(list);
		if (value instanceof Map<?, ?> map) parts.add(map.values());
		return parts;
	}
}
