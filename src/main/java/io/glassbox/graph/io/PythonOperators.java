package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.Function;

/**
 * The part of a network's code that computes with plain values rather than tensors: numbers, truth values, strings,
 * lists and dictionaries.
 * <p>
 * Numbers may be {@link Extent}s, known only when the network runs; comparisons of those are
 * {@link Unknown}.
 * </p>
 */
final class PythonOperators {

	/** More elements than a network keeps in a list. */
	private static final int LONGEST = 1 << 20;

	private static final Map<String, Function<Arguments, Object>> TABLE = new HashMap<>();

	static {
		arithmetic("add", "Add", Math::addExact, Double::sum);
		arithmetic("sub", "Sub", Math::subtractExact, (a, b) -> a - b);
		arithmetic("mul", "Mul", Math::multiplyExact, (a, b) -> a * b);
		arithmetic("floordiv", "Div", Math::floorDiv, (a, b) -> Math.floor(a / b));
		arithmetic("floor_divide", "Div", Math::floorDiv, (a, b) -> Math.floor(a / b));
		arithmetic("remainder", "Mod", Math::floorMod, (a, b) -> a - b * Math.floor(a / b));
		arithmetic("min", "Min", Math::min, Math::min);
		arithmetic("max", "Max", Math::max, Math::max);
		TABLE.put("div", a -> "floor".equals(a.named().get("rounding_mode")) ? apply("floordiv", a) : real(a,
			(x, y) -> x / y));
		TABLE.put("truediv", a -> real(a, (x, y) -> x / y));
		TABLE.put("pow", a -> real(a, Math::pow));
		TABLE.put("rsub", a -> apply("sub", new Arguments(a.operator(), List.of(a.get(1), a.get(0)), Map.of())));
		TABLE.put("neg", a -> a.get(0) instanceof Double d ? (Object) (-d) : binary("Sub", 0L, a.get(0), Math::subtractExact));
		TABLE.put("sqrt", a -> real(a, (x, y) -> Math.sqrt(x)));
		TABLE.put("floor", a -> whole(a, Math.floor(a.number(0, 0))));
		TABLE.put("ceil", a -> whole(a, Math.ceil(a.number(0, 0))));
		TABLE.put("eq", a -> equal(a.get(0), a.get(1)));
		TABLE.put("ne", a -> not(equal(a.get(0), a.get(1))));
		TABLE.put("lt", a -> compare(a, a.get(0), a.get(1), false));
		TABLE.put("gt", a -> compare(a, a.get(1), a.get(0), false));
		TABLE.put("le", a -> compare(a, a.get(0), a.get(1), true));
		TABLE.put("ge", a -> compare(a, a.get(1), a.get(0), true));
		TABLE.put("__not__", a -> not(a.get(0)));
		TABLE.put("__and__", a -> a.get(0) instanceof Boolean x && a.get(1) instanceof Boolean y ? x && y
			: Unknown.UNTIL_RUN);
		TABLE.put("__or__", a -> a.get(0) instanceof Boolean x && a.get(1) instanceof Boolean y ? x || y
			: Unknown.UNTIL_RUN);
		for (final String same : List.of("Int", "NumToTensor", "ImplicitTensorToNum", "ScalarImplicit", "IntImplicit",
			"unchecked_cast"))
			TABLE.put(same, PythonOperators::wholeNumber);
		TABLE.put("Float", a -> a.get(0) instanceof Extent ? a.get(0) : (Object) a.number(0, 0));
		TABLE.put("Bool", a -> a.get(0) instanceof Boolean b ? b : not(equal(a.get(0), 0L)));
		TABLE.put("str", a -> String.valueOf(a.get(0)));
		TABLE.put("format", a -> "a message");
		TABLE.put("warn", a -> null);
		TABLE.put("len", a -> a.get(0) instanceof Map<?, ?> m ? (long) m.size() : a.get(0) instanceof String s ? (long) s
			.length() : (Object) (long) a.list(0).size());
		TABLE.put("__range_length", a -> Math.max(0, Math.floorDiv(a.integer(1) - a.integer(0) + a.integer(2) - Long.signum(a
			.integer(2)), a.integer(2))));
		TABLE.put("__derive_index", a -> a.integer(1) + a.integer(0) * a.integer(2));
		TABLE.put("find", a -> (long) a.string(0, "").indexOf(a.string(1, "")));
		TABLE.put("all", a -> a.list(0).stream().allMatch(Boolean.TRUE::equals));
		TABLE.put("any", a -> a.list(0).stream().anyMatch(Boolean.TRUE::equals));
		TABLE.put("append", PythonOperators::append);
		TABLE.put("list", a -> new ArrayList<>(a.list(0)));
		TABLE.put("copy", a -> a.get(0) instanceof Map<?, ?> m ? new LinkedHashMap<>(m) : new ArrayList<>(a.list(0)));
		TABLE.put("slice", PythonOperators::slice);
		TABLE.put("__getitem__", a -> item(a, a.get(0), a.get(1)));
		TABLE.put("_set_item", PythonOperators::setItem);
		TABLE.put("__contains__", a -> a.get(0) instanceof Map<?, ?> m ? m.containsKey(a.get(1)) : a.list(0).contains(a
			.get(1)));
		TABLE.put("dict", a -> new LinkedHashMap<>());
		TABLE.put("keys", a -> new ArrayList<>(((Map<?, ?>) a.get(0)).keySet()));
		TABLE.put("values", a -> new ArrayList<>(((Map<?, ?>) a.get(0)).values()));
		TABLE.put("items", a -> ((Map<?, ?>) a.get(0)).entrySet().stream().map(e -> new ScriptTuple(List.of(e.getKey(), e
			.getValue()))).toList());
	}

