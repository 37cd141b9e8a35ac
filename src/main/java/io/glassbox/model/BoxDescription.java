package io.glassbox.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a description says of the boxes a detector gives, under {@code boxes}.
 *
 * @param described whether there is such a section at all: then the network detects
 * @param centred {@code format}: {@code xywh} for centre, width and height, {@code xyxy} for two corners; empty if not said
 * @param normalised {@code units}: {@code normalised} for fractions of the input, {@code pixels} of it; empty if not said
 * @param objectness {@code objectness}: whether a box's fifth number tells if there is an object at all; empty if not said
 */
public record BoxDescription(boolean described, Optional<Boolean> centred, Optional<Boolean> normalised,
	Optional<Boolean> objectness)
{

	/** Nothing is said. */
	public static final BoxDescription NONE = new BoxDescription(false, Optional.empty(), Optional.empty(), Optional.empty());

	private static final String GUESSED = "guessed";
	private static final String WORDS = "some of xyxy or xywh, pixels or normalised, objectness or no-objectness; or guessed";

	private enum Format {
			XYXY, XYWH
	}

	private enum Units {
			PIXELS, NORMALISED
	}

	/** @throws io.glassbox.graph.GlassboxException if what is said cannot be understood */
	static BoxDescription read(final Setting section) {
		if (!section.isSection()) throw section.wrong("format, units or objectness, as in 'format: xywh'");
		return new BoxDescription(true, section.at("format").map(s -> s.choice(Format.class) == Format.XYWH), section.at("units")
			.map(s -> s.choice(Units.class) == Units.NORMALISED), section.at("objectness").map(Setting::flag));
	}

	/**
	 * Reads the words of {@link #text}, in any order.
	 *
	 * @throws io.glassbox.graph.GlassboxException if there are others
	 */
	static BoxDescription parse(final Setting words) {
		final Map<String, String> section = new LinkedHashMap<>();
		for (final String word : words.text().toLowerCase(Locale.ROOT).trim().split("[,\\s]+")) {
			final String key = switch (word) {
				case "xyxy", "xywh" -> "format";
				case "pixels", "normalised" -> "units";
				case "objectness", "no-objectness" -> "objectness";
				case GUESSED -> GUESSED;
				default -> throw words.wrong(WORDS);
			};
			if (section.put(key, word) != null) throw words.wrong(WORDS);
		}
		return new BoxDescription(true, Optional.ofNullable(section.get("format")).map("xywh"::equals), Optional.ofNullable(section
			.get("units")).map("normalised"::equals), Optional.ofNullable(section.get("objectness")).map("objectness"::equals));
	}

	/** As people write it, {@code xywh normalised objectness}; {@code guessed} if nothing but that there are boxes is said. */
	public String text() {
		final List<String> words = new ArrayList<>();
		centred.ifPresent(c -> words.add(c ? "xywh" : "xyxy"));
		normalised.ifPresent(n -> words.add(n ? "normalised" : "pixels"));
		objectness.ifPresent(o -> words.add(o ? "objectness" : "no-objectness"));
		return words.isEmpty() ? GUESSED : String.join(" ", words);
	}

	/** The section as it is written. */
	Map<String, Object> section() {
		final Map<String, Object> section = new LinkedHashMap<>();
		centred.ifPresent(c -> section.put("format", c ? "xywh" : "xyxy"));
		normalised.ifPresent(n -> section.put("units", n ? "normalised" : "pixels"));
		objectness.ifPresent(o -> section.put("objectness", o));
		return section;
	}
}
