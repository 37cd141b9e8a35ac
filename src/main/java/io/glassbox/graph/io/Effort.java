package io.glassbox.graph.io;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What evaluating a network's code has cost so far: steps, how deep expressions and blocks lie in one another, how large
 * the values are that it makes. A network is evaluated in some ten thousand steps; code that never ends, or doubles a
 * list until memory is full, is stopped long before a person would notice.
 */
final class Effort {

	private static final int DEEPEST = 400;
	private static final long MOST_STEPS = 8_000_000;
	private static final int LONGEST_TEXT = 1 << 16;

	private int depth;
	private long steps;

	/** @throws Exhausted if that was one too many */
	void spend(final long more) {
		steps += more;
		if (steps > MOST_STEPS) throw new Exhausted("code that takes more than " + MOST_STEPS + " steps");
	}

	/** Counts the size of a value as work: each use of a list looks at all of it. */
	Object measured(final Object value) {
		if (value instanceof String s && s.length() > LONGEST_TEXT) throw new Exhausted("a text of " + s.length() +
			" characters");
		spend(1);
		final Collection<?> parts = value instanceof Collection<?> c ? c : value instanceof ScriptTuple t ? t.values()
			: value instanceof Map<?, ?> m ? m.values() : List.of();
		if (!parts.isEmpty()) within(() -> {
			parts.forEach(this::measured);
			return value;
		});
		return value;
	}

	/** Runs something one level deeper. */
	<T> T within(final Supplier<T> work) {
		if (++depth > DEEPEST) throw new Exhausted("code nested more than " + DEEPEST + " deep");
		try {
			return work.get();
		}
		finally {
			depth--;
		}
	}

	/** The evaluation as a whole is at its end. */
	static final class Exhausted extends UnsupportedConstruct {

		private static final long serialVersionUID = 1L;

		Exhausted(final String what) {
			super(what);
		}
	}
}
