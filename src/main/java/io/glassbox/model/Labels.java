package io.glassbox.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Class names as descriptions of other projects hold them: a list, or a map by number ({@code {"0": "benign"}}).
 * <p>
 * Names made by a machine ({@code LABEL_0}) tell nothing and count as none. Of two classes of one name each bears its
 * number, as in {@code crane (134)}: a target must be able to say which.
 * </p>
 */
final class Labels {

	private Labels() {}

	/** The names in order of their numbers; empty if there are none, or they do not count from 0 without a gap. */
	static Optional<List<String>> of(final Setting s) {
		final List<String> names = s.isSection() ? ofMap(s) : s.isList() ? s.items("class names").stream().map(
			Setting::text).toList() : List.of();
		return names.isEmpty() || names.stream().allMatch(n -> n.matches("(?i)(label|class)?[-_ ]?\\d+")) ? Optional.empty()
			: Optional.of(unique(names));
	}

	private static List<String> ofMap(final Setting s) {
		final Map<Integer, String> byNumber = new TreeMap<>();
		for (final Map.Entry<String, Setting> e : s.entries("class names by number").entrySet()) {
			final boolean number = e.getKey().matches("\\d{1,7}");
			final String value = String.valueOf(e.getValue().value());
			if (number) byNumber.put(Integer.parseInt(e.getKey()), e.getValue().text());
			else if (value.matches("\\d{1,7}")) byNumber.put(Integer.parseInt(value), e.getKey()); // label2id
			else return List.of();
		}
		final boolean gap = !byNumber.isEmpty() && !byNumber.keySet().stream().reduce((a, b) -> b).get().equals(byNumber
			.size() - 1);
		if (gap) throw s.wrong("names for the numbers from 0 to " + (byNumber.size() - 1) + ", without a gap");
		return new ArrayList<>(byNumber.values());
	}

	static List<String> unique(final List<String> names) {
		final Map<String, Integer> uses = new HashMap<>();
		names.forEach(n -> uses.merge(n, 1, Integer::sum));
		final List<String> unique = new ArrayList<>();
		for (int i = 0; i < names.size(); i++)
			unique.add(uses.get(names.get(i)) > 1 ? names.get(i) + " (" + i + ")" : names.get(i));
		return unique;
	}
}
