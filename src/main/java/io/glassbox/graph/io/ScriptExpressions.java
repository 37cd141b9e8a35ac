package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.glassbox.graph.io.ScriptTree.Binary;
import io.glassbox.graph.io.ScriptTree.Call;
import io.glassbox.graph.io.ScriptTree.ClassOf;
import io.glassbox.graph.io.ScriptTree.Conditional;
import io.glassbox.graph.io.ScriptTree.DictOf;
import io.glassbox.graph.io.ScriptTree.Expression;
import io.glassbox.graph.io.ScriptTree.Item;
import io.glassbox.graph.io.ScriptTree.ListOf;
import io.glassbox.graph.io.ScriptTree.Literal;
import io.glassbox.graph.io.ScriptTree.Member;
import io.glassbox.graph.io.ScriptTree.Name;
import io.glassbox.graph.io.ScriptTree.TupleOf;
import io.glassbox.graph.io.ScriptTree.Unary;

/** The expressions of a network's code: what each one's value is, and which operator, function or module it calls. */
final class ScriptExpressions {

	/** A function of the file that a variable stands for. */
	private record FunctionNamed(String name) {}

	private static final Map<String, String> SYMBOLS = Map.ofEntries(Map.entry("+", "add"), Map.entry("-", "sub"), Map
		.entry("*", "mul"), Map.entry("/", "div"), Map.entry("//", "floordiv"), Map.entry("%", "remainder"), Map.entry("**",
			"pow"), Map.entry("@", "matmul"), Map.entry("==", "eq"), Map.entry("!=", "ne"), Map.entry("<", "lt"), Map.entry(
				">", "gt"), Map.entry("<=", "le"), Map.entry(">=", "ge"), Map.entry("is", "__is__"), Map.entry("is not",
					"__isnot__"), Map.entry("&", "__and__"), Map.entry("|", "__or__"), Map.entry("and", "__and__"), Map.entry(
						"or", "__or__"));

	private final ScriptEvaluator evaluator;
	private final ScriptCode code;
	private final GraphDraft graph;
	private final List<Object> constants;
	private final Effort effort;

	ScriptExpressions(final ScriptEvaluator evaluator, final ScriptCode code, final GraphDraft graph,
		final List<Object> constants, final Effort effort)
	{
		this.effort = effort;
		this.evaluator = evaluator;
		this.code = code;
		this.graph = graph;
		this.constants = constants;
	}

	/**
	 * The value of an expression: a Long, Double, Boolean or String, null for None, a list, {@link ScriptTuple} or map, a
	 * {@link SymbolicTensor}, {@link ScriptObject}, {@link Extent} or {@link Unknown}. What has no translation is noted and
	 * unknown.
	 */
	Object value(final Expression e, final Map<String, Object> frame) {
		try {
			return effort.measured(Extent.settled(effort.within(() -> evaluated(e, frame))));
		}
		catch (final Effort.Exhausted x) {
			throw x; // going on would exhaust it again and again
		}
		catch (final UnsupportedConstruct u) {
			return evaluator.note(u);
		}
	}

	private Object evaluated(final Expression e, final Map<String, Object> frame) {
		if (e instanceof Literal l) return l.value();
		if (e instanceof Name n) {
			if (!frame.containsKey(n.id())) throw new UnsupportedConstruct("the name " + n.id());
			return frame.get(n.id());
		}
		if (e instanceof Call c) return call(c, frame);
		if (e instanceof Member m) return member(m, frame);
		if (e instanceof Item i) return builtin("__getitem__", "aten::__getitem__", values(List.of(i.of(), i.index()),
			frame), Map.of());
		if (e instanceof ListOf l) return values(l.values(), frame);
		if (e instanceof TupleOf t) return new ScriptTuple(values(t.values(), frame));
		if (e instanceof DictOf d) {
			final Map<Object, Object> map = new LinkedHashMap<>();
			for (int i = 0; i < d.keys().size(); i++)
				map.put(value(d.keys().get(i), frame), value(d.values().get(i), frame));
			return map;
		}
		if (e instanceof Conditional c) return conditional(c, frame);
		if (e instanceof Unary u) return unary(u, frame);
		final Binary b = (Binary) e;
		final String operator = SYMBOLS.get(b.operator());
		if (operator == null) throw new UnsupportedConstruct("the operator " + b.operator());
		return builtin(operator, "aten::" + operator, values(List.of(b.left(), b.right()), frame), Map.of());
	}

