package io.glassbox.graph.io;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What names mean inside one graph of a file: the network itself, the branch of an {@code If}, one turn of a
 * {@code Loop}.
 * <p>
 * A name means a value of the network under construction, or a sequence of such values, which exists while reading only.
 * What a graph does not define itself is looked up in the one around it.
 * </p>
 */
final class Scope {

	private final Scope around;
	private final String prefix;
	private final Map<String, String> values = new HashMap<>();
	private final Map<String, List<String>> sequences = new HashMap<>();

	private Scope(final Scope around, final String prefix) {
		this.around = around;
		this.prefix = prefix;
	}

	/** The network itself, whose values keep their names. */
	static Scope network() {
		return new Scope(null, "");
	}

	/** A graph within this one. */
	Scope inner(final String name) {
		return new Scope(this, prefix + name + "/");
	}

	/** How deep this graph lies within others. */
	int depth() {
		return around == null ? 0 : 1 + around.depth();
	}

	/** A name that no other graph gives. */
	String unique(final String name) {
		return prefix + name;
	}

	/** Gives a value of this graph a name in the network. */
	String define(final String name) {
		if (name.isEmpty()) return name;
		sequences.remove(name);
		values.put(name, prefix + name);
		return prefix + name;
	}

	void bind(final String name, final String value) {
		sequences.remove(name);
		values.put(name, value);
	}

	void bind(final String name, final List<String> sequence) {
		values.remove(name);
		sequences.put(name, List.copyOf(sequence));
	}

	/** The name in the network of what this graph calls {@code name}. */
	String value(final String name) {
		if (name.isEmpty()) return name;
		final String value = values.get(name);
		return value != null ? value : around == null ? name : around.value(name);
	}

	/** The values of a sequence, or null if {@code name} is none. */
	List<String> sequence(final String name) {
		final List<String> sequence = sequences.get(name);
		return sequence != null || values.containsKey(name) || around == null ? sequence : around.sequence(name);
	}
}
