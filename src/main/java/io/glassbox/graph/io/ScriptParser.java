package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.glassbox.graph.io.ScriptLexer.Kind;
import io.glassbox.graph.io.ScriptLexer.Token;
import io.glassbox.graph.io.ScriptTree.Assign;
import io.glassbox.graph.io.ScriptTree.Binary;
import io.glassbox.graph.io.ScriptTree.Call;
import io.glassbox.graph.io.ScriptTree.ClassOf;
import io.glassbox.graph.io.ScriptTree.Conditional;
import io.glassbox.graph.io.ScriptTree.Declare;
import io.glassbox.graph.io.ScriptTree.DictOf;
import io.glassbox.graph.io.ScriptTree.Evaluate;
import io.glassbox.graph.io.ScriptTree.Expression;
import io.glassbox.graph.io.ScriptTree.For;
import io.glassbox.graph.io.ScriptTree.Function;
import io.glassbox.graph.io.ScriptTree.If;
import io.glassbox.graph.io.ScriptTree.Item;
import io.glassbox.graph.io.ScriptTree.ListOf;
import io.glassbox.graph.io.ScriptTree.Literal;
import io.glassbox.graph.io.ScriptTree.Member;
import io.glassbox.graph.io.ScriptTree.Name;
import io.glassbox.graph.io.ScriptTree.Parameter;
import io.glassbox.graph.io.ScriptTree.Pass;
import io.glassbox.graph.io.ScriptTree.Return;
import io.glassbox.graph.io.ScriptTree.Statement;
import io.glassbox.graph.io.ScriptTree.TupleOf;
import io.glassbox.graph.io.ScriptTree.Unary;
import io.glassbox.graph.io.ScriptTree.While;

/** Parses the Python that TorchScript files are written in, by recursive descent. */
final class ScriptParser {

	/** Brackets and blocks in one another; deeper code is no code PyTorch wrote. */
	private static final int DEEPEST = 200;
	private static final int LONGEST_CHAIN = 200;

	/** Binary operators from the weakest to the strongest; all are left-associative. */
	private static final List<List<String>> PRECEDENCE = List.of(List.of("or"), List.of("and"), List.of("==", "!=", "<",
		">", "<=", ">=", "in", "is"), List.of("|"), List.of("^"), List.of("&"), List.of("<<", ">>"), List.of("+", "-"),
		List.of("*", "/", "//", "%", "@"));

	private final String where;
	private final List<Token> tokens;
	private int at;
	private int depth;

	private ScriptParser(final String where, final List<Token> tokens) {
		this.where = where;
		this.tokens = tokens;
	}

	/**
	 * The statements of one source file.
	 *
	 * @param where file and entry, for messages
	 * @throws ScriptSyntaxException if the source is not in the known subset of Python
	 */
	static List<Statement> parse(final String where, final String source) {
		final ScriptParser parser = new ScriptParser(where, ScriptLexer.tokens(where, source));
		final List<Statement> statements = new ArrayList<>();
		while (parser.peek().kind() != Kind.END)
			statements.add(parser.statement());
		return statements;
	}

	// -- statements --

	private Statement statement() {
		final Token t = peek();
		if (t.kind() == Kind.NAME) switch (t.text()) {
			case "class":
				return classOf();
			case "def":
				return function();
			case "if":
				return branch();
			case "for":
				return loop();
			case "while":
				next();
				return new While(expression(), block());
			default:
		}
		final Statement simple = simple();
		expect(Kind.NEWLINE);
		return simple;
	}

	private Statement simple() {
		if (accept("pass")) return new Pass();
		if (accept("import")) {
			expression();
			return new Pass();
		}
		if (accept("return")) return new Return(peek().kind() == Kind.NEWLINE ? new Literal(null) : expressions());
		final Expression first = expressions();
		if (accept(":")) {
			final Expression type = expression();
			return new Declare(first, type, accept("=") ? expressions() : null);
		}
		if (accept("=")) return new Assign(first, expressions());
		return new Evaluate(first);
	}

