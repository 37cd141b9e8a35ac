package io.glassbox.command;

import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Several targets in one text, as people write them: {@code top 5}, or with semicolons between, {@code malignant; benign}. */
final class TargetTexts {

	private static final Pattern TOP = Pattern.compile("(?i)\\s*top\\s+(\\d{1,4})\\s*");

	private TargetTexts() {}

	/** Whether a text may name more than one target. */
	static boolean areSeveral(final String text) {
		return text != null && (TOP.matcher(text).matches() || text.contains(";"));
	}

	/**
	 * The targets, one text each.
	 *
	 * @param names of the classes
	 * @param prediction what the network says, asked for the top classes alone; so many as there are at most
	 * @throws GlassboxException if top 0 is asked for, or nothing stands between semicolons
	 */
	static List<String> of(final String text, final List<String> names, final Supplier<Prediction> prediction) {
		final OptionalInt top = top(text);
		return top.isEmpty() ? listed(text) : prediction.get().ranking().stream().limit(top.getAsInt()).map(e -> Target.label(e
			.index(), names))
			.toList();
	}

	/**
	 * How many of the top a text asks for, {@code top 5}; empty if it names its targets.
	 *
	 * @throws GlassboxException if it asks for top 0
	 */
	static OptionalInt top(final String text) {
		final Matcher top = TOP.matcher(text == null ? "" : text);
		if (!top.matches()) return OptionalInt.empty();
		final int count = Integer.parseInt(top.group(1));
		if (count == 0) throw new GlassboxException("Of the top 0 there are none; ask for top 1 or more.");
		return OptionalInt.of(count);
	}

	/**
	 * The targets a text names, one or, with semicolons between, several.
	 *
	 * @throws GlassboxException if nothing stands between semicolons
	 */
	static List<String> listed(final String text) {
		if (!areSeveral(text)) return List.of(text == null ? "" : text);
		final List<String> texts = Arrays.stream(text.split(";")).map(String::trim).filter(t -> !t.isEmpty()).toList();
		if (texts.isEmpty()) throw new GlassboxException("No target stands between the semicolons of '" + text + "'.");
		return texts;
	}
}
