package io.glassbox.command;

import io.glassbox.explain.Target;
import io.glassbox.graph.FinalActivation;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.image.Explained;
import io.glassbox.image.Place;
import io.glassbox.model.InputSettings;
import io.glassbox.model.ModelDescription;
import io.glassbox.model.Preprocessing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import ij.ImagePlus;

/**
 * Everything needed to get a result again, as readable key-value lines.
 * <p>
 * Kept in the {@code Info} of a heatmap, where <em>Image &gt; Show Info...</em> finds it, and beside
 * written files.
 * </p>
 */
public final class Provenance {

	/** Hashes of model files by path, size and time, so that a large file is read through once. */
	private static final Map<String, String> HASHES = new ConcurrentHashMap<>();

	private final Map<String, String> lines = new LinkedHashMap<>();

	/** The record of an explanation. */
	static Map<String, String> of(final ImagePlus image, final ExplainRequest request,
		final ModelDescription description, final Preprocessing how, final Map<String, Object> settings,
		final List<Explained> parts, final List<Prediction> predictions, final Model model)
	{
		final Provenance p = new Provenance(Clock.systemDefaultZone()).put("Method", request.method().name()).put("Image",
			image.getTitle()).put("Model", request.model().toAbsolutePath()).put("Model SHA-256", sha256(request.model()));
		for (int i = 0; i < parts.size(); i++) {
			final Target.Resolved target = parts.get(i).attribution().target();
			final String where = parts.size() == 1 ? "" : place(parts.get(i).place(), image) + ": ";
			p.put(where + "Prediction", predictions.get(i).top().label()).put(where + "Probability", (float) predictions.get(i)
				.top().probability()).put(where + "Explained", target.description()).put(where + "Score", (float) target
					.score());
		}
		p.put("Target", request.target());
		settings.forEach((key, value) -> p.put("Setting " + key, value));
		parts.get(0).attribution().facts().forEach((key, value) -> p.put("Fact " + key, value));
		InputSettings.of(how).asMap().forEach((key, value) -> p.put("Input " + key, value));
		if (model.logits() != model) p.put("Scores", "before the final " + FinalActivation.of(model.network()).name()
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

	/** SHA-256 of a file in hexadecimal digits. */
	public static String sha256(final Path file) {
		try {
			final String key = file.toRealPath() + "|" + Files.size(file) + "|" + Files.getLastModifiedTime(file);
			final String known = HASHES.get(key);
			if (known != null) return known;
			final String hash = digest(file);
			HASHES.put(key, hash);
			return hash;
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot read the model file " + file + ": " + e.getMessage() + ".", e);
		}
	}

	private static String digest(final Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file)) {
			final MessageDigest sha = MessageDigest.getInstance("SHA-256");
			final byte[] buffer = new byte[1 << 16];
			for (int n; (n = in.read(buffer)) >= 0;)
				sha.update(buffer, 0, n);
			return HexFormat.of().formatHex(sha.digest());
		}
		catch (final NoSuchAlgorithmException e) {
			throw new IllegalStateException("Every JVM has SHA-256", e);
		}
	}
}