	private List<Object> values(final List<Expression> expressions, final Map<String, Object> frame) {
		final List<Object> values = new ArrayList<>();
		expressions.forEach(e -> values.add(value(e, frame)));
		return values;
	}

	private Object conditional(final Conditional c, final Map<String, Object> frame) {
		final Object condition = value(c.condition(), frame);
		if (condition instanceof Boolean b) return value(b ? c.then() : c.otherwise(), frame);
		if (condition instanceof Unknown u && u.fault()) return u;
		throw new UnsupportedConstruct("a decision that depends on the values or the size of the input");
	}

	private Object unary(final Unary u, final Map<String, Object> frame) {
		if (u.operator().equals("+")) return value(u.of(), frame);
		final String operator = u.operator().equals("-") ? "neg" : "__not__";
		return builtin(operator, "aten::" + operator, values(List.of(u.of()), frame), Map.of());
	}

	// -- names --

	/** {@code a.b.c} if it begins with a name that is no variable, else empty. */
	private static String qualified(final Expression e, final Map<String, Object> frame) {
		if (e instanceof Name n) return frame.containsKey(n.id()) ? "" : n.id();
		if (!(e instanceof Member m)) return "";
		final String of = qualified(m.of(), frame);
		return of.isEmpty() ? "" : of + "." + m.name();
	}

	private Object member(final Member m, final Map<String, Object> frame) {
		final String name = qualified(m, frame);
		if (name.startsWith("CONSTANTS.c")) return constants.get(Integer.parseInt(name.substring(11)));
		if (name.startsWith("__torch__.")) return new FunctionNamed(name);
		return attribute(value(m.of(), frame), m.name());
	}

	private Object attribute(final Object of, final String name) {
		if (of instanceof ScriptObject object) return evaluator.attribute(object, name);
		if (of instanceof Unknown) return of;
		throw new UnsupportedConstruct("the attribute " + name + " of a value");
	}

	// -- calls --

	private Object call(final Call c, final Map<String, Object> frame) {
		final String name = qualified(c.callee(), frame);
		if (name.equals("isinstance")) return isInstance(value(c.arguments().get(0), frame), c.arguments().get(1));
		if (List.of("annotate", "unchecked_cast").contains(name)) return value(c.arguments().get(1), frame);
		if (name.equals("uninitialized")) return null;
		final List<Object> arguments = values(c.arguments(), frame);
		final Map<String, Object> named = new LinkedHashMap<>();
		c.named().forEach((k, v) -> named.put(k, value(v, frame)));
		if (name.startsWith("__torch__.") && name.endsWith(".__new__")) return new ScriptObject(name.substring(0, name
			.length() - ".__new__".length()));
		if (name.startsWith("__torch__.")) return function(name, arguments, named);
		if (name.startsWith("torch.")) return builtin(name.substring(6), "aten::" + name.substring(6), arguments, named);
		if (name.startsWith("ops.")) {
			final String op = name.substring(name.lastIndexOf('.') + 1);
			final String shown = name.substring(4).replace(".", "::");
			if (AtenOperators.knows(shown)) return builtin(shown, shown, arguments, named);
			if (!shown.equals("aten::" + op) && !shown.equals("prim::" + op)) throw new UnsupportedConstruct(shown.startsWith(
				"quantized::") ? shown + " (the network is quantised)" : shown);
			return builtin(op, shown, arguments, named);
		}
		if (name.equals("getattr")) return attribute(arguments.get(0), (String) arguments.get(1));
		if (name.equals("range")) return range(arguments);
		if (List.of("int", "float", "bool").contains(name)) return builtin(Character.toUpperCase(name.charAt(0)) + name
			.substring(1), "aten::" + name, arguments, named);
		if (!name.isEmpty() && !(c.callee() instanceof Member)) return builtin(name, name, arguments, named);
		return callValue(c, frame, arguments, named);
	}

