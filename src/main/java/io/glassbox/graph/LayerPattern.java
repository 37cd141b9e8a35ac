package io.glassbox.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A choice of layers as people write it: names with wildcards, several separated by commas.
 * <p>
 * {@code *} stands for any characters within one element of a dotted name, {@code **} for any characters, dots
 * included: {@code layer4.*.conv2} is {@code layer4.0.conv2} and {@code layer4.1.conv2}, and {@code **.conv2} every
 * {@code conv2} at any depth, the outermost too. Letter case counts, as in the names.
 * </p>
 */
public final class LayerPattern {

	private final String text;
	private final List<String> alternatives;

	private LayerPattern(final String text) {
		this.text = text;
		alternatives = Arrays.stream(text.split(",")).map(String::trim).filter(s -> !s.isEmpty()).toList();
	}

	/** @throws GlassboxException if nothing is written */
	public static LayerPattern of(final String text) {
		final LayerPattern pattern = new LayerPattern(text);
		if (pattern.alternatives.isEmpty()) throw new GlassboxException(
			"No layer was named: give a name such as layer4.1.conv2, or a pattern such as layer4.*.conv2.");
		return pattern;
	}

	/** Whether a text is more than one name. */
	public static boolean isPattern(final String text) {
		return text.contains("*") || text.contains(",");
	}

	/**
	 * The names chosen, each once, in the order of the names given.
	 *
	 * @throws GlassboxException if one of the alternatives chooses nothing; the message names the nearest
	 */
	public List<String> choose(final Collection<String> names) {
		final Set<String> chosen = new LinkedHashSet<>();
		for (final String alternative : alternatives) {
			final Pattern regex = regex(alternative);
			final List<String> found = names.stream().filter(n -> regex.matcher(n).matches()).toList();
			if (found.isEmpty()) throw new GlassboxException(unmatched(alternative, names));
			chosen.addAll(found);
		}
		return new ArrayList<>(names.stream().filter(chosen::contains).toList());
	}

	private static String unmatched(final String alternative, final Collection<String> names) {
		return alternative.contains("*") ? Names.unknown("layer matches", alternative, names) : Names.unknown("layer",
			alternative, names);
	}

	private static Pattern regex(final String alternative) {
		final StringBuilder regex = new StringBuilder();
		for (int i = 0; i < alternative.length(); i++) {
			if (alternative.startsWith("**.", i) && (i == 0 || alternative.charAt(i - 1) == '.')) {
				regex.append("(.*\\.)?");
				i += 2;
			}
			else if (alternative.startsWith("**", i)) {
				regex.append(".*");
				i++;
			}
			else if (alternative.charAt(i) == '*') regex.append("[^.]*");
			else regex.append(Pattern.quote(alternative.substring(i, i + 1)));
		}
		return Pattern.compile(regex.toString());
	}

	@Override
	public String toString() {
		return text;
	}
}
