package io.glassbox.model;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.model.Preprocessing.Order;
import io.glassbox.model.PreprocessingReader.Fit;
import io.glassbox.model.PreprocessingReader.Sizes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user says about preprocessing in a dialog, a macro or on the command line: one text each,
 * {@code auto} (or nothing) to keep what the model's description says.
 *
 * @param inputSize {@code 224x224}, or three extents for volumes: height before width, depth first; {@code 64+16n} for
 *          an open one
 * @param channels {@code 1}, {@code 3}, {@code 3 bgr} …
 * @param resize {@code stretch}, {@code crop} or {@code letterbox}; {@code crop 256} resizes the shorter side to 256
 *          before it cuts, {@code antialias} may follow
 * @param values {@code type}, {@code display}, {@code percentile}, {@code raw}; a percentile may be
 *          followed by its bounds: {@code percentile 1, 99}
 * @param normalization a preset ({@code unit}, {@code signed}, {@code imagenet}, {@code zscore},
 *          {@code raw}), means and standard deviations: {@code 0.5,0.5,0.5 / 0.25,0.25,0.25}, or steps:
 *          {@code clip min=-160 max=240; zscore}
 */
public record InputSettings(String inputSize, String channels, String resize, String values,
	String normalization)
{

	/** Leaves a setting as the description has it. */
	public static final String KEEP = "auto";

	/** Overrides nothing. */
	public static final InputSettings AUTO = new InputSettings(KEEP, KEEP, KEEP, KEEP, KEEP);

	/** The keys of {@link #asMap()}, as macros and the command line write them. */
	public static final List<String> KEYS = List.of("inputsize", "channels", "resize", "values", "normalization");

	private static final String SOURCE = "Input settings";
	private static final Pattern ORDER = Pattern.compile("(?i)(\\S+)\\s+(rgb|bgr)");

	public InputSettings {
		inputSize = orKeep(inputSize);
		channels = orKeep(channels);
		resize = orKeep(resize);
		values = orKeep(values);
		normalization = orKeep(normalization);
	}

	/** Blank and absent mean auto. */
	private static String orKeep(final String text) {
		return text == null || text.isBlank() ? KEEP : text.trim();
	}

	/**
	 * Settings by key; absent ones are auto.
	 *
	 * @throws GlassboxException if there is no such key; the message names the nearest
	 */
	public static InputSettings of(final Map<String, String> byKey) {
		for (final String key : byKey.keySet())
			if (!KEYS.contains(key)) throw new GlassboxException(Names.unknown("input setting", key, KEYS));
		return new InputSettings(byKey.get("inputsize"), byKey.get("channels"), byKey.get("resize"), byKey.get(
			"values"), byKey.get("normalization"));
	}

	/** The settings that give exactly this preprocessing, whatever they are applied to: for the record. */
	public static InputSettings of(final Preprocessing p) {
		return new InputSettings(p.sizeText(), p.channels() == 0 ? KEEP : p.channels() + (p.order() == Order.BGR ? " bgr"
			: ""), p.resizeText(), p.valuesText(), p.normalization().name());
	}

	/** All five by key, in the order dialogs show them. */
	public Map<String, String> asMap() {
		final Map<String, String> map = new LinkedHashMap<>();
		map.put("inputsize", inputSize);
		map.put("channels", channels);
		map.put("resize", resize);
		map.put("values", values);
		map.put("normalization", normalization);
		return map;
	}

	/**
	 * The preprocessing with these settings in place of its own.
	 *
	 * @throws GlassboxException if a text cannot be read; the message says which, and what is expected
	 */
	public Preprocessing applyTo(final Preprocessing p) {
		final boolean bounds = !keeps(values) && values.toLowerCase(Locale.ROOT).startsWith("percentile ");
		final String valuesWord = bounds ? "percentile" : values;
		final double[] percentiles = bounds ? PreprocessingReader.percentiles(setting("values", values.substring(
			"percentile ".length()))) : new double[] { p.lowPercentile(), p.highPercentile() };
		final Sizes size = keeps(inputSize) ? new Sizes(p.size(), p.grid()) : PreprocessingReader.size(setting("inputsize",
			inputSize));
		final Fit fit = keeps(resize) ? new Fit(p.resize(), p.resizeTo(), p.antialias()) : PreprocessingReader.fit(setting(
			"resize", resize), p.antialias());
		final Matcher ordered = ORDER.matcher(channels);
		final String count = ordered.matches() ? ordered.group(1) : channels;
		return new Preprocessing(size.size(), size.grid(), keeps(channels) ? p.channels() : setting("channels", count)
			.count(), ordered.matches() ? setting("channels", ordered.group(2)).choice(Order.class) : p.order(), fit.resize(),
			fit.resizeTo(), fit.antialias(), keeps(values) ? p.values() : setting("values", valuesWord).choice(
				Preprocessing.Values.class), percentiles[0], percentiles[1], keeps(normalization) ? p.normalization()
					: PreprocessingReader.normalization(setting("normalization", normalization)));
	}

	private static boolean keeps(final String text) {
		return text.equalsIgnoreCase(KEEP);
	}

	private static Setting setting(final String key, final String text) {
		return new Setting(SOURCE, key, text);
	}
}