	private PythonOperators() {}

	static boolean knows(final String name) {
		return TABLE.containsKey(name);
	}

	static Object apply(final String name, final Arguments arguments) {
		final boolean numeric = !List.of("append", "len", "list", "__getitem__", "_set_item", "format", "str").contains(
			name);
		if (numeric && arguments.positional().stream().anyMatch(Unknown.class::isInstance) && !name.equals("__not__"))
			return Unknown.UNTIL_RUN;
		return TABLE.get(name).apply(arguments);
	}

	// -- numbers --

	private static void arithmetic(final String name, final String onnx, final BinaryOperator<Long> whole,
		final DoubleBinaryOperator real)
	{
		TABLE.put(name, a -> {
			final Object x = a.get(0);
			final Object y = a.get(1);
			if (x instanceof String s && y instanceof String t) return s + t;
			if (x instanceof List<?> && y instanceof List<?>) {
				final List<Object> joined = new ArrayList<>(a.list(0));
				joined.addAll(a.list(1));
				if (joined.size() > LONGEST) throw new UnsupportedConstruct("a list of more than " + LONGEST + " elements");
				return joined;
			}
			if (x instanceof List<?> && y instanceof Long n) return repeated(a.list(0), n);
			if (x instanceof List<?> && y == null) return Collections.max(a.list(0).stream().map(v -> (Long) v).toList());
			return x instanceof Double || y instanceof Double ? real(a, real) : binary(onnx, x, y, whole);
		});
	}

	private static List<Object> repeated(final List<Object> list, final long times) {
		if (list.size() * (double) times > LONGEST) throw new UnsupportedConstruct("a list of more than " + LONGEST +
			" elements");
		final List<Object> all = new ArrayList<>();
		for (long i = 0; i < times; i++)
			all.addAll(list);
		return all;
	}

	private static Object binary(final String onnx, final Object x, final Object y, final BinaryOperator<Long> whole) {
		if (x instanceof Long a && y instanceof Long b) return whole.apply(a, b);
		return Extent.computed(onnx, x, y);
	}

	private static Object real(final Arguments a, final DoubleBinaryOperator f) {
		if (a.positional().stream().anyMatch(v -> Extent.settled(v) instanceof Extent)) return Unknown.UNTIL_RUN;
		return f.applyAsDouble(a.number(0, 0), a.number(1, 0));
	}

	private static Object whole(final Arguments a, final double value) {
		return (long) value;
	}

	private static Object wholeNumber(final Arguments a) {
		return a.get(0) instanceof Double d ? (Object) d.longValue() : a.get(0) instanceof Boolean b ? (Object) (b ? 1L : 0L)
			: a.get(0);
	}

