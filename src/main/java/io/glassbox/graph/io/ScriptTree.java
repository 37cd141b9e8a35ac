package io.glassbox.graph.io;

import java.util.List;
import java.util.Map;

/** The syntax tree of the small Python that TorchScript files are written in. */
final class ScriptTree {

	private ScriptTree() {}

	// -- expressions; types are read as expressions too --

	sealed interface Expression permits Literal, Name, Member, Item, Call, ListOf, TupleOf, DictOf, Conditional, Unary,
			Binary
	{}

	/** A Long, Double, String or Boolean, or null for None. */
	record Literal(Object value) implements Expression {}

	record Name(String id) implements Expression {}

	record Member(Expression of, String name) implements Expression {}

	record Item(Expression of, Expression index) implements Expression {}

	record Call(Expression callee, List<Expression> arguments, Map<String, Expression> named) implements Expression {}

	record ListOf(List<Expression> values) implements Expression {}

	record TupleOf(List<Expression> values) implements Expression {}

	record DictOf(List<Expression> keys, List<Expression> values) implements Expression {}

	record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression {}

	record Unary(String operator, Expression of) implements Expression {}

	record Binary(String operator, Expression left, Expression right) implements Expression {}

	// -- statements --

	sealed interface Statement permits Assign, Evaluate, If, For, While, Return, Pass, Function, ClassOf, Declare {}

	record Assign(Expression target, Expression value) implements Statement {}

	record Evaluate(Expression expression) implements Statement {}

	record If(Expression condition, List<Statement> then, List<Statement> otherwise) implements Statement {}

	record For(Expression target, Expression iterable, List<Statement> body) implements Statement {}

	record While(Expression condition, List<Statement> body) implements Statement {}

	record Return(Expression value) implements Statement {}

	record Pass() implements Statement {}

	/** {@code name : type}, with {@code = value} if that is not null. */
	record Declare(Expression target, Expression type, Expression value) implements Statement {}

	record Function(String name, List<Parameter> parameters, List<Statement> body) implements Statement {}

	/** @param absent the default value, or null if the argument must be given */
	record Parameter(String name, Expression type, Expression absent) {}

	record ClassOf(String name, List<Expression> parents, List<Statement> body) implements Statement {}
}
