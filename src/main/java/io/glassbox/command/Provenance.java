package io.glassbox.command;

import io.glassbox.explain.Target;
import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.Model;
import io.glassbox.image.Explained;
import io.glassbox.image.Place;
import io.glassbox.model.FileHash;
import io.glassbox.model.InputSettings;
import io.glassbox.model.ModelDescription;
import io.glassbox.model.Preprocessing;
import io.glassbox.model.Understanding;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import ij.ImagePlus;

/**
 * Everything needed to get a result again, as readable key-value lines.
 * <p>
 * Kept in the {@code Info} of a heatmap, where <em>Image &gt; Show Info...</em> finds it, and beside
 * written files.
 * </p>
 */
public final class Provenance {

	private static final int MOST_VALUES = 20;

	private final Map<String, String> lines = new LinkedHashMap<>();

	/** The record of an explanation. */
	static Map<String, String> of(final ImagePlus image, final ExplainRequest request,
		final Understanding understanding, final Preprocessing how, final Map<String, Object> settings,
		final List<Explained> parts, final List<Prediction> predictions, final Model model)
	{
		final ModelDescription description = understanding.description();
		final Provenance p = new Provenance(Clock.systemDefaultZone()).put("Method", request.method().name()).put("Image",
			image.getTitle());
		understanding.file().ifPresentOrElse(file -> p.put("Model", file.toAbsolutePath()).put("Model SHA-256", FileHash.sha256(
			file)), () -> p.put("Model", "a function"));
		for (int i = 0; i < parts.size(); i++) {
			final Target.Resolved target = parts.get(i).attribution().target();
			final String where = parts.size() == 1 ? "" : place(parts.get(i).place(), image) + ": ";
			final Prediction prediction = predictions.get(i);
			if (prediction.scale() == Prediction.Scale.AREA) p.put(where + "Prediction", prediction.ranking().stream().filter(e -> e
				.score() > 0).map(prediction::text).collect(Collectors.joining("; ")));
			else if (prediction.scale() == Prediction.Scale.VALUE) p.put(where + "Prediction", prediction.ranking().stream().limit(
				MOST_VALUES).map(prediction::text).collect(Collectors.joining("; ")));
			else p.put(where + "Prediction", prediction.top().label()).put(where + "Probability", (float) prediction.top()
				.probability());
			p.put(where + "Explained", target.description()).put(where + "Score", (float) target.score());
		}
		p.put("Target", Target.shown(request.target(), description.checkedAgainst(predictions.get(0).ranking().size())
			.classes()));
		if (predictions.get(0).scale() == Prediction.Scale.AREA) p.put("Region", request.region()).put("Pool", request.mean()
			? "mean" : "sum");
		if (!request.others().isBlank()) p.put("Other inputs", request.others());
		settings.forEach((key, value) -> p.put("Setting " + key, value));
		parts.get(0).attribution().told().forEach((key, value) -> p.put("Fact " + key, value));
		InputSettings.of(how).asMap().forEach((key, value) -> p.put("Input " + key, value));
		if (request.probability()) p.put("Scores", "probabilities");
		else if (model.logits() != model) p.put("Scores", "before the final " + FinalActivation.of(model.network()).name()
			.toLowerCase(Locale.ROOT));
		final String slices = request.slices().name().toLowerCase(Locale.ROOT);
		return p.put("Slices", parts.size() == 1 && image.getStackSize() > 1 ? slices + " (" + place(parts.get(0).place(),
			image) + ")" : slices).put("Description from", description.source()).put("Engine", model.engine()).asMap();
	}

	private static String place(final Place place, final ImagePlus image) {
		final String slice = place.isVolume() ? "volume" : "slice " + place.slice();
		return image.getNFrames() > 1 ? slice + ", frame " + place.frame() : slice;
	}

	/** Starts with library version and time. */
	public Provenance(final Clock clock) {
		put("Glassbox version", version());
		put("Time", ZonedDateTime.now(clock).truncatedTo(ChronoUnit.SECONDS).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
	}

	public Provenance put(final String key, final Object value) {
		lines.put(key, String.valueOf(value));
		return this;
	}

	/** The lines in order. */
	public Map<String, String> asMap() {
		return new LinkedHashMap<>(lines);
	}

	/** The version in the jar, or {@code development} when run from class files. */
	public static String version() {
		final String version = Provenance.class.getPackage().getImplementationVersion();
		return version == null ? "development" : version;
	}
}
