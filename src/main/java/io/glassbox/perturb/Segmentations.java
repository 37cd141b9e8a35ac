package io.glassbox.perturb;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Segmentations as people write them: {@code slic 50 compactness=10 sigma=1}. */
public final class Segmentations {

	/** What is taken unless told. */
	public static final String DEFAULT = "slic 50";

	/** Their settings with the defaults: scikit-image's, quickshift's those of LIME's authors. */
	private static final Map<String, Map<String, Double>> SETTINGS = new LinkedHashMap<>();

	static {
		SETTINGS.put("slic", settings("count", 50, "compactness", 10, "sigma", 0));
		SETTINGS.put("felzenszwalb", settings("scale", 100, "sigma", 0.5, "min", 50));
		SETTINGS.put("quickshift", settings("kernel", 4, "distance", 200, "ratio", 0.2));
		SETTINGS.put("watershed", settings("count", 50, "compactness", 0.001));
		SETTINGS.put("hexagons", settings("count", 50));
		SETTINGS.put("grid", settings("count", 50));
	}

	/** Their names. */
	public static final List<String> NAMES = List.copyOf(SETTINGS.keySet());

	private Segmentations() {}

	private static Map<String, Double> settings(final Object... pairs) {
		final Map<String, Double> all = new LinkedHashMap<>();
		for (int i = 0; i < pairs.length; i += 2)
			all.put((String) pairs[i], ((Number) pairs[i + 1]).doubleValue());
		return all;
	}

	/**
	 * Reads the name of a segmentation, with about how many segments it makes, where that is asked for, and its settings:
	 * {@code grid 50}, {@code felzenszwalb scale=100 sigma=0.5 min=20}.
	 *
	 * @throws GlassboxException if it is nothing like that; the message names what there is
	 */
	public static Segmentation parse(final String text) {
		final String[] words = text.trim().toLowerCase(Locale.ROOT).split("[\\s,]+");
		if (!SETTINGS.containsKey(words[0])) throw new GlassboxException(Names.unknown("segmentation", words[0], NAMES));
		final Map<String, Double> s = new LinkedHashMap<>(SETTINGS.get(words[0]));
		for (int i = 1; i < words.length; i++) {
			final int equals = words[i].indexOf('=');
			final String key = equals < 0 ? "count" : words[i].substring(0, equals);
			if (!s.containsKey(key)) throw new GlassboxException(equals < 0 ? "The segmentation '" + words[0] +
				"' takes no number of segments, but " + String.join(", ", s.keySet()) + ", as in '" + s.keySet().iterator().next() +
				"=" + s.values().iterator().next() + "'; found '" + words[i] + "'." : Names.unknown("setting of " + words[0], key,
					List.copyOf(s.keySet())));
			s.put(key, number(words[0], key, words[i].substring(equals + 1)));
		}
		return switch (words[0]) {
			case "slic" -> new Slic(s.get("count").intValue(), s.get("compactness"), s.get("sigma"));
			case "felzenszwalb" -> new Felzenszwalb(s.get("scale"), s.get("sigma"), s.get("min").intValue());
			case "quickshift" -> new Quickshift(s.get("kernel"), s.get("distance"), s.get("ratio"));
			case "watershed" -> new Watershed(s.get("count").intValue(), s.get("compactness"));
			case "hexagons" -> new Hexagons(s.get("count").intValue());
			default -> new Grid(s.get("count").intValue());
		};
	}

	private static double number(final String name, final String key, final String value) {
		final boolean whole = key.equals("count") || key.equals("min");
		if (!value.matches(whole ? "\\d{1,6}" : "\\d{1,9}(\\.\\d{0,9})?|\\.\\d{1,9}")) throw new GlassboxException("The " + (key.equals(
			"count") ? "number of segments" : key) + " of " + name + " is " + (whole ? "a whole number" : "a number") +
			", as in '" + (key.equals("count") ? name + " 50" : key + "=" + SETTINGS.get(name).get(key)) + "'; found '" + value + "'.");
		return Double.parseDouble(value);
	}
}
