package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.glassbox.graph.io.ScriptTree.Assign;
import io.glassbox.graph.io.ScriptTree.Call;
import io.glassbox.graph.io.ScriptTree.Declare;
import io.glassbox.graph.io.ScriptTree.Evaluate;
import io.glassbox.graph.io.ScriptTree.Expression;
import io.glassbox.graph.io.ScriptTree.For;
import io.glassbox.graph.io.ScriptTree.Function;
import io.glassbox.graph.io.ScriptTree.If;
import io.glassbox.graph.io.ScriptTree.Member;
import io.glassbox.graph.io.ScriptTree.Name;
import io.glassbox.graph.io.ScriptTree.Parameter;
import io.glassbox.graph.io.ScriptTree.Pass;
import io.glassbox.graph.io.ScriptTree.Return;
import io.glassbox.graph.io.ScriptTree.Statement;
import io.glassbox.graph.io.ScriptTree.TupleOf;
import io.glassbox.graph.io.ScriptTree.While;

/**
 * Runs the code of a network with tensors that have no elements yet, and so writes down the graph it computes.
 * <p>
 * This is partial evaluation: numbers, lists, loops and decisions are computed at once; what tensors go through
 * becomes nodes. A decision that only running the network could make is passed over if one side
 * of it does nothing but raise an error (the check is taken to pass, and what it checks is learnt); any other is
 * noted as unsupported. Evaluation goes on after something unsupported, so that all is found in one go.
 * </p>
 */
final class ScriptEvaluator {

	private static final Object NOT_RETURNED = new Object();

	/** Calls within calls: more than any network needs, few enough for the stack. */
	private static final int DEEPEST = 100;

	private final ScriptCode code;
	private final GraphDraft graph;
	private final Map<Object, String> paths;
	private final ScriptExpressions expressions;
	private final Set<String> unsupported = new LinkedHashSet<>();
	private final List<ScriptObject> running = new ArrayList<>();
	private final Effort effort = new Effort();

	/** Attributes that the code has set; the objects of the file stay as they are. */
	private final Map<ScriptObject, Map<String, Object>> changed = new IdentityHashMap<>();
	private int depth;

	/**
	 * @param paths dotted paths of the modules
	 * @param constants what {@code CONSTANTS.c0}, {@code CONSTANTS.c1} … stand for
	 */
	ScriptEvaluator(final ScriptCode code, final GraphDraft graph, final IdentityHashMap<Object, String> paths,
		final List<Object> constants)
	{
		this.code = code;
		this.graph = graph;
		this.paths = paths;
		this.expressions = new ScriptExpressions(this, code, graph, constants, effort);
	}

	/** What had no translation, each with the module it is in. */
	Set<String> unsupported() {
		return unsupported;
	}

	/** Notes something that has no translation; what it would have given is unknown. */
	Unknown note(final UnsupportedConstruct e) {
		unsupported.add(e.getMessage() + (graph.module().isEmpty() ? "" : " in " + graph.module()));
		return Unknown.FAULT;
	}

	// -- calls --

	/** Calls a method; the call of another module's {@code forward} makes a layer. */
	Object method(final ScriptObject self, final String name, final List<Object> arguments,
		final Map<String, Object> named)
	{
		final Function function = code.method(self.type(), name);
		final List<Object> all = new ArrayList<>();
		all.add(self);
		all.addAll(arguments);
		final boolean layer = name.matches("forward(__)?\\d*") && paths.containsKey(self) && !running.isEmpty() && running.get(
			running.size() - 1) != self;
		if (layer) graph.enter(paths.get(self));
		running.add(self);
		Object returned = Unknown.FAULT;
		try {
			returned = function(function, all, named);
		}
		finally {
			running.remove(running.size() - 1);
			if (layer) graph.leave(returned);
		}
		return returned;
	}

	Object function(final Function function, final List<Object> arguments, final Map<String, Object> named) {
		if (++depth > DEEPEST) throw new UnsupportedConstruct("functions that call one another more than " + DEEPEST +
			" deep");
		try {
			final Object returned = run(function.body(), bound(function, arguments, named));
			return returned == NOT_RETURNED ? null : returned;
		}
		finally {
			depth--;
		}
	}

	private Map<String, Object> bound(final Function function, final List<Object> arguments,
		final Map<String, Object> named)
	{
		final Map<String, Object> frame = new HashMap<>(named);
		final List<Parameter> parameters = function.parameters();
		for (int i = 0; i < parameters.size(); i++) {
			final Parameter p = parameters.get(i);
			if (i < arguments.size()) frame.put(p.name(), arguments.get(i));
			else if (!named.containsKey(p.name())) {
				if (p.absent() == null) throw new UnsupportedConstruct("a call of " + function.name() + " without its argument " +
					p.name());
				frame.put(p.name(), expressions.value(p.absent(), Map.of()));
			}
		}
		return frame;
	}

	// -- statements --

	private Object run(final List<Statement> block, final Map<String, Object> frame) {
		return effort.within(() -> {
			for (final Statement s : block) {
				effort.spend(1);
				final Object returned = run(s, frame);
				if (returned != NOT_RETURNED) return returned;
			}
			return NOT_RETURNED;
		});
	}