	private Statement classOf() {
		next();
		final String name = name();
		final List<Expression> parents = accept("(") ? list(")") : List.of();
		return new ClassOf(name, parents, block());
	}

	private Statement function() {
		next();
		final String name = name();
		expect("(");
		final List<Parameter> parameters = new ArrayList<>();
		while (!accept(")")) {
			accept("*");
			final String parameter = name();
			final Expression type = accept(":") ? expression() : null;
			parameters.add(new Parameter(parameter, type, accept("=") ? expression() : null));
			if (!peek().is(")")) expect(",");
		}
		if (accept("->")) expression();
		return new Function(name, parameters, block());
	}

	private Statement branch() {
		next();
		final Expression condition = expression();
		final List<Statement> then = block();
		if (peek().is("elif")) {
			deeper();
			final Statement otherwise = branch();
			depth--;
			return new If(condition, then, List.of(otherwise));
		}
		return new If(condition, then, accept("else") ? block() : List.of());
	}

	private Statement loop() {
		next();
		final Expression target = targets();
		expect("in");
		return new For(target, expression(), block());
	}

	/** Loop variables: names only, for {@code in} would be read as an operator. */
	private Expression targets() {
		final List<Expression> names = new ArrayList<>();
		do
			names.add(postfix());
		while (accept(",") && !peek().is("in"));
		return names.size() == 1 ? names.get(0) : new TupleOf(names);
	}

	private List<Statement> block() {
		deeper();
		expect(":");
		expect(Kind.NEWLINE);
		if (peek().kind() != Kind.INDENT) throw unexpected();
		next();
		final List<Statement> statements = new ArrayList<>();
		while (peek().kind() != Kind.DEDENT && peek().kind() != Kind.END)
			statements.add(statement());
		next();
		depth--;
		return statements;
	}

	// -- expressions --

	/** One expression, or several with commas between them: a tuple. */
	private Expression expressions() {
		final Expression first = expression();
		if (!peek().is(",")) return first;
		final List<Expression> values = new ArrayList<>(List.of(first));
		while (accept(",") && peek().kind() != Kind.NEWLINE && !peek().is("="))
			values.add(expression());
		return new TupleOf(values);
	}

	private Expression expression() {
		deeper();
		final Expression value = binary(0);
		depth--;
		if (!accept("if")) return value;
		final Expression condition = binary(0);
		expect("else");
		deeper();
		final Conditional conditional = new Conditional(condition, value, expression());
		depth--;
		return conditional;
	}

	private Expression binary(final int level) {
		if (level == PRECEDENCE.size()) return unary();
		if (level == 2 && accept("not")) {
			deeper();
			final Unary not = new Unary("not", binary(level));
			depth--;
			return not;
		}
		Expression left = binary(level + 1);
		for (int terms = 1;; terms++) {
			final String operator = operator(PRECEDENCE.get(level));
			if (operator.isEmpty()) return left;
			checkLength(terms);
			left = new Binary(operator, left, binary(level + 1));
		}
	}

	/** The next token if it is one of these operators, else the empty string. */
	private String operator(final List<String> operators) {
		if (operators.contains("is") && peek().is("not") && tokens.get(at + 1).is("in")) {
			at += 2;
			return "not in";
		}
		for (final String o : operators)
			if (accept(o)) return o.equals("is") && accept("not") ? "is not" : o;
		return "";
	}

	private Expression unary() {
		for (final String sign : List.of("-", "+", "~"))
			if (accept(sign)) {
				deeper();
				final Unary unary = new Unary(sign, unary());
				depth--;
				return unary;
			}
		final Expression base = postfix();
		if (!accept("**")) return base;
		deeper();
		final Binary power = new Binary("**", base, unary());
		depth--;
		return power;
	}

	private Expression postfix() {
		Expression e = atom();
		for (int parts = 0;; parts++) {
			checkLength(parts);
			if (accept(".")) e = new Member(e, name());
			else if (accept("(")) e = call(e);
			else if (accept("[")) {
				final List<Expression> index = list("]");
				e = new Item(e, index.size() == 1 ? index.get(0) : new TupleOf(index));
			}
			else return e;
		}
	}

