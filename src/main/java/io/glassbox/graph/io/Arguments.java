package io.glassbox.graph.io;

import java.util.List;
import java.util.Map;

/**
 * What an operator is called with in a network's code: arguments by position and by keyword, with the conversions that all
 * translations need.
 */
record Arguments(String operator, List<Object> positional, Map<String, Object> named) {

	boolean has(final int index) {
		return index < positional.size() && positional.get(index) != null;
	}

	/** The argument, or null if it is None or not given. */
	Object get(final int index) {
		return index < positional.size() ? Extent.settled(positional.get(index)) : null;
	}

	/** These arguments without the first ones. */
	Arguments from(final int first) {
		return new Arguments(operator, positional.subList(Math.min(first, positional.size()), positional.size()), named);
	}

	/** An argument by position or by keyword, or null. */
	Object get(final int index, final String name) {
		return get(index) != null ? get(index) : Extent.settled(named.get(name));
	}

	int count() {
		return positional.size();
	}

	SymbolicTensor tensor(final int index) {
		if (get(index) instanceof SymbolicTensor t) return t;
		throw unsupported("called with " + describe(get(index)) + " instead of a tensor");
	}

	/** A tensor, or null if it is None or not given. */
	SymbolicTensor optionalTensor(final int index) {
		return has(index) ? tensor(index) : null;
	}

	/** A fixed whole number. */
	long integer(final int index) {
		return asLong(get(index));
	}

	long integer(final int index, final long absent) {
		return has(index) ? integer(index) : absent;
	}

	boolean truth(final int index, final boolean absent) {
		final Object v = has(index) ? get(index) : (Object) absent;
		if (v instanceof Boolean b) return b;
		throw unsupported("called with " + describe(v) + " instead of True or False");
	}

	double number(final int index, final double absent) {
		return has(index) ? asDouble(get(index)) : absent;
	}

	/** A number by keyword, as {@code alpha=2}. */
	double number(final String name, final double absent) {
		return named.get(name) == null ? absent : asDouble(named.get(name));
	}

	String string(final int index, final String absent) {
		return has(index) ? (String) get(index) : absent;
	}

	/** A list or tuple; whole numbers in it are Longs or Extents. */
	List<Object> list(final int index) {
		final Object v = get(index);
		final List<?> values = v instanceof ScriptTuple t ? t.values() : v instanceof List<?> l ? l : null;
		if (values == null) throw unsupported("called with " + describe(v) + " instead of a list");
		return values.stream().map(Extent::settled).map(Object.class::cast).toList();
	}

	/** Fixed whole numbers, one for each axis; a single one serves all. */
	long[] integers(final int index, final int axes) {
		final List<Object> list = get(index) instanceof Long n ? List.of(n) : list(index);
		final long[] values = new long[axes];
		if (list.size() != 1 && list.size() != axes) throw unsupported("called with " + list.size() + " numbers for " +
			axes + " axes");
		for (int i = 0; i < axes; i++)
			values[i] = asLong(list.get(list.size() == 1 ? 0 : i));
		return values;
	}

	/** Fixed whole numbers. */
	long[] integers(final int index) {
		return get(index) instanceof Long n ? new long[] { n } : list(index).stream().mapToLong(this::asLong).toArray();
	}

	UnsupportedConstruct unsupported(final String why) {
		return new UnsupportedConstruct(operator + " (" + why + ")");
	}

	private long asLong(final Object v) {
		if (v instanceof Long n) return n;
		if (v instanceof Boolean b) return b ? 1 : 0;
		throw unsupported("called with " + describe(v) + " instead of a fixed whole number");
	}

	private double asDouble(final Object v) {
		if (v instanceof Number n) return n.doubleValue();
		if (v instanceof Boolean b) return b ? 1 : 0;
		throw unsupported("called with " + describe(v) + " instead of a fixed number");
	}

	private static String describe(final Object v) {
		if (v == null) return "None";
		if (v instanceof SymbolicTensor) return "a tensor";
		if (v instanceof Extent || v instanceof Unknown) return "a number known only at run time";
		if (v instanceof List || v instanceof ScriptTuple) return "a list";
		return v instanceof String ? "the text '" + v + "'" : v.toString();
	}
}