	private Object run(final Statement s, final Map<String, Object> frame) {
		if (s instanceof Return r) return expressions.value(r.value(), frame);
		if (s instanceof If i) return run(branch(i, frame), frame);
		if (s instanceof For f) return loop(f, frame);
		if (s instanceof While w) return loop(w, frame);
		if (s instanceof Assign a) assign(a.target(), expressions.value(a.value(), frame), frame);
		else if (s instanceof Declare d && d.value() != null) assign(d.target(), expressions.value(d.value(), frame), frame);
		else if (s instanceof Evaluate e) expressions.value(e.expression(), frame);
		else if (!(s instanceof Pass) && !(s instanceof Declare)) note(new UnsupportedConstruct("a definition within code"));
		return NOT_RETURNED;
	}

	private List<Statement> branch(final If i, final Map<String, Object> frame) {
		final Object condition = expressions.value(i.condition(), frame);
		if (condition instanceof Boolean b) return b ? i.then() : i.otherwise();
		final Unknown unknown = condition instanceof Unknown u ? u : Unknown.UNTIL_RUN;
		if (raises(i.then())) return i.otherwise();
		if (raises(i.otherwise())) {
			if (unknown.settles() != null) unknown.settles().run();
			return i.then();
		}
		if (!unknown.fault()) note(new UnsupportedConstruct(
			"a decision that depends on the values or the size of the input"));
		return i.otherwise();
	}

	/** Whether a block ends in an error. */
	private static boolean raises(final List<Statement> block) {
		return block.stream().anyMatch(s -> s instanceof Evaluate e && e.expression() instanceof Call c && c
			.callee() instanceof Member m && m.name().equals("RaiseException"));
	}

	private Object loop(final For f, final Map<String, Object> frame) {
		final Object iterable = expressions.value(f.iterable(), frame);
		final List<?> values = iterable instanceof List<?> list ? List.copyOf(list) : iterable instanceof ScriptTuple t ? t
			.values() : null;
		if (values == null) {
			if (!(iterable instanceof Unknown u && u.fault())) note(new UnsupportedConstruct(
				"a loop whose length depends on the input"));
			return NOT_RETURNED;
		}
		for (final Object value : values) {
			assign(f.target(), value, frame);
			final Object returned = run(f.body(), frame);
			if (returned != NOT_RETURNED) return returned;
		}
		return NOT_RETURNED;
	}

	private Object loop(final While w, final Map<String, Object> frame) {
		while (true) {
			final Object condition = expressions.value(w.condition(), frame);
			if (!(condition instanceof Boolean goOn)) {
				if (!(condition instanceof Unknown u && u.fault())) note(new UnsupportedConstruct(
					"a loop whose length depends on the input"));
				return NOT_RETURNED;
			}
			if (!goOn) return NOT_RETURNED;
			final Object returned = run(w.body(), frame);
			if (returned != NOT_RETURNED) return returned;
		}
	}

	private void assign(final Expression target, final Object value, final Map<String, Object> frame) {
		if (target instanceof Name n) frame.put(n.id(), value);
		else if (target instanceof TupleOf t) {
			final List<Object> values = unpacked(value, t.values().size());
			for (int i = 0; i < t.values().size(); i++)
				assign(t.values().get(i), values.get(i), frame);
		}
		else if (target instanceof Member m && expressions.value(m.of(), frame) instanceof ScriptObject object) changed
			.computeIfAbsent(object, o -> new HashMap<>()).put(m.name(), value);
		else if (!(target instanceof Member)) note(new UnsupportedConstruct("an assignment to part of a value"));
	}

	private List<Object> unpacked(final Object value, final int count) {
		if (value instanceof AtenShape.Sizes sizes) {
			sizes.of().extents().learnRank(sizes.value(), count);
			return sizes.of().extents().list();
		}
		final List<?> values = value instanceof ScriptTuple t ? t.values() : value instanceof List<?> l ? l : null;
		if (values != null && values.size() == count) return new ArrayList<>(values);
		if (!(value instanceof Unknown)) note(new UnsupportedConstruct("the unpacking of " + (values == null ? "a value"
			: values.size() + " values") + " into " + count + " variables"));
		final List<Object> unknown = new ArrayList<>();
		for (int i = 0; i < count; i++)
			unknown.add(value instanceof Unknown ? value : Unknown.FAULT);
		return unknown;
	}

	/** An attribute of a module; {@code training} is always false. */
	Object attribute(final ScriptObject object, final String name) {
		if (name.equals("training")) return false;
		final Map<String, Object> own = changed.getOrDefault(object, Map.of());
		if (own.containsKey(name)) return own.get(name);
		if (object.attributes().containsKey(name)) return object.attributes().get(name);
		for (final Statement s : code.classOf(object.type()).body())
			if (s instanceof Declare d && d.target() instanceof Name n && n.id().equals(name) && d.value() != null)
				return expressions.value(d.value(), new LinkedHashMap<>());
		throw new UnsupportedConstruct("the attribute " + name + ", which " + object.type() + " does not have");
	}
}