	// -- truth --

	static Object not(final Object truth) {
		return truth instanceof Boolean b ? !b : Unknown.UNTIL_RUN;
	}

	private static Object equal(final Object a, final Object b) {
		final Object x = Extent.settled(a);
		final Object y = Extent.settled(b);
		if (x instanceof Unknown || y instanceof Unknown) return Unknown.UNTIL_RUN;
		if (x == y) return true;
		if (x instanceof Extent e && y instanceof Long n && n < 1 && e.isPositive()) return false;
		if (x instanceof Extent e && y instanceof Long n) return e.operator == null ? Unknown.equality(e, n)
			: Unknown.UNTIL_RUN;
		if (y instanceof Extent e && x instanceof Long n) return equal(y, x);
		if (x instanceof Extent || y instanceof Extent) return Unknown.UNTIL_RUN;
		if (x instanceof List<?> p && y instanceof List<?> q) return listsEqual(p, q);
		if (x instanceof Number p && y instanceof Number q) return p.doubleValue() == q.doubleValue();
		return Objects.equals(x, y);
	}

	private static Object listsEqual(final List<?> p, final List<?> q) {
		if (p.size() != q.size()) return false;
		Object all = true;
		for (int i = 0; i < p.size(); i++) {
			final Object one = equal(p.get(i), q.get(i));
			if (Boolean.FALSE.equals(one)) return false;
			if (one instanceof Unknown) all = Unknown.UNTIL_RUN;
		}
		return all;
	}

	private static Object compare(final Arguments a, final Object less, final Object more, final boolean orEqual) {
		if (less instanceof Long n && n < 1 && more instanceof Extent e && e.isPositive()) return true;
		if (more instanceof Long n && n < 1 && less instanceof Extent e && e.isPositive()) return false;
		if (less instanceof Extent || more instanceof Extent) return Unknown.UNTIL_RUN;
		if (!(less instanceof Number x) || !(more instanceof Number y)) throw a.unsupported("of values that are no numbers");
		return orEqual ? x.doubleValue() <= y.doubleValue() : x.doubleValue() < y.doubleValue();
	}

	// -- lists and dictionaries --

	@SuppressWarnings("unchecked")
	private static Object append(final Arguments a) {
		((List<Object>) a.positional().get(0)).add(a.get(1));
		return a.positional().get(0);
	}

	private static Object slice(final Arguments a) {
		final List<Object> list = a.list(0);
		final int from = index(a.integer(1, 0), list.size());
		final int to = index(a.integer(2, list.size()), list.size());
		final List<Object> part = new ArrayList<>();
		if (a.integer(3, 1) < 1) throw a.unsupported("with a step of " + a.integer(3, 1));
		for (int i = from; i < to; i += (int) Math.min(list.size(), a.integer(3, 1)))
			part.add(list.get(i));
		return a.get(0) instanceof ScriptTuple ? new ScriptTuple(part) : part;
	}

	private static int index(final long index, final int size) {
		return (int) Math.max(0, Math.min(size, index < 0 ? index + size : index));
	}

	static Object item(final Arguments a, final Object of, final Object index) {
		if (of instanceof Map<?, ?> map) {
			if (!map.containsKey(index)) throw a.unsupported("of the key '" + index + "', which the dictionary lacks");
			return map.get(index);
		}
		final List<?> list = of instanceof ScriptTuple t ? t.values() : (List<?>) of;
		if (!(index instanceof Long n) || n >= list.size() || n < -list.size()) throw a.unsupported("of element " + index +
			" of a list of " + list.size());
		return Extent.settled(list.get((int) (n < 0 ? n + list.size() : n)));
	}

	@SuppressWarnings("unchecked")
	private static Object setItem(final Arguments a) {
		if (a.get(0) instanceof Map<?, ?> map) ((Map<Object, Object>) map).put(a.get(1), a.get(2));
		else {
			final List<Object> list = (List<Object>) a.get(0);
			list.set((int) (a.integer(1) < 0 ? a.integer(1) + list.size() : a.integer(1)), a.get(2));
		}
		return null;
	}
}
