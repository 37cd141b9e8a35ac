package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

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

	/** Operators that may hold values nobody knows yet. */
	private static final Set<String> CONTAINERS = Set.of("append", "extend", "insert", "len", "list", "__getitem__",
		"_set_item", "format", "str", "get", "NumToTensor", "item", "unchecked_cast", "_unwrap_optional");

	static {
		arithmetic("add", "Add", Math::addExact, Double::sum);
		arithmetic("sub", "Sub", Math::subtractExact, (a, b) -> a - b);
		arithmetic("mul", "Mul", Math::multiplyExact, (a, b) -> a * b);
		arithmetic("floordiv", "Div", Math::floorDiv, (a, b) -> Math.floor(a / b));
		arithmetic("floor_divide", "Div", Math::floorDiv, (a, b) -> Math.floor(a / b));
		arithmetic("remainder", "Mod", Math::floorMod, (a, b) -> a - b * Math.floor(a / b));
		arithmetic("min", "Min", Math::min, Math::min);
		arithmetic("max", "Max", Math::max, Math::max);
		TABLE.put("div", a -> "floor".equals(a.named().get("rounding_mode")) ? apply("floordiv", a) : quotient(a));
		TABLE.put("truediv", PythonOperators::quotient);
		TABLE.put("pow", a -> real(a, Math::pow));
		TABLE.put("rsub", a -> apply("sub", new Arguments(a.operator(), List.of(a.get(1), a.get(0)), Map.of())));
		TABLE.put("neg", a -> a.get(0) instanceof Double d ? (Object) (-d) : binary("Sub", 0L, a.get(0), Math::subtractExact));
		function("sqrt", Math::sqrt);
		function("exp", Math::exp);
		function("log", Math::log);
		function("log2", x -> Math.log(x) / Math.log(2));
		function("sin", Math::sin);
		function("cos", Math::cos);
		TABLE.put("floor", a -> a.get(0) instanceof Extent ? a.get(0) : whole(a, Math.floor(a.number(0, 0))));
		TABLE.put("ceil", a -> a.get(0) instanceof Extent ? a.get(0) : whole(a, Math.ceil(a.number(0, 0))));
		TABLE.put("round", a -> a.get(0) instanceof Double d ? (Object) Math.rint(d) : a.get(0));
		TABLE.put("abs", a -> a.get(0) instanceof Double d ? (Object) Math.abs(d) : a.get(0) instanceof Long n ? Math.abs(n)
			: Extent.order(a.get(0), 0L) > 0 ? a.get(0) : Unknown.UNTIL_RUN);
		TABLE.put("sum", a -> a.list(0).stream().reduce(0L, (x, y) -> apply("add", new Arguments(a.operator(), List.of(x, y),
			Map.of()))));
		TABLE.put("prod", a -> a.list(0).stream().reduce(1L, (x, y) -> apply("mul", new Arguments(a.operator(), List.of(x, y),
			Map.of()))));
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
		for (final String same : List.of("Int", "IntImplicit"))
			TABLE.put(same, PythonOperators::wholeNumber);
		for (final String same : List.of("NumToTensor", "ImplicitTensorToNum", "ScalarImplicit", "unchecked_cast",
			"_unwrap_optional", "unchecked_unwrap_optional", "Scalar", "item"))
			TABLE.put(same, a -> a.get(0));
		TABLE.put("FloatImplicit", a -> a.get(0) instanceof Extent ? a.get(0) : (Object) a.number(0, 0));
		TABLE.put("Float", a -> a.get(0) instanceof Extent ? a.get(0) : (Object) a.number(0, 0));
		TABLE.put("Bool", a -> a.get(0) instanceof Boolean b ? b : not(equal(a.get(0), 0L)));
		TABLE.put("str", a -> text(a.get(0)));
		TABLE.put("format", PythonOperators::format);
		TABLE.put("lower", a -> a.string(0, "").toLowerCase(Locale.ROOT));
		TABLE.put("upper", a -> a.string(0, "").toUpperCase(Locale.ROOT));
		TABLE.put("strip", a -> a.string(0, "").strip());
		TABLE.put("startswith", a -> a.string(0, "").startsWith(a.string(1, "")));
		TABLE.put("endswith", a -> a.string(0, "").endsWith(a.string(1, "")));
		TABLE.put("join", a -> a.list(1).stream().map(String::valueOf).collect(Collectors.joining(a.string(0, ""))));
		TABLE.put("warn", a -> null);
		TABLE.put("len", a -> a.get(0) instanceof Map<?, ?> m ? (long) m.size() : a.get(0) instanceof String s ? (long) s
			.length() : (Object) (long) a.list(0).size());
		TABLE.put("hash", a -> a.get(0));
		TABLE.put("__range_length", a -> Math.max(0, Math.floorDiv(a.integer(1) - a.integer(0) + a.integer(2) - Long.signum(a
			.integer(2)), a.integer(2))));
		TABLE.put("__derive_index", a -> a.integer(1) + a.integer(0) * a.integer(2));
		TABLE.put("find", a -> (long) a.string(0, "").indexOf(a.string(1, "")));
		TABLE.put("all", a -> a.list(0).stream().allMatch(Boolean.TRUE::equals));
		TABLE.put("any", a -> a.list(0).stream().anyMatch(Boolean.TRUE::equals));
		TABLE.put("append", PythonOperators::append);
		TABLE.put("extend", a -> change(a, l -> l.addAll(a.list(1))));
		TABLE.put("insert", a -> change(a, l -> l.add(index(a.integer(1), l.size()), a.get(2))));
		TABLE.put("pop", PythonOperators::pop);
		TABLE.put("Delete", PythonOperators::pop);
		TABLE.put("clear", a -> change(a, List::clear));
		TABLE.put("reverse", a -> change(a, Collections::reverse));
		TABLE.put("remove", a -> change(a, l -> l.remove(a.get(1))));
		TABLE.put("index", a -> (long) a.list(0).indexOf(a.get(1)));
		TABLE.put("count", a -> a.list(0).stream().filter(v -> Objects.equals(v, a.get(1))).count());
		TABLE.put("sort", a -> change(a, l -> l.sort(PythonOperators::order)));
		TABLE.put("sorted", a -> {
			final List<Object> list = new ArrayList<>(a.list(0));
			list.sort(PythonOperators::order);
			return list;
		});
		TABLE.put("list", a -> a.get(0) instanceof String s ? s.chars().mapToObj(c -> String.valueOf((char) c)).map(
			Object.class::cast).collect(Collectors.toCollection(ArrayList::new)) : new ArrayList<>(a.list(0)));
		TABLE.put("copy", a -> a.get(0) instanceof Map<?, ?> m ? new LinkedHashMap<>(m) : new ArrayList<>(a.list(0)));
		TABLE.put("slice", PythonOperators::slice);
		TABLE.put("__getitem__", a -> item(a, a.get(0), a.get(1)));
		TABLE.put("_set_item", PythonOperators::setItem);
		TABLE.put("__contains__", a -> a.get(0) instanceof Map<?, ?> m ? m.containsKey(a.get(1)) : a.get(
			0) instanceof String s ? s.contains(a.string(1, "")) : a.list(0).contains(a.get(1)));
		TABLE.put("dict", a -> a.get(0) instanceof Map<?, ?> m ? new LinkedHashMap<>(m) : dictionary(a));
		TABLE.put("get", a -> {
			final Object found = ((Map<?, ?>) a.get(0)).get(a.get(1));
			return found == null ? a.get(2) : found;
		});
		TABLE.put("update", PythonOperators::update);
		TABLE.put("keys", a -> new ArrayList<>(((Map<?, ?>) a.get(0)).keySet()));
		TABLE.put("values", a -> new ArrayList<>(((Map<?, ?>) a.get(0)).values()));
		TABLE.put("items", a -> ((Map<?, ?>) a.get(0)).entrySet().stream().map(e -> new ScriptTuple(List.of(e.getKey(), e
			.getValue()))).toList());
	}

	private static final int LONGEST_TEXT = 1 << 16;

	private PythonOperators() {}

	static boolean knows(final String name) {
		return TABLE.containsKey(name);
	}

	static Object apply(final String name, final Arguments arguments) {
		final boolean numeric = !CONTAINERS.contains(name);
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
			if (x instanceof List<?> && y == null) return a.list(0).stream().reduce((p, q) -> apply(name, new Arguments(a
				.operator(), List.of(p, q), Map.of()))).orElseThrow(() -> a.unsupported("of an empty list"));
			if (x instanceof Extent || y instanceof Extent) return extents(onnx, x, y);
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

	/** Arithmetic of extents with floats that are whole numbers, or parts that divide them, is that of whole numbers. */
	private static Object extents(final String onnx, final Object x, final Object y) {
		if (onnx.equals("Mul") && y instanceof Double d && d > 0 && d < 1) return exact(x, whole(1 / d));
		final Object a = whole(x);
		final Object b = whole(y);
		return a == null || b == null ? Unknown.UNTIL_RUN : Extent.computed(onnx, a, b);
	}

	/** A Long or Extent, or null for a fraction. */
	private static Object whole(final Object number) {
		if (number instanceof Boolean b) return b ? 1L : 0L;
		if (!(number instanceof Double d)) return number instanceof Long || number instanceof Extent ? number : null;
		return d == d.longValue() ? (Object) d.longValue() : null;
	}

	private static Object quotient(final Arguments a) {
		final Object x = a.get(0);
		return x instanceof Extent || a.get(1) instanceof Extent ? exact(x, whole(a.get(1))) : real(a, (p, q) -> p / q);
	}

	/** A quotient without rest. */
	private static Object exact(final Object x, final Object y) {
		if (y == null || whole(x) == null || y.equals(0L)) return Unknown.UNTIL_RUN;
		final Object quotient = Extent.computed("Div", whole(x), y);
		return Extent.computed("Mul", quotient, y).equals(x) ? quotient : Unknown.UNTIL_RUN;
	}

	private static void function(final String name, final DoubleUnaryOperator f) {
		TABLE.put(name, a -> real(a, (x, y) -> f.applyAsDouble(x)));
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
		if (y instanceof Extent && x instanceof Number) return equal(y, x);
		if (x instanceof Extent e && y instanceof Number given) {
			final Object n = whole(given);
			if (n == null) return false;
			final int order = Extent.order(e, n);
			if (order != Extent.UNORDERED) return order == 0;
			return e.value != null ? Unknown.equality(e, (Long) n) : Unknown.UNTIL_RUN;
		}
		if (x instanceof Extent && y instanceof Extent) return switch (Extent.order(x, y)) {
			case 0 -> true;
			case Extent.UNORDERED -> Unknown.UNTIL_RUN;
			default -> false;
		};
		if (x instanceof Extent || y instanceof Extent) return y == null || x == null ? false : Unknown.UNTIL_RUN;
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
		if (less instanceof Extent || more instanceof Extent) {
			final Object x = whole(less);
			final Object y = whole(more);
			final int order = x == null || y == null ? Extent.UNORDERED : Extent.order(x, y);
			return order == Extent.UNORDERED ? Unknown.UNTIL_RUN : orEqual ? order <= 0 : order < 0;
		}
		if (!(less instanceof Number x) || !(more instanceof Number y)) throw a.unsupported("of values that are no numbers");
		return orEqual ? x.doubleValue() <= y.doubleValue() : x.doubleValue() < y.doubleValue();
	}

	// -- texts --

	/** As Python prints it. */
	private static String text(final Object v) {
		if (v == null) return "None";
		if (v instanceof Boolean b) return b ? "True" : "False";
		if (v instanceof List<?> l) return l.stream().map(PythonOperators::text).collect(Collectors.joining(", ", "[", "]"));
		return v instanceof ScriptTuple t ? t.values().stream().map(PythonOperators::text).collect(Collectors.joining(", ",
			"(", ")")) : v.toString();
	}

	private static Object format(final Arguments a) {
		final StringBuilder text = new StringBuilder();
		int at = 0;
		int next = 1;
		final String pattern = a.string(0, "");
		for (int open = pattern.indexOf("{}"); open >= 0 && next < a.count(); open = pattern.indexOf("{}", at)) {
			text.append(pattern, at, open).append(text(a.get(next++)));
			at = open + 2;
			if (text.length() > LONGEST_TEXT) throw a.unsupported("into a text that is too long");
		}
		return text.append(pattern.substring(at)).toString();
	}

	// -- lists and dictionaries --

	@SuppressWarnings("unchecked")
	private static Object change(final Arguments a, final Consumer<List<Object>> change) {
		change.accept((List<Object>) a.get(0));
		return null;
	}

	@SuppressWarnings("unchecked")
	private static Object pop(final Arguments a) {
		if (a.get(0) instanceof Map<?, ?> map) return ((Map<Object, Object>) map).remove(a.get(1));
		final List<Object> list = (List<Object>) a.get(0);
		final int at = (int) a.integer(1, -1);
		return list.remove(at < 0 ? at + list.size() : at);
	}

	private static int order(final Object x, final Object y) {
		if (x instanceof String s && y instanceof String t) return s.compareTo(t);
		return Double.compare(((Number) x).doubleValue(), ((Number) y).doubleValue());
	}

	private static Object dictionary(final Arguments a) {
		final Map<Object, Object> map = new LinkedHashMap<>();
		if (a.has(0)) for (final Object pair : a.list(0))
			map.put(((ScriptTuple) pair).values().get(0), ((ScriptTuple) pair).values().get(1));
		return map;
	}

	@SuppressWarnings("unchecked")
	private static Object update(final Arguments a) {
		((Map<Object, Object>) a.get(0)).putAll((Map<Object, Object>) a.get(1));
		return null;
	}

	@SuppressWarnings("unchecked")
	private static Object append(final Arguments a) {
		((List<Object>) a.positional().get(0)).add(a.get(1));
		return a.positional().get(0);
	}

	private static Object slice(final Arguments a) {
		if (a.get(0) instanceof String s) return s.substring(index(a.integer(1, 0), s.length()), Math.max(index(a.integer(1, 0),
			s.length()), index(a.integer(2, s.length()), s.length())));
		final List<Object> list = a.list(0);
		final int from = index(a.integer(1, 0), list.size());
		final int to = index(a.integer(2, list.size()), list.size());
		final List<Object> part = new ArrayList<>();
		final int step = (int) Math.min(list.size() + 1L, a.integer(3, 1));
		if (step < 1) throw a.unsupported("with the step " + step);
		for (int i = from; i < to; i += step)
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
