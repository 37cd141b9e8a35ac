package io.glassbox.graph;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds the names a person probably meant. */
public final class Names {

	private static final int SHOWN = 5;

	private Names() {}

	/**
	 * One sentence for a name that does not exist: <em>No layer 'conv9'. Nearest: conv1, conv2. </em> All are
	 * listed if they are few.
	 */
	public static String unknown(final String what, final String name, final Collection<String> existing) {
		if (existing.isEmpty()) return "No " + what + " '" + name + "': there are none.";
		final boolean all = existing.size() <= SHOWN;
		final List<String> shown = all ? List.copyOf(existing) : nearest(name, existing);
		return "No " + what + " '" + name + "'. " + (all ? "There " + (shown.size() == 1 ? "is: " : "are: ")
			: "Nearest of " + existing.size() + ": ") + String.join(", ", shown) + ".";
	}

	/** The first of a list, for a sentence: <em>a, b, c, d, e …</em> */
	public static String few(final List<String> names) {
		return String.join(", ", names.subList(0, Math.min(SHOWN, names.size()))) + (names.size() > SHOWN ? " …" : "");
	}

	/** The existing names most like {@code name}, most alike first, at most five. */
	public static List<String> nearest(final String name, final Collection<String> existing) {
		final String wanted = name.toLowerCase(Locale.ROOT);
		return existing.stream().sorted(Comparator.<String> comparingDouble(s -> distance(wanted, s.toLowerCase(
			Locale.ROOT)))).limit(SHOWN).collect(Collectors.toList());
	}

	/** Levenshtein distance, less for names that contain one another. */
	private static double distance(final String a, final String b) {
		int[] previous = new int[b.length() + 1];
		for (int j = 0; j <= b.length(); j++)
			previous[j] = j;
		for (int i = 1; i <= a.length(); i++) {
			final int[] row = new int[b.length() + 1];
			row[0] = i;
			for (int j = 1; j <= b.length(); j++)
				row[j] = Math.min(Math.min(row[j - 1], previous[j]) + 1, previous[j - 1] + (a.charAt(i - 1) == b.charAt(
					j - 1) ? 0 : 1));
			previous = row;
		}
		final boolean contained = !a.isEmpty() && (a.contains(b) || b.contains(a));
		return contained ? previous[b.length()] / 4.0 : previous[b.length()];
	}
}