	private Object callValue(final Call c, final Map<String, Object> frame, final List<Object> arguments,
		final Map<String, Object> named)
	{
		if (c.callee() instanceof Member m) {
			final Object of = value(m.of(), frame);
			if (of instanceof ScriptObject object) return evaluator.method(object, m.name(), arguments, named);
			if (of instanceof Unknown) return of;
			throw new UnsupportedConstruct("a call of " + m.name() + " of a value that is no module");
		}
		final Object callee = value(c.callee(), frame);
		if (callee instanceof FunctionNamed f) return function(f.name(), arguments, named);
		if (callee instanceof Unknown) return callee;
		throw new UnsupportedConstruct("a call of a value that is no function");
	}

	private Object function(final String name, final List<Object> arguments, final Map<String, Object> named) {
		if (!code.isClass(name)) return evaluator.function(code.function(name), arguments, named);
		final ClassOf type = code.classOf(name);
		if (type.parents().contains(new Name("NamedTuple"))) {
			final List<Object> fields = new ArrayList<>(arguments);
			fields.addAll(named.values());
			return new ScriptTuple(fields);
		}
		throw new UnsupportedConstruct("an instance of the class " + name);
	}

	private static Object range(final List<Object> arguments) {
		final List<Object> values = new ArrayList<>();
		if (!arguments.stream().allMatch(Long.class::isInstance)) return arguments.stream().filter(Unknown.class::isInstance)
			.findFirst().orElse(Unknown.UNTIL_RUN);
		final long from = arguments.size() == 1 ? 0 : (Long) arguments.get(0);
		final long to = (Long) arguments.get(arguments.size() == 1 ? 0 : 1);
		final long step = arguments.size() < 3 ? 1 : (Long) arguments.get(2);
		for (long i = from; step > 0 ? i < to : i > to; i += step) {
			values.add(i);
			if (step == 0 || values.size() > 1 << 20) throw new UnsupportedConstruct("a loop of more than a million rounds");
		}
		return values;
	}

	private Object isInstance(final Object value, final Expression type) {
		if (type instanceof TupleOf t) return t.values().stream().anyMatch(e -> Boolean.TRUE.equals(isInstance(value, e)));
		if (type instanceof ListOf l) return l.values().stream().anyMatch(e -> Boolean.TRUE.equals(isInstance(value, e)));
		if (value instanceof Unknown) return value;
		if (type instanceof Item i && i.of() instanceof Name n) return switch (n.id()) {
			case "List" -> value instanceof List<?> list && list.stream().allMatch(v -> Boolean.TRUE.equals(isInstance(v, i
				.index())));
			case "Optional" -> value == null || Boolean.TRUE.equals(isInstance(value, i.index()));
			case "Dict" -> value instanceof Map<?, ?>;
			case "Tuple" -> value instanceof ScriptTuple;
			default -> throw new UnsupportedConstruct("isinstance of " + n.id());
		};
		return switch (type instanceof Name n ? n.id() : "") {
			case "Tensor" -> value instanceof SymbolicTensor;
			case "int" -> value instanceof Long || value instanceof Extent;
			case "float" -> value instanceof Double;
			case "bool" -> value instanceof Boolean;
			case "str" -> value instanceof String;
			case "NoneType" -> value == null;
			case "number" -> value instanceof Number;
			default -> {
				final String named = qualified(type, Map.of());
				if (!named.startsWith("__torch__.")) throw new UnsupportedConstruct("isinstance of " + named);
				yield value instanceof ScriptObject o && o.type().equals(named);
			}
		};
	}

	// -- operators --

