package io.glassbox.command;

import io.glassbox.explain.Baseline;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.Npy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Baselines as people write them: by name, see {@link Baseline#named}, or as files, of tensors ({@code .npy}) or of images,
 * which go the way of the image that is explained.
 */
public final class BaselineFiles {

	private static final String FILES = " Or give a colour of the image, 'colour 255 255 255', an image file, or a tensor as .npy.";

	private static final Pattern COLOUR = Pattern.compile("colou?r\\b(.*)", Pattern.CASE_INSENSITIVE);

	private final StandIns images;

	/** @param images what stands in for the image that is explained */
	BaselineFiles(final StandIns images) {
		this.images = images;
	}

	/**
	 * One baseline: a name, a colour in the image's own units, {@code colour 255 255 255}, or a file.
	 *
	 * @throws GlassboxException if there is neither such a baseline nor such a file
	 */
	public Baseline one(final String text) {
		final Matcher colour = COLOUR.matcher(text.trim());
		if (colour.matches()) return ofColour(Baseline.numbers("colour", colour.group(1)));
		final Optional<Baseline> named = Baseline.named(text);
		return named.isPresent() ? named.get() : ofFile(existing(text).filter(Files::isRegularFile).orElseThrow(
			() -> new GlassboxException(Baseline.unknown(text) + FILES)));
	}

	/**
	 * Several baselines, by readable names: a {@code .npy} file of several samples; a folder, whose files are one each; or any of
	 * those that {@link #one} takes, with commas between.
	 *
	 * @throws GlassboxException if there is no such baseline, file or folder, or nothing in it
	 */
	public Map<String, Baseline> several(final String text) {
		final boolean name = Baseline.NAMES.contains(text.trim().toLowerCase(Locale.ROOT));
		final Optional<Path> path = name ? Optional.empty() : existing(text);
		if (path.isPresent()) return Files.isDirectory(path.get()) ? ofFolder(path.get()) : ofSamples(path.get());
		final Map<String, Baseline> all = new LinkedHashMap<>();
		for (final String part : text.split(","))
			if (!part.isBlank()) all.put(part.trim().toLowerCase(Locale.ROOT), one(part));
		if (all.isEmpty()) throw new GlassboxException("No baselines were given. " + Baseline.unknown(text) + FILES);
		return all;
	}

	private Map<String, Baseline> ofFolder(final Path folder) {
		final Map<String, Baseline> all = new TreeMap<>();
		try (Stream<Path> files = Files.list(folder)) {
			files.filter(f -> Files.isRegularFile(f) && !f.getFileName().toString().startsWith(".")).forEach(f -> all.put(f
				.getFileName().toString(), ofFile(f)));
		}
		catch (final IOException e) {
			throw new GlassboxException("Cannot list the folder of baselines " + folder + ": " + e.getMessage() + ".", e);
		}
		if (all.isEmpty()) throw new GlassboxException("The folder of baselines " + folder +
			" is empty; put image files into it, or .npy files.");
		return all;
	}

	private Map<String, Baseline> ofSamples(final Path file) {
		if (!isTensor(file)) return Map.of(file.getFileName().toString(), ofFile(file));
		final Tensor samples = Npy.read(file);
		final String name = file.getFileName().toString();
		if (samples.rank() < 2 || samples.size(0) == 0) throw new GlassboxException("The baselines " + file + " have shape " +
			Arrays.toString(samples.shape()) + "; samples x channels x height x width was expected.");
		final Map<String, Baseline> all = new TreeMap<>();
		IntStream.range(0, samples.size(0)).forEach(i -> all.put(String.format(Locale.ROOT, "%s %06d", name, i), Baseline.given(name +
			" " + i, () -> samples.sample(i))));
		return all;
	}

	private Baseline ofColour(final List<Double> values) {
		final Supplier<List<Double>> channels = once(() -> images.ofColour(values));
		return input -> Baseline.value(channels.get()).of(input);
	}

	private Baseline ofFile(final Path file) {
		if (!isTensor(file)) return Baseline.given(file.toString(), once(() -> images.ofFile(file)));
		final Tensor tensor = Npy.read(file);
		return Baseline.given(file.toString(), () -> tensor);
	}

	/** Read when it is first asked for, and kept: SmoothGrad asks for each noisy copy. */
	private static <T> Supplier<T> once(final Supplier<T> image) {
		final AtomicReference<T> read = new AtomicReference<>();
		return () -> {
			if (read.get() == null) read.set(image.get());
			return read.get();
		};
	}

	private static boolean isTensor(final Path file) {
		return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".npy");
	}

	private static Optional<Path> existing(final String text) {
		try {
			return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text.trim())).filter(Files::exists);
		}
		catch (final InvalidPathException e) {
			return Optional.empty();
		}
	}
}