	private Expression call(final Expression callee) {
		final List<Expression> arguments = new ArrayList<>();
		final Map<String, Expression> named = new LinkedHashMap<>();
		while (!accept(")")) {
			if (peek().kind() == Kind.NAME && tokens.get(at + 1).is("=")) {
				final String name = name();
				next();
				named.put(name, expression());
			}
			else arguments.add(expression());
			if (!peek().is(")")) expect(",");
		}
		return new Call(callee, arguments, named);
	}

	private Expression atom() {
		final Token t = next();
		switch (t.kind()) {
			case STRING:
				final StringBuilder text = new StringBuilder(t.text());
				while (peek().kind() == Kind.STRING)
					text.append(next().text());
				return new Literal(text.toString());
			case NUMBER:
				return new Literal(number(t));
			case NAME:
				return switch (t.text()) {
					case "True" -> new Literal(true);
					case "False" -> new Literal(false);
					case "None" -> new Literal(null);
					case "inf" -> new Literal(Double.POSITIVE_INFINITY);
					case "nan" -> new Literal(Double.NaN);
					default -> new Name(t.text());
				};
			default:
				if (t.is("(")) return parenthesis();
				if (t.is("[")) return new ListOf(list("]"));
				if (t.is("{")) return dict();
				at--;
				throw unexpected();
		}
	}

	private Expression parenthesis() {
		if (accept(")")) return new TupleOf(List.of());
		final Expression first = expression();
		if (accept(")")) return first;
		final List<Expression> values = new ArrayList<>(List.of(first));
		expect(",");
		values.addAll(list(")"));
		return new TupleOf(values);
	}

	private Expression dict() {
		final List<Expression> keys = new ArrayList<>();
		final List<Expression> values = new ArrayList<>();
		while (!accept("}")) {
			keys.add(expression());
			expect(":");
			values.add(expression());
			if (!peek().is("}")) expect(",");
		}
		return new DictOf(keys, values);
	}

	private List<Expression> list(final String end) {
		final List<Expression> values = new ArrayList<>();
		while (!accept(end)) {
			values.add(expression());
			if (!peek().is(end)) expect(",");
		}
		return values;
	}

	private Object number(final Token t) {
		try {
			if (t.text().matches("\\d+")) return Long.parseUnsignedLong(t.text());
			return Double.parseDouble(t.text());
		}
		catch (final NumberFormatException e) {
			throw new ScriptSyntaxException(where, t.line(), "the number " + t.text());
		}
	}

	// -- tokens --

	private Token peek() {
		return tokens.get(at);
	}

	private Token next() {
		final Token t = tokens.get(at);
		if (t.kind() != Kind.END) at++;
		return t;
	}

	private boolean accept(final String text) {
		if (!peek().is(text)) return false;
		at++;
		return true;
	}

	private void expect(final String text) {
		if (!accept(text)) throw unexpected();
	}

	private void expect(final Kind kind) {
		if (peek().kind() != kind) throw unexpected();
		next();
	}

	private String name() {
		if (peek().kind() != Kind.NAME) throw unexpected();
		return next().text();
	}

	private void deeper() {
		if (++depth > DEEPEST) throw new ScriptSyntaxException(where, peek().line(), "code nested more than " + DEEPEST +
			" deep");
	}

	/** A chain of operators is a tree as deep as the chain is long. */
	private void checkLength(final int links) {
		if (links > LONGEST_CHAIN) throw new ScriptSyntaxException(where, peek().line(), "a chain of more than " +
			LONGEST_CHAIN + " operators");
	}

	private ScriptSyntaxException unexpected() {
		final String text = peek().text().strip();
		return new ScriptSyntaxException(where, peek().line(), text.isEmpty() ? "a " + peek().kind().name().toLowerCase(
			java.util.Locale.ROOT) : "'" + text + "'");
	}
}