	/** An operator of PyTorch: on plain values computed now, on tensors put into the graph. */
	private Object builtin(final String name, final String shown, final List<Object> given,
		final Map<String, Object> named)
	{
		final List<Object> values = given.stream().map(ScriptExpressions::number).collect(Collectors.toCollection(
			ArrayList::new));
		final boolean known = AtenOperators.knows(name) || PythonOperators.knows(name) || ScriptQueries.knows(name);
		if (name.equals("RaiseException")) throw new UnsupportedConstruct("an error the network itself raises");
		if (name.equals("hasattr")) return values.get(0) instanceof ScriptObject o && o.attributes().containsKey(values.get(1));
		if (values.size() > 0 && values.get(0) instanceof ScriptObject o) return member(o, name, values);
		if (name.equals("__is__")) return values.get(0) == values.get(1);
		if (name.equals("__isnot__")) return values.get(0) != values.get(1);
		if (values.stream().anyMatch(ScriptExpressions::isFault)) {
			if (!known) throw new UnsupportedConstruct(shown);
			return Unknown.FAULT;
		}
		if (values.stream().anyMatch(AtenShape.Sizes.class::isInstance)) return sizesOf(name, values);
		final Arguments arguments = new Arguments(shown, values, named);
		if (ScriptQueries.knows(name)) return ScriptQueries.answer(name, arguments);
		try {
			return apply(name, arguments);
		}
		catch (final ClassCastException | IndexOutOfBoundsException | ArithmeticException e) {
			throw arguments.unsupported("called in a form that has no translation");
		}
	}

	/** What is asked of a container of modules: its length, or one of them. */
	private Object member(final ScriptObject container, final String name, final List<Object> values) {
		final List<String> keys = container.attributes().keySet().stream().filter(k -> container.attributes().get(
			k) instanceof ScriptObject).toList();
		if (name.equals("len")) return (long) keys.size();
		if (name.equals("__contains__")) return keys.contains(values.get(1));
		if (name.equals("__is__") || name.equals("__isnot__")) return (container == values.get(1)) == name.equals("__is__");
		if (!name.equals("__getitem__")) throw new UnsupportedConstruct(name + " of a module");
		if (values.get(1) instanceof Long n && n < keys.size() && n >= -keys.size()) return container.attributes().get(keys
			.get((int) (n < 0 ? n + keys.size() : n)));
		return attribute(container, String.valueOf(values.get(1)));
	}

	private Object apply(final String name, final Arguments arguments) {
		final List<Object> values = arguments.positional();
		final boolean plain = values.stream().noneMatch(SymbolicTensor.class::isInstance) || List.of("append", "_set_item", "__getitem__", "__contains__").contains(name) &&
			!(values.get(0) instanceof SymbolicTensor);
		if (plain && PythonOperators.knows(name)) return PythonOperators.apply(name, arguments);
		if (AtenOperators.knows(name)) return AtenOperators.translate(name, arguments, graph);
		throw new UnsupportedConstruct(arguments.operator());
	}

	private static boolean isFault(final Object value) {
		return value instanceof Unknown u && u.fault() || value instanceof Collection<?> c && c.stream().anyMatch(
			ScriptExpressions::isFault);
	}

	/** What is asked of the sizes of a tensor whose number of axes is not known. */
	private static Object sizesOf(final String name, final List<Object> values) {
		final AtenShape.Sizes sizes = values.get(0) instanceof AtenShape.Sizes s ? s : null;
		if (sizes == null || !name.equals("__getitem__") || !(values.get(1) instanceof Long axis)) return Unknown.UNTIL_RUN;
		return sizes.of().rank() < 0 ? Extent.of(sizes.value(), (int) (long) axis) : sizes.of().extents().get((int) (long) axis);
	}

	/** A fixed whole number that a traced network keeps as a tensor is a number. */
	private static Object number(final Object value) {
		if (value instanceof SymbolicTensor t && t.isConstant() && t.rank() == 0 && !t.constant().isFloat()) return t
			.constant().longs()[0];
		return Extent.settled(value);
	}
}
