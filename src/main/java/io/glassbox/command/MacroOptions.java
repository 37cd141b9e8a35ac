package io.glassbox.command;

import io.glassbox.graph.GlassboxException;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.scijava.thread.ThreadService;

import ij.Macro;

/**
 * The options of an ImageJ macro call, {@code model=[/my nets/a.onnx] relu sigma=2.5}, taken apart.
 * <p>
 * Keys come out in lower case, as ImageJ's recorder writes them. A value ends at the next blank; one in
 * square brackets or single quotes may hold blanks, and brackets may nest. A word alone is a switch that is
 * on. Values keep their letter case and are not interpreted here: see {@link CommandInputs}.
 * </p>
 */
public final class MacroOptions {

	private final String text;
	private int at;

	private MacroOptions(final String text) {
		this.text = text;
	}

	/**
	 * @param options as given to {@code run(command, options)}; null counts as empty
	 * @return text by key, in the order written
	 * @throws GlassboxException if a bracket or quote is not closed, or a key is missing or given twice
	 */
	public static Map<String, String> parse(final String options) {
		return Collections.unmodifiableMap(new MacroOptions(options == null ? "" : options).parse());
	}

	/**
	 * The options of the macro that called the command which runs on this thread in Fiji; nothing if no macro
	 * did. Options of a macro that called something else, which then called the command, are not the command's.
	 */
	public static Optional<String> ofCaller(final ThreadService threads) {
		final Thread caller = threads.getParent(Thread.currentThread());
		if (caller == null || !caller.getName().startsWith("Run$_")) return Optional.empty();
		return Optional.ofNullable(Macro.getOptions());
	}

	private Map<String, String> parse() {
		final Map<String, String> values = new LinkedHashMap<>();
		for (skipBlanks(); at < text.length(); skipBlanks()) {
			final String key = key();
			final String value = at < text.length() && text.charAt(at) == '=' ? value(key) : "true";
			if (values.put(key, value) != null) throw new GlassboxException("The option '" + key +
				"' is given twice; give it once.");
		}
		return values;
	}

	private String key() {
		final int start = at;
		while (at < text.length() && text.charAt(at) != '=' && !blank())
			at++;
		if (at == start) throw new GlassboxException("An option has no name in '" + text.trim() +
			"'; write key=value without blanks around the equals sign.");
		return text.substring(start, at).toLowerCase(Locale.ROOT);
	}

	private String value(final String key) {
		at++;
		if (at == text.length()) return "";
		if (text.charAt(at) == '[') return enclosed(key, matchingBracket());
		if (text.charAt(at) == '\'') return enclosed(key, text.indexOf('\'', at + 1));
		final int start = at;
		while (at < text.length() && !blank())
			at++;
		return text.substring(start, at);
	}

	private String enclosed(final String key, final int end) {
		if (end < 0) throw new GlassboxException("The value of '" + key + "' begins with " + text.charAt(at) +
			" which is never closed; write " + key + "=[value].");
		final String value = text.substring(at + 1, end);
		at = end + 1;
		return value;
	}

	private int matchingBracket() {
		int depth = 0;
		for (int i = at; i < text.length(); i++) {
			if (text.charAt(i) == '[') depth++;
			if (text.charAt(i) == ']' && --depth == 0) return i;
		}
		return -1;
	}

	private void skipBlanks() {
		while (at < text.length() && blank())
			at++;
	}

	private boolean blank() {
		return Character.isWhitespace(text.charAt(at));
	}
}
