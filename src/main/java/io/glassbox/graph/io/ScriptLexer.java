package io.glassbox.graph.io;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts TorchScript source into tokens; indentation becomes tokens of its own, as in Python. */
final class ScriptLexer {

	enum Kind {
			NAME, NUMBER, STRING, SYMBOL, NEWLINE, INDENT, DEDENT, END
	}

	/** @param text as written; for a string, what it stands for */
	record Token(Kind kind, String text, int line) {

		boolean is(final String symbolOrName) {
			return (kind == Kind.SYMBOL || kind == Kind.NAME) && text.equals(symbolOrName);
		}
	}

	/** More than the code of the largest networks has. */
	private static final int MOST = 1 << 21;

	private static final Pattern TOKEN = Pattern.compile("(?<space>[ \\t\\r]+|#[^\\n]*)|(?<newline>\\n)" +
		"|(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?j?)|(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)" +
		"|(?<string>\"(?:[^\"\\\\\\n]|\\\\.)*+\"|'(?:[^'\\\\\\n]|\\\\.)*+')" +
		"|(?<symbol>->|//|\\*\\*|==|!=|<=|>=|<<|>>|[-+*/%=<>()\\[\\]{},.:;&|^~@!])");

	private final String where;
	private final String source;
	private final List<Token> tokens = new ArrayList<>();
	private final Deque<Integer> indents = new ArrayDeque<>(List.of(0));
	private int line = 1;
	private int brackets;

	private ScriptLexer(final String where, final String source) {
		this.where = where;
		this.source = source;
	}

	/** @throws ScriptSyntaxException if there is a character no token begins with */
	static List<Token> tokens(final String where, final String source) {
		return new ScriptLexer(where, source).read();
	}

	private List<Token> read() {
		final Matcher m = TOKEN.matcher(source);
		int at = 0;
		boolean lineStart = true;
		while (at < source.length()) {
			if (lineStart) {
				indent(at);
				lineStart = false;
			}
			if (!m.region(at, source.length()).lookingAt()) throw new ScriptSyntaxException(where, line, "the character '" +
				source.charAt(at) + "'");
			if (m.group("newline") != null) {
				if (brackets == 0) {
					if (!tokens.isEmpty() && last() != Kind.NEWLINE && last() != Kind.INDENT && last() != Kind.DEDENT) add(
						Kind.NEWLINE, "\n");
					lineStart = true;
				}
				line++;
			}
			else if (m.group("number") != null) add(Kind.NUMBER, m.group());
			else if (m.group("name") != null) add(Kind.NAME, m.group());
			else if (m.group("string") != null) add(Kind.STRING, unescaped(m.group().substring(1, m.group().length() - 1)));
			else if (m.group("symbol") != null) symbol(m.group());
			at = m.end();
		}
		if (!tokens.isEmpty() && last() != Kind.NEWLINE) add(Kind.NEWLINE, "\n");
		while (indents.pop() > 0)
			add(Kind.DEDENT, "");
		add(Kind.END, "the end of the file");
		return tokens;
	}

	private void symbol(final String s) {
		if ("([{".contains(s)) brackets++;
		if (")]}".contains(s)) brackets = Math.max(0, brackets - 1);
		add(Kind.SYMBOL, s);
	}

	/** Blank lines and lines that only hold a comment have no indentation. */
	private void indent(final int start) {
		int at = start;
		while (at < source.length() && source.charAt(at) == ' ')
			at++;
		if (at == source.length() || "\r\n#".indexOf(source.charAt(at)) >= 0) return;
		final int width = at - start;
		if (width > indents.peek()) {
			indents.push(width);
			add(Kind.INDENT, "");
		}
		while (width < indents.peek()) {
			indents.pop();
			add(Kind.DEDENT, "");
		}
		if (width != indents.peek()) throw new ScriptSyntaxException(where, line, "an indentation of " + width);
	}

	private String unescaped(final String s) {
		final StringBuilder out = new StringBuilder();
		for (int i = 0; i < s.length(); i++) {
			final char c = s.charAt(i);
			if (c != '\\') {
				out.append(c);
				continue;
			}
			final char next = s.charAt(++i);
			final int simple = "ntrabfv\\'\"".indexOf(next);
			if (simple >= 0) out.append("\n\t\r\u0007\b\f\u000b\\'\"".charAt(simple));
			else if (next >= '0' && next <= '7') {
				int end = i + 1;
				while (end < s.length() && end < i + 3 && s.charAt(end) >= '0' && s.charAt(end) <= '7')
					end++;
				out.append((char) Integer.parseInt(s.substring(i, end), 8));
				i = end - 1;
			}
			else out.append(c).append(next);
		}
		return out.toString();
	}

	private Kind last() {
		return tokens.get(tokens.size() - 1).kind();
	}

	private void add(final Kind kind, final String text) {
		if (tokens.size() >= MOST) throw new ScriptSyntaxException(where, line, "code of more than " + MOST + " words");
		tokens.add(new Token(kind, text, line));
	}
}
